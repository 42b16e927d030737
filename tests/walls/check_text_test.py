# SPDX-License-Identifier: Apache-2.0
"""The checks that read plain text: licence, format, documents, words."""
import pytest

import check_docs
import check_format
import check_spdx
import check_words

STYLE = "BasedOnStyle: LLVM\nIndentWidth: 4\n"


def test_licence_in_the_first_two_lines_passes(repository):
    line = check_spdx.LICENCE
    assert check_spdx.check(repository({"a.cpp": f"// {line}\n", "b": f"#!/bin/sh\n# {line}\n", "README.md": ""})) == []


@pytest.mark.parametrize("name, text", [
    ("a.cpp", "int a;\n"), ("CMakeLists.txt", "project(a)\n"), ("run", "#!/bin/sh\n"), ("a.py", ""),
    ("late.h", "\n\n// " + check_spdx.LICENCE + "\n"),
])
def test_a_source_without_licence_is_told(repository, name, text):
    found = check_spdx.check(repository({name: text}))
    assert len(found) == 1 and found[0].startswith(name)


def test_formatted_sources_pass_and_others_are_told(repository):
    assert check_format.check(repository({".clang-format": STYLE, "a.cpp": "int a = 1;\n"})) == []
    found = check_format.check(repository({"b.h": "int b;\nint   c  =  1;\n"}))
    assert len(found) == 1 and found[0].startswith("b.h:2: ")


DOCUMENTED = {"packages.txt": "[run]\ncmake  # builds\nlibssl-dev # TLS\n", "ARCHITECTURE.md": "Uses `cmake` and `libssl-dev`.\n"}


def test_true_documents_pass(repository):
    files = {**DOCUMENTED, "README.md": "# Two Words: `a`\n[one](ARCHITECTURE.md) [two](#two-words-a) [three](docs)\n"
                                        "[far](https://example.test/x) `[code](gone.md)`\n", "docs/a.md": "[up](../README.md)\n"}
    assert check_docs.check(repository(files)) == []


@pytest.mark.parametrize("changed, told", [
    ({"README.md": "[gone](docs/gone.md)"}, "README.md: link to docs/gone.md: no such file"),
    ({"README.md": "# Here\n[gone](#there)"}, "README.md: link to #there: no such heading"),
    ({"docs/a.md": "[not beside it](README.md)", "README.md": ""}, "docs/a.md: link to README.md: no such file"),
    ({"ARCHITECTURE.md": "Uses cmake and libssl-dev2."}, "does not name the package libssl-dev"),
    ({"packages.txt": "# nothing\n"}, "packages.txt lists nothing"),
    ({"wire/hello.h": ""}, "nwp-wire-doc, is not part of this build"),
])
def test_a_false_document_is_told(repository, changed, told):
    found = check_docs.check(repository({**DOCUMENTED, **changed}))
    assert len(found) == 1 and told in found[0]


def test_a_missing_architecture_is_told(repository):
    assert "is missing" in check_docs.check(repository({"packages.txt": "cmake\n"}))[0]


@pytest.mark.parametrize("committed, faults", [("# Messages\n", 0), ("# Messages\nold\n", 1), (None, 1)])
def test_the_generated_document_equals_the_committed_one(repository, tmp_path, committed, faults):
    program = tmp_path / "nwp-wire-doc"
    program.write_text("#!/bin/sh\necho '# Messages'\n")
    program.chmod(0o755)
    files = {**DOCUMENTED, **({check_docs.MESSAGES: committed} if committed else {})}
    assert len(check_docs.check(repository(files), program)) == faults


@pytest.mark.parametrize("line, told", [
    ("see /" + "work/notes", "path of one machine"),
    ("cp x '/" + "root/x'", "path of one machine"),
    ("at /" + "home/anna/x", "path of one machine"),
    ("from " + "deb.debian" + ".org", "registry"),
    ("// T" + "ODO later", "unfinished work"),
    ("thanks to Cla" + "ude", "workplace"),
    ("made by " + "A" + "I", "workplace"),
])
def test_a_word_that_is_not_of_the_project_is_told(repository, line, told):
    found = list(check_words.check(repository({"a.md": f"fine\n{line}\n"})))
    assert len(found) == 1 and found[0].startswith("a.md:2: ") and told in found[0]


def test_ordinary_words_pass(repository):
    text = "AI_PASSIVE, struct addrinfo ai; EAI_AGAIN; docs/work/root; network/work; https://example.test/root/\n"
    assert list(check_words.check(repository({"a.md": text}))) == []
