# SPDX-License-Identifier: Apache-2.0
"""--help, manual page, completion and docs/nwp.md of the programs say the same."""

import functools
import re
import subprocess

import pytest

import conftest

PROGRAMS = [("nwp", 1), ("nwpd", 8)]


@functools.lru_cache
def help_text(program, *words):
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True)
    return done.stdout


def subcommands(text):
    """The names below the heading Subcommands."""
    _, _, below = text.partition("\nSubcommands:\n")
    return re.findall(r"^  ([a-z]\S*)", below.partition("\n\n")[0], re.MULTILINE)


def commands(program, words=()):
    """The words of every command below a program, the program itself among them."""
    yield words
    for name in subcommands(help_text(program, *words)):
        yield from commands(program, (*words, name))


def leaves(program):
    every = list(commands(program))
    return [words for words in every if not any(other[:len(words)] == words and other != words for other in every)]


def options(text):
    """Every spelling that begins a line of a help text."""
    return {name for line in re.findall(r"^  (-\S.*?)(?:  |$)", text, re.MULTILINE)
            for name in re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", line)}


def formatted(page):
    done = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-rLL=1000n", page], capture_output=True, text=True,
                          check=True)
    return done.stdout


@pytest.mark.parametrize(("name", "section"), PROGRAMS)
def test_the_manual_page_is_roff_without_a_warning(lab, name, section):
    page = lab.build / f"share/man/man{section}/{name}.{section}"
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", page], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("name", "section"), PROGRAMS)
def test_every_option_and_command_of_help_is_in_the_manual_page(lab, name, section):
    text = formatted(lab.build / f"share/man/man{section}/{name}.{section}")
    program = str(lab.programs / name)
    assert options(help_text(program)) > {"-h", "--help", "--man"}
    for words in commands(program):
        assert " ".join((name, *words)) in text
        for option in options(help_text(program, *words)):
            assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text), f"{words}: {option}"


def offered(lab, name, *words):
    """What bash offers for the last word."""
    script = lab.build / f"share/bash-completion/completions/{name}"
    ask = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$1"; printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-uc", ask, "bash", script, name, *words], capture_output=True, text=True,
                          check=True, cwd=lab.folder)
    assert done.stderr == ""
    return set(done.stdout.split())


def test_bash_offers_commands_options_choices_and_files(lab):
    (lab.folder / "key.txt").write_text("")
    assert offered(lab, "nwp", "") == set(subcommands(help_text(str(lab.programs / "nwp"))))
    assert offered(lab, "nwp", "wi") == {"wifi"}
    assert offered(lab, "nwp", "--link", "unix:/somewhere", "wifi", "s") == {"scan", "station", "statistics", "status", "simulate"}
    assert offered(lab, "nwp", "wifi", "connect", "home", "--security", "") == {"open", "wpa2-psk", "wpa3-sae"}
    assert offered(lab, "nwp", "wifi", "connect", "home", "--passphrase-file", "k") == {"key.txt"}
    assert offered(lab, "nwp", "wifi", "power-save", "") == {"on", "off"}
    assert offered(lab, "nwp", "wifi", "access-point", "") == {"start", "stop", "status"}
    assert offered(lab, "nwp", "wifi", "access-point", "start", "ours", "--passphrase-file", "k") == {"key.txt"}
    assert offered(lab, "nwp", "cred", "add", "7", "p") == {"psk", "psk-id"}
    assert offered(lab, "nwp", "cred", "add", "--replace", "7", "psk", "k") == {"key.txt"}
    assert offered(lab, "nwp", "cred", "add", "") == set()  # a number, which nobody can guess
    assert offered(lab, "nwp", "events", "--f") == {"--follow"}
    assert offered(lab, "nwp", "events", "--js") == {"--json"}
    assert offered(lab, "nwpd", "--st") == {"--store"}


@pytest.mark.parametrize(("name", "section"), PROGRAMS)
def test_bash_offers_every_option_of_every_command(lab, name, section):
    del section
    program = str(lab.programs / name)
    for words in commands(program):
        assert offered(lab, name, *words, "-") >= options(help_text(program, *words))


def test_the_page_of_the_command_has_each_of_its_commands_and_their_options(lab):
    page = (conftest.REPOSITORY / "docs/nwp.md").read_text()
    program = str(lab.programs / "nwp")
    parts = re.split(r"^### nwp (.*)$", page, flags=re.MULTILINE)
    shown = dict(zip((tuple(words.split()) for words in parts[1::2]), parts[2::2], strict=True))
    assert set(shown) == set(leaves(program))
    for words, text in shown.items():
        assert f"$ nwp {' '.join(words)}" in text.replace("--json ", ""), words
        for option in options(help_text(program, *words)) - {"-h", "--help"}:
            assert option in text, f"{words}: {option}"
