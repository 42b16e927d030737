# SPDX-License-Identifier: Apache-2.0
"""An NWP that lies to the driver: either nothing comes of it, or one call fails with its errno, or the link counts as
lost: every call ends, and the driver goes on with an honest NWP."""

import contextlib
import json
import os
import socket
import subprocess

import pytest

import conftest as system
import servers
from peer import bugs
from peer.conversation import Honest
from peer.nwp import Nwp
from peer.worlds import KINDS, Driver

HEALS = {"WrongCrc", "NoiseBetweenFrames", "LostAcknowledgements", "DoubledAcknowledgements",
         "AcknowledgesWhatWasNeverSent", "AcknowledgementsGoBack", "SaysItDropsEverything", "EndlessBitmap",
         "SequenceFarAhead", "WrongEpoch", "LateHello", "HelloSnapshotsThatDoNotCome", "HelloWrongMagic",
         "HelloCutShort", "HelloWrongId", "HelloOldNonce", "HelloAgain", "HelloRoomTooLarge", "UnknownKinds",
         "UnknownFlags", "UnknownIds", "TooShortForAFrame", "FramesToNobody", "FramesToAClosedSocket",
         "CreditGoesDown", "CreditBeyondReason", "TwoReplies", "UnaskedReply", "UnaskedItems", "EventsOfNobody",
         "ListenersOfNobody", "DatagramOnAStream"}
BREAKS = {"SequenceJumps", "ForbiddenKinds", "MessageTooLong", "PartsWithoutEnd", "PartsOfTwoMessages",
          "DataBetweenParts", "TooShortForItsId", "CreditOfThreeBytes", "CreditOverrun", "FallsSilent", "HangsUp"}
DATAGRAM_BREAKS = {"DatagramsBeyondCredit", "DatagramTooLong", "DatagramWithoutAddress", "DatagramWithHalfAnAddress",
                   "DatagramOfUnknownFamily", "StreamDataOnADatagramSocket"}
HEALS_BY_RESENDING = {"DoubledFrames"}  # on a line; on a socket a doubled frame is a frame out of its turn
NO_SOCKET = {"ReplyOfTheWrongType": "EPROTO", "ReplyWithoutItsFields": "EPROTO", "UnknownError": "EIO",
             "NoReply": "ETIMEDOUT"}
NO_LINK = {"HelloNeverAnswered", "HelloRoomTooSmall", "HelloWindowOfNothing", "HelloEpochTooHigh",
           "HelloOfAnotherMajor"}
OTHERS = {"DatagramToNobody", "DataBehindTheEnd", "HandleTwice", "LyingText", "LyingCount", "EndlessItems"}
ONCE = {"FallsSilent", "LostAcknowledgements"} | {name for name in HEALS if "Hello" in name} - {"HelloAgain"}
REQUEST_LIMIT_S, LINK_LIMIT_S, GIVES_UP_S = 13, 5, 20
GOOD = {"stream": 0, "connect": 0, "send": 5, "recv": "hello", "close": 0}
ROUNDS = int(os.environ.get("NWP_LIES", "10"))
GROWTH_MOST_KIB = 256


@contextlib.contextmanager
def peer_at(lab, kind, name):
    """An NWP with that lie, at its `url`."""
    path = lab.folder / f"peer-{name}"
    with Nwp.at(kind, path, bugs.bug(name)) as nwp:
        nwp.url = {"unix": "unix", "pty": "tty"}[kind] + f":{path}"
        yield nwp


@pytest.fixture(name="nwp")
def make_nwp(lab, name, kind):
    with peer_at(lab, kind, name) as nwp:
        yield nwp


def told_by(names, kinds=KINDS):
    return [(name, kind) for kind in kinds for name in sorted(bugs.lies("NWP", kind)) if name in names]


ALL_HEAL = told_by(HEALS) + told_by(HEALS_BY_RESENDING, ["pty"])
ALL_BREAK = told_by(BREAKS) + told_by(HEALS_BY_RESENDING, ["unix"])


def test_every_lie_stands_in_a_table_and_is_told_below():
    known = HEALS | BREAKS | DATAGRAM_BREAKS | HEALS_BY_RESENDING | set(NO_SOCKET) | NO_LINK | OTHERS
    assert known == {name for kind in KINDS for name in bugs.lies("NWP", kind)}


@pytest.mark.parametrize(("name", "kind"), ALL_HEAL)
def test_what_a_link_may_do_or_nobody_knows_changes_nothing(lab, nwp, echo, name, kind):
    driver = Driver(lab, nwp)
    assert driver.converse(echo) == GOOD
    assert driver.converse(echo) == GOOD
    assert nwp.bug.told > 0
    assert nwp.sessions() == 1 or name in ("HelloAgain", "WrongCrc")  # the session that began is the one that ends


@pytest.mark.parametrize(("name", "kind"), ALL_BREAK)
def test_what_breaks_the_protocol_loses_the_link_until_the_next_hello(lab, nwp, echo, name, kind):
    driver = Driver(lab, nwp)
    assert driver.call("stream")[0] == 0
    driver.call("connect", servers.ADDRESS, echo.port)  # the lie comes about now
    driver.call("send", "hello")
    error, took_s = driver.call("recv", 1)
    while error in set("hellox"):  # what came before the lie is valid, and so are data within the credit
        error, took_s = driver.call("recv", 1)
    assert error == "ECONNABORTED"
    assert took_s < LINK_LIMIT_S
    assert driver.call("close")[0] == 0
    assert nwp.bug.told > 0
    nwp.bug = Honest()
    assert driver.call("await")[0] == 0
    assert driver.converse(echo) == GOOD


