# SPDX-License-Identifier: Apache-2.0
import json
import pathlib
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).with_name("clang_tidy.py")


@pytest.fixture
def key_of(repository, tmp_path):
    """The key under which clang_tidy.py remembers that a.cpp passed."""
    import clang_tidy

    def make(files, command="g++ -c a.cpp", common=b"version"):
        files = repository({"a.cpp": '#include "base/one.h"\n', **files})
        return clang_tidy.key(files, clang_tidy.Headers(files), "a.cpp", command, common)
    return make


def test_what_passed_is_looked_at_again_when_anything_under_it_changes(key_of):
    headers = {"base/one.h": '#include "base/two.h"\n', "base/two.h": "int two;\n", "base/other.h": ""}
    before = key_of(headers)
    assert key_of({**headers, "base/other.h": "int other;\n"}) == before
    assert key_of({**headers, "base/two.h": "int too;\n"}) != before
    assert key_of(headers, command="g++ -O2 -c a.cpp") != before
    assert key_of(headers, common=b"newer") != before


def test_sources_of_the_build_folder_are_left_out(tmp_path):
    import clang_tidy
    build = tmp_path / "build"
    build.mkdir()
    entries = [{"directory": str(build), "file": str(path), "command": "c++"}
               for path in (tmp_path / "a.cpp", build / "made.cpp", pathlib.Path("/usr/src/gtest.cc"))]
    (build / "compile_commands.json").write_text(json.dumps(entries))
    assert list(clang_tidy.commands(build, tmp_path)) == ["a.cpp"]


def test_an_empty_compile_database_is_a_fault(tmp_path):
    (tmp_path / "build").mkdir()
    (tmp_path / ".clang-tidy").write_text("")
    (tmp_path / "build" / "compile_commands.json").write_text("[]")
    stub = tmp_path / "bin" / "clang-tidy-16"
    stub.parent.mkdir()
    stub.write_text("#!/bin/sh\n")
    stub.chmod(0o755)
    done = subprocess.run([sys.executable, SCRIPT, "--root", tmp_path, "--build", tmp_path / "build"],
                          env={"PATH": str(stub.parent)}, capture_output=True, text=True)
    assert done.returncode == 1 and "no sources in the compile database" in done.stdout
