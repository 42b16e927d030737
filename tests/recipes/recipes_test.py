# SPDX-License-Identifier: Apache-2.0
"""Each recipe of docs/recipes is done: its shell lines run in a copy of the repository, then what it promises is
built, of the few files concerned, and run."""

import pathlib
import re
import shutil
import subprocess

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
RECIPES = REPOSITORY / "docs/recipes"
FOLDERS = ["base", "wire", "link", "session", "host", "nwpd/service", "tests/contract", "tests/kit", "docs/recipes"]
ERROR_TEXTS = "base/texts/error_text.cpp", "base/texts/packed_texts.cpp"
COMPILER = ["g++", "-O0", "-Wall", "-Wextra", "-Werror", "-I.", "-Ihost/include", "-Ihost/c/include"]
LONGEST = 25  # lines


@pytest.fixture(name="copy")
def make_copy(tmp_path):
    for folder in FOLDERS:
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    return tmp_path


def follow(copy, name):
    """Does what the page says; every shell line must change something."""
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", (RECIPES / f"{name}.md").read_text(), re.MULTILINE | re.DOTALL):
        before = content(copy)
        subprocess.run(["bash", "-euc", block], cwd=copy, check=True)
        assert content(copy) != before, block


def content(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def build(copy, standard, *words):
    subprocess.run([*COMPILER, f"-std={standard}", *words], cwd=copy, check=True)


def run(copy, program):
    return subprocess.run([copy / program], cwd=copy, check=True, capture_output=True, text=True).stdout


def test_pages_are_short_and_all_are_done_here():
    pages = {page.stem: page.read_text() for page in RECIPES.glob("add-*.md")}
    assert {f"test_{name.replace('-', '_')}" for name in pages} == {name for name in globals() if "test_add_" in name}
    for name, text in pages.items():
        assert len(text.splitlines()) < LONGEST, name


def test_add_a_message(copy):
    follow(copy, "add-a-message")
    (copy / "show.cpp").write_text('''#include "wire/messages.h"
        #include <cstdio>
        int main() {
            nwp::wire::for_each_message(nwp::wire::Requests{}, [](const auto& m) { std::puts(m.name); });
            nwp::wire::for_each_message(nwp::wire::Replies{}, [](const auto& m) { std::puts(m.name); });
            nwp::wire::ClockTime time;
            time.unix_s = 7;
            return nwp::wire::size_of(time) == 8 ? 0 : 1;
        }''')
    build(copy, "c++17", "-o", "show", "show.cpp", "wire/codec.cpp", "wire/reader.cpp", "wire/values.cpp",
          "wire/writer.cpp")
    assert {"ClockGet", "ClockTime", "Echo"} <= set(run(copy, "show").split())
    # The daemon's handler is asked for: without it routing does not compile.
    (copy / "deaf.cpp").write_text('''#include "wire/messages.h"
        struct Deaf { template <typename M> void on(const M&) {} void on(const nwp::wire::ClockGet&) = delete; };
        int main() {
            Deaf deaf;
            return nwp::wire::route(nwp::wire::Requests{}, 0, {}, deaf).ok() ? 1 : 0;
        }''')
    refused = subprocess.run([*COMPILER, "-std=c++17", "-fsyntax-only", "deaf.cpp"], cwd=copy, check=False,
                             capture_output=True, text=True)
    assert refused.returncode != 0
    assert "ClockGet" in refused.stderr


def run_contract(copy, test, *sources):
    build(copy, "c++20", "-o", "test", test, *sources, "base/panic_abort.cpp", "-lgtest", "-lgtest_main", "-pthread")
    assert re.search(r"\[  PASSED  \] [1-9]\d* tests", run(copy, "test"))


def test_add_a_link(copy):
    follow(copy, "add-a-link")
    run_contract(copy, "tests/contract/memory_link_test.cpp", "tests/kit/hex.cpp", *ERROR_TEXTS)


def test_add_a_port(copy):
    follow(copy, "add-a-port")
    run_contract(copy, "tests/contract/condition_port_test.cpp")


def test_add_an_option(copy):
    follow(copy, "add-an-option")
    build(copy, "c++20", "-o", "check", "docs/recipes/option/quick_ack_check.cpp", "nwpd/service/socket_options.cpp",
          "base/panic_abort.cpp", *ERROR_TEXTS, "base/ip_text.cpp", "-Wl,--gc-sections", "-ffunction-sections")
    run(copy, "check")
    build(copy, "c++17", "-fsyntax-only", "host/c/options.cpp")
