# SPDX-License-Identifier: Apache-2.0
import pytest

import check_layers

TABLE = """
[folders]
base:
wire:      base
host:      base wire
host/c:    host
nwpd/net:  base
nwpd/main: base nwpd/*
tests:     *
[beside]
tests/kit
[freestanding]
base wire host host/c
[freestanding headers]
cstdint
[freestanding headers of host/c]
sys/socket.h
[hosted files]
base/panic_abort.cpp
*_main.cpp
[libraries]
openssl/:   nwpd/net tests/kit/pki
boost/asio: nwpd tests
"""


@pytest.fixture
def faults(repository):
    """What the check says about files, given beside an innocent base/bytes.h and tests/kit/kit.h."""
    def check(files, table=TABLE):
        innocent = {"base/bytes.h": "", "wire/reader.h": "", "tests/kit/kit.h": "", "nwpd/net/tcp.h": "",
                    "host/host.h": "", "host/include/nwp/socket.h": ""}
        return list(check_layers.check(repository({**innocent, **files}), check_layers.Layers(table)))
    return check


def test_allowed_includes_pass(faults):
    assert faults({
        "wire/reader.cpp": '#include "wire/reader.h"\n#include "base/bytes.h"\n#include <cstdint>\n',
        "host/c/socket.cpp": '#include "host/host.h"\n#include <nwp/socket.h>\n#include <sys/socket.h>\n',
        "nwpd/main/main.cpp": '#include "nwpd/net/tcp.h"\n#include <string>\n',
        "nwpd/net/tls.cpp": "#include <openssl/ssl.h>\n#include <boost/asio/post.hpp>\n",
        "base/panic_abort.cpp": "#include <cstdio>\n",
        "wire/doc_main.cpp": "#include <cstdio>\n",
    }) == []


@pytest.mark.parametrize("name, include, told", [
    ("base/a.h", '"wire/reader.h"', "base may not include wire"),
    ("wire/a.cpp", '"nwpd/net/tcp.h"', "wire may not include nwpd/net"),
    ("host/c/a.cpp", '"base/bytes.h"', "host/c may not include base"),
    ("host/c/a.cpp", "<base/bytes.h>", "host/c may not include base"),
    ("wire/a.h", "<nwp/socket.h>", "wire may not include host"),
    ("base/a.h", "<vector>", "<vector> is not for a microcontroller"),
    ("base/a.h", "<sys/socket.h>", "<sys/socket.h> is not for a microcontroller"),
    ("nwpd/main/a.cpp", "<openssl/ssl.h>", "<openssl/ssl.h> belongs to nwpd/net"),
    ("tests/kit/server.cpp", "<openssl/ssl.h>", "<openssl/ssl.h> belongs to nwpd/net"),
    ("wire/a_test.cpp", "<boost/asio.hpp>", "<boost/asio.hpp> belongs to nwpd"),
    ("nwpd/net/a.cpp", '"tests/kit/kit.h"', "includes a test"),
    ("base/a.h", '"base/gone.h"', "is no file of this repository"),
    ("base/a.h", '"bytes.h"', "write the path from the root"),
    ("base/a.h", '"../wire/reader.h"', "no file of this repository"),
])
def test_a_forbidden_include_is_told_with_its_line(faults, name, include, told):
    found = faults({name: f"#pragma once\n  #  include {include}\n"})
    assert len(found) == 1
    assert found[0].startswith(f"{name}:2: ") and told in found[0]


def test_a_unit_test_may_use_the_kit_and_the_whole_standard_library(faults):
    text = '#include "tests/kit/kit.h"\n#include <vector>\n#include <gtest/gtest.h>\n'
    assert faults({"base/bytes_test.cpp": text, "base/bytes_fuzz.cpp": text, "base/test_bytes.h": text}) == []


def test_no_product_file_includes_what_tests_share(faults):
    found = faults({"base/test_bytes.h": "", "base/a.cpp": '#include "base/test_bytes.h"\n'})
    assert len(found) == 1 and "includes a test" in found[0]


def test_a_unit_test_keeps_the_layers(faults):
    assert len(faults({"base/bytes_test.cpp": '#include "nwpd/net/tcp.h"\n'})) == 1


def test_a_folder_without_a_line_is_told(faults):
    assert "nwpd/radio/a.h: its folder has no line" in faults({"nwpd/radio/a.h": ""})[0]


def test_a_subfolder_belongs_to_its_parent(faults):
    assert len(faults({"wire/golden/a.h": '#include "nwpd/net/tcp.h"\n'})) == 1


def test_a_ring_in_the_table_is_told(faults):
    ring = TABLE.replace("nwpd/net:  base", "nwpd/net:  base nwpd/main")
    assert any("in a ring: nwpd/main nwpd/net" in fault for fault in faults({}, ring))


def test_an_unknown_name_in_the_table_is_told(faults):
    assert any("may include bse" in fault for fault in faults({}, TABLE.replace("wire:      base", "wire: bse base")))


def test_the_table_of_this_repository_is_sound():
    assert list(check_layers.Layers(check_layers.TABLE.read_text()).faults()) == []
