# SPDX-License-Identifier: Apache-2.0
"""firmware/packet_echo: a microcontroller with an Ethernet of its own, which ends at a TAP interface of this machine."""

import contextlib
import json
import os
import pathlib
import subprocess

import pytest

import conftest
from lab import tap_world

PEER = pathlib.Path(__file__).with_name("ethernet_peer.py")
SIZES = [0, 46, 1000, 1500]
POSSIBLE = os.access("/dev/net/tun", os.R_OK | os.W_OK) and subprocess.run(
    ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"]) + ["true"],
    check=False, capture_output=True).returncode == 0

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="this machine gives no network namespace with a TAP interface")


@contextlib.contextmanager
def running(lab, link, frames=len(SIZES), **settings):
    """The image on that link of a network processor in a world of its own."""
    with tap_world.network_processor(lab.build, lab.folder, **settings) as world:
        line = world.uart() if link == "uart" else world.frame_bus()
        image = lab.build / "firmware" / "bin" / f"packet_echo_{link}.elf"
        yield world, conftest.Microcontroller(lab.stack, image, [*conftest.JOINED, frames], line, lab.folder / "console")


@pytest.mark.parametrize("link", ["uart", "frame_bus"])
def test_frames_pass_between_a_microcontroller_and_an_interface_of_the_machine(lab, link):
    with running(lab, link) as (world, microcontroller):
        microcontroller.says("MTU 1500")
        seen = json.loads(world.run("/usr/bin/python3", PEER, tap_world.INTERFACE, *SIZES).stdout)
        assert microcontroller.ends()[0] == conftest.DONE
    own = bytearray.fromhex(seen["own"])
    own[0] |= 2
    own[5] ^= 1
    assert seen["answers"] == [{"from": own.hex(), "to_us": True, "equal": True}] * len(SIZES)


@pytest.mark.parametrize("packets, why", [("", "not_permitted"), ("nwp7", "no_device")])
def test_a_microcontroller_that_gets_no_ethernet_says_why(lab, packets, why):
    with running(lab, "frame_bus", packets=packets) as (_, microcontroller):
        assert microcontroller.ends() == (conftest.NO_SOCKET, f"error: packets: {why}\n")
