# SPDX-License-Identifier: Apache-2.0
"""What nwpd says about a configuration that it cannot take."""

import pytest


def complaint(lab, text):
    file = lab.folder / "nwpd.toml"
    file.write_text(text)
    done = lab.run("nwpd", "--config", file, "--store", lab.folder / "store")
    assert done.returncode == 2
    return file, done.stderr


@pytest.mark.parametrize(("text", "line", "key"), [
    ("[store]\nfolder = 7\n", 2, "store.folder"),
    ("[radio]\nkind = 'lidar'\n", 2, "radio.kind"),
    ("[log]\n\nlevel = 'loud'\n", 3, "log.level"),
    ("reattach_s = -1\n", 1, "reattach_s"),
    ("[[client]]\nname = 'a'\nsockets = 0\n", 3, "client.sockets"),
    ("[[endpoint]]\nkind = 'unix'\npath = '/x'\nbaud = 9600\n", 4, "endpoint.baud"),
    ("[[endpoint]]\npath = '/x'\ndialect = 'latin'\n", 3, "endpoint.dialect"),
    ("[[endpoint]]\ndialect = 'simplelink'\npath = '/x'\nframe_room = 512\n", 4, "endpoint.frame_room"),
    ("[[endpoint]]\nkind = 'tcp'\npath = '127.0.0.1:0'\n", 2, "endpoint.kind"),
    ("[[endpoint]]\nkind = 'tcp'\ndialect = 'simplelink'\npath = '0.0.0.0:0'\n", 4, "endpoint.path"),
    ("[[client]]\nname = 'a'\nlegacy_warn = 'old.example'\n", 3, "client.legacy_warn"),
    ("[[endpoint]]\npath = '/x'\ncolour = 'red'\n", 3, "endpoint.colour"),
    ("[[endpoint]]\npath = '/x'\nclient = 'nobody'\n", 1, "endpoint.client"),
])
def test_an_error_names_file_line_and_key(lab, text, line, key):
    file, said = complaint(lab, text)
    assert f"{file}:{line}: {key}" in said


def test_what_is_no_toml_names_file_and_line(lab):
    file, said = complaint(lab, "[store]\nfolder = \n")
    assert f"{file}:2:" in said


def test_every_error_is_told_at_once(lab):
    file, said = complaint(lab, "[radio]\nkind = 'lidar'\n[log]\nlevel = 'loud'\n")
    assert f"{file}:2: radio.kind" in said
    assert f"{file}:4: log.level" in said


def test_a_missing_file_is_named(lab):
    done = lab.run("nwpd", "--config", lab.folder / "none.toml")
    assert done.returncode == 2
    assert "none.toml" in done.stderr


@pytest.mark.parametrize("options", [["--endpoint", "pigeon:/x"], ["--endpoint", "tcp:127.0.0.1:0"],
                                     ["--endpoint", "simplelink+tcp"], ["--port", "443"], ["--port", "0=80"],
                                     ["--log-level", "loud"]])
def test_a_wrong_option_is_told_and_ends_with_2(lab, options):
    done = lab.run("nwpd", "--store", lab.folder / "store", *options)
    assert done.returncode == 2
    assert options[0] in done.stderr


def test_a_radio_file_with_an_error_is_named_with_line_and_key(lab):
    radio = lab.folder / "radio.toml"
    radio.write_text("[[access_point]]\nssid = 'a'\nbssid = 'none'\nchannel = 1\nrssi = -40\nsecurity = 'open'\n")
    done = lab.run("nwpd", "--store", lab.folder / "store", "--radio", radio,
                   "--endpoint", f"unix:{lab.folder}/nwp.unix")
    assert done.returncode == 2
    assert f"{radio}:3: access_point.bssid" in done.stderr
