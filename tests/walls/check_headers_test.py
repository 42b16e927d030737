# SPDX-License-Identifier: Apache-2.0
import pytest

import check_headers
import check_layers

LAYERS = check_layers.Layers("[folders]\nbase:\nhost:\nnwpd:\ntests: *\n[freestanding]\nbase host\n")


@pytest.fixture
def faults(repository):
    return lambda files: check_headers.check(repository(files), LAYERS, "g++")


def test_complete_headers_pass(faults):
    assert faults({
        "base/a.h": "#pragma once\n#include <cstdint>\ninline std::uint8_t a = 1;\n",
        "base/b.h": '#pragma once\n#include "base/a.h"\n',
        "nwpd/c.h": "#pragma once\n#include <concepts>\ntemplate <std::integral T> T same(T x) { return x; }\n",
        "host/include/nwp/d.h": '#ifdef __cplusplus\nextern "C" {\n#endif\nint d(void);\n#ifdef __cplusplus\n}\n#endif\n',
    }) == []


@pytest.mark.parametrize("name, text", [
    ("base/a.h", "#pragma once\ninline std::uint8_t a = 1;\n"),                      # forgot its include
    ("base/a.h", "#pragma once\n#include <concepts>\ntemplate <std::integral T> T f(T);\n"),  # C++20 on the host
    ("base/a.h", "#pragma once\ninline void f() { throw 1; }\n"),                    # exceptions on the host
    ("nwpd/a.h", "#pragma once\ninline char f(int x) { return x; }\n"),              # a warning
    ("host/include/nwp/a.h", "#ifdef __cplusplus\n#endif\nint a(int& x);\n"),       # no C
])
def test_a_header_that_does_not_stand_alone_is_told(faults, name, text):
    found = faults({name: text})
    assert len(found) == 1 and found[0].startswith(name)


def test_the_build_has_shown_what_a_source_includes_first(faults):
    needs_help = "#pragma once\ninline std::uint8_t a = 1;\n"
    assert faults({"nwpd/a.h": needs_help, "nwpd/a.cpp": '#include "nwpd/a.h"\n#include <cstdint>\n'}) == []
    assert len(faults({"nwpd/a.h": needs_help, "nwpd/a.cpp": '#include <cstdint>\n#include "nwpd/a.h"\n'})) == 1
    assert faults({"base/a.h": needs_help, "base/a.cpp": '#include "base/a.h"\n'}) != []  # C++17 is asked of it


def test_no_headers_at_all_is_a_fault(faults):
    assert faults({"base/a.cpp": ""}) == ["no headers found"]
