# SPDX-License-Identifier: Apache-2.0
"""The fixtures of tests/system, for tests whose one side is the independent peer."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
import servers  # noqa: E402  (the folder above is not a package)
from conftest import lab, pki, pytest_addoption  # noqa: E402,F401
from peer.worlds import World  # noqa: E402


@pytest.fixture(autouse=True)
def no_sanitizer_says_anything(tmp_path, monkeypatch):
    """In a build with sanitizers: their reports go to files, and there must be none. Freed memory is given back soon, so
    that what the tests measure is what is in use."""
    log = tmp_path / "sanitizer"
    for name, option in {"ASAN_OPTIONS": "quarantine_size_mb=1", "UBSAN_OPTIONS": "", "TSAN_OPTIONS": ""}.items():
        monkeypatch.setenv(name, ":".join(filter(None, (os.environ.get(name), option, f"log_path={log}"))))
    yield
    reports = [report.read_text() for report in tmp_path.glob("sanitizer.*")]
    assert not reports, reports[0]


@pytest.fixture(name="echo")
def make_echo():
    with servers.Echo() as echo:
        yield echo


@pytest.fixture(name="world")
def make_world(lab, kind, echo):
    world = World(lab, kind, echo)
    yield world
    world.end()