@pytest.mark.parametrize(("name", "kind"), told_by(DATAGRAM_BREAKS))
def test_what_breaks_datagrams_loses_the_link_until_the_next_hello(lab, nwp, echo, name, kind):
    driver = Driver(lab, nwp)
    driver.call("datagrams")
    driver.call("connect", servers.ADDRESS, 9)
    # Nobody reads before the host has seen it all: read datagrams are credit, and the lie would be none.
    nwp.until(lambda: nwp.bug.told > 0 and (nwp.sessions() > 1 or nwp.links_closed > 0))
    error, took_s = driver.call("recv", 1)
    while error == "x":  # datagrams within the credit
        error, took_s = driver.call("recv", 1)
    assert error == "ECONNABORTED"
    assert took_s < LINK_LIMIT_S
    assert nwp.bug.told > 0
    nwp.bug = Honest()
    assert driver.call("await")[0] == 0
    assert driver.converse(echo) == GOOD


@pytest.mark.parametrize(("name", "kind"), told_by({"DatagramToNobody"}))
def test_datagrams_for_sockets_that_are_not_there_change_nothing(lab, nwp, name, kind):
    driver = Driver(lab, nwp)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
        outside.bind((servers.ADDRESS, 0))
        outside.settimeout(20)
        assert driver.call("datagrams")[0] == 0
        assert driver.call("connect", *outside.getsockname())[0] == 0
        assert driver.call("send", "hello")[0] == 5
        words, sender = outside.recvfrom(100)
        outside.sendto(words, sender)
        assert driver.call("recv", 100)[0] == "hello"
    assert nwp.bug.told == 1


@pytest.mark.parametrize(("name", "kind"), [lie for lie in told_by(NO_SOCKET) if lie != ("NoReply", "pty")])
def test_an_answer_that_is_none_fails_its_call_and_no_other(lab, nwp, echo, name, kind):
    driver = Driver(lab, nwp)
    error, took_s = driver.call("stream")
    assert error == NO_SOCKET[name]
    assert took_s < REQUEST_LIMIT_S
    nwp.bug = Honest()
    assert driver.converse(echo) == GOOD
    assert nwp.sessions() == 1


@pytest.mark.parametrize(("name", "kind"), told_by({"DataBehindTheEnd"}))
def test_data_behind_the_end_are_not_read(lab, nwp, echo, name, kind):
    driver = Driver(lab, nwp)
    assert driver.converse(echo) == GOOD | {"recv": 0}
    assert nwp.bug.told == 1


@pytest.mark.parametrize(("name", "kind"), told_by({"HandleTwice"}))
def test_a_handle_that_is_another_sockets_opens_no_second_one(lab, nwp, echo, name, kind):
    driver = Driver(lab, nwp)
    first, _ = driver.call("stream")
    second, _ = driver.call("stream")
    assert (first, second) == (0, "EPROTO")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_to_hello_that_is_none_begins_no_session(lab, kind):
    """All of them side by side: each takes as long as the command is patient."""
    asking = {}
    for name in NO_LINK:
        nwp = lab.stack.enter_context(peer_at(lab, kind, name))
        asking[name] = subprocess.Popen([lab.programs / "nwp", "--link", nwp.url, "status"], stderr=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL, text=True)
        lab.stack.callback(system.end_host, asking[name])
    for name, process in asking.items():
        _, told = process.communicate(timeout=GIVES_UP_S)
        assert process.returncode == 3, name
        assert f"peer-{name}" in told
        assert ("speaks version 9.3" in told) == (name == "HelloOfAnotherMajor")


@pytest.mark.parametrize(("name", "kind"), told_by({"LyingText"}))
def test_a_text_longer_than_its_message_is_an_error_of_the_protocol(lab, nwp, name, kind):
    done = lab.run("nwp", "--link", nwp.url, "status")
    assert done.returncode == 1
    assert "protocol_error" in done.stderr


@pytest.mark.parametrize(("name", "kind"), told_by({"LyingCount"}))
def test_a_list_has_the_items_that_came(lab, nwp, name, kind):
    done = lab.run("nwp", "--link", nwp.url, "--json", "wifi", "scan")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["networks"]) == 1


@pytest.mark.parametrize(("name", "kind"), told_by({"EndlessItems"}))
def test_a_scan_without_end_is_refused(lab, nwp, name, kind):
    done = lab.run("nwp", "--link", nwp.url, "--json", "wifi", "scan")
    assert done.returncode == 1
    assert "more networks than there can be" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(("name", "kind"), [lie for lie in ALL_HEAL + ALL_BREAK if lie[0] not in ONCE])
def test_a_lie_told_often_leaves_no_memory_behind(lab, nwp, echo, name, kind):
    driver = Driver(lab, nwp)
    before = 0
    for number in range(2 * ROUNDS):
        driver.call("await")
        driver.converse(echo)
        if number == ROUNDS:
            before = system.resident_kib(driver.process)
    nwp.until(lambda: nwp.bug.told >= ROUNDS)
    assert system.resident_kib(driver.process) - before <= GROWTH_MOST_KIB
