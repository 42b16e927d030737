# SPDX-License-Identifier: Apache-2.0
"""A host that lies to nwpd hurts itself at most: either nothing comes of it, or its session ends; the daemon, its memory
and the other hosts do not notice."""

import json
import os
import pathlib
import resource
import socket

import pytest

import conftest as system
import servers
from peer import bugs, codec, links
from peer.codec import Address
from peer.conversation import Honest, TooLate
from peer.declarations import DOCUMENTS
from peer.host import Host, LinkDown, Refused
from peer.lie import NO_SUCH_HANDLE, echo_request
from peer.worlds import KINDS, Deaf, Full, World, connected, converse, flood, host_at

HEALS = {"WrongCrc", "NoiseBetweenFrames", "LostAcknowledgements", "DoubledAcknowledgements",
         "AcknowledgesWhatWasNeverSent", "AcknowledgementsGoBack", "SaysItDropsEverything",
         "EndlessBitmap", "SequenceFarAhead", "WrongEpoch",
         "LateHello", "HelloWrongMagic", "HelloCutShort", "HelloWrongId", "HelloFromTheFuture", "HelloAgain",
         "HelloTinyRoom", "HelloNoWindow", "UnknownKinds", "UnknownFlags", "UnknownIds", "TooShortForAFrame",
         "FramesToNobody", "FramesToAClosedSocket", "CreditGoesDown", "CancelsOfNothing",
         "DatagramToNobody", "DatagramThatNeverEnds"}
BREAKS = {"SequenceJumps", "HelloInTheMiddle", "ForbiddenKinds", "MessageTooLong", "PartsWithoutEnd",
          "PartsOfTwoMessages", "DataBetweenParts", "TooShortForItsId", "CreditBeyondReason", "CreditOfThreeBytes",
          "DatagramTooLong", "DatagramWithoutAddress", "DatagramWithHalfAnAddress", "DatagramOfUnknownFamily",
          "StreamDataOnADatagramSocket", "DatagramOnAStream", "FramesToAListener"}
HEALS_BY_RESENDING = {"DoubledFrames"}  # on a line; on a socket a doubled frame is a frame out of its turn
COUNTED = {"WrongCrc": "frames_broken", "NoiseBetweenFrames": "frames_broken", "LostAcknowledgements": "frames_resent"}
ROUNDS = int(os.environ.get("NWP_LIES", "10"))
GROWTH_MOST_KIB = 256
FLOOD = 40_000
COMERS = 40
PARKED_MOST = 16
OPEN_MOST = 1024
DESCRIPTORS = 60
FLOOD_MOST_KIB = 4096
NO_PARKING = "reattach_s = 0\n"


def cpu_s(process):
    """Processor time it has used."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def told_by(kind, names):
    return [(name, kind) for name in sorted(bugs.lies("host", kind)) if name in names]


def heals(kind):
    return told_by(kind, HEALS | (HEALS_BY_RESENDING if kind == "pty" else set()))


def breaks(kind):
    return told_by(kind, BREAKS | (HEALS_BY_RESENDING if kind == "unix" else set()))


def test_every_lie_stands_in_a_table_and_is_told_below():
    known = HEALS | BREAKS | HEALS_BY_RESENDING | {"CreditOverrun", "DataBehindTheEnd", "TooLongForAFrame"}
    assert known == {name for kind in KINDS for name in bugs.lies("host", kind)}


@pytest.mark.parametrize(("name", "kind"), heals("unix") + heals("pty"))
def test_what_a_link_may_do_or_nobody_knows_changes_nothing(lab, world, name, kind):
    lie = bugs.bug(name)
    before = world.neighbour.status()
    host = host_at(lab, kind, lie)
    assert converse(host, world.echo)
    assert lie.told > 0
    if name in COUNTED:
        world.until(lambda status: status[COUNTED[name]] > before[COUNTED[name]])


def tell(world, host, name):
    """A conversation with a lie in it, as far as it goes."""
    if (name, world.kind) in heals(world.kind):
        assert converse(host, world.echo)
        return
    host.hello()
    host.send(connected(host, world.echo), b"one word")
    if name != "HelloInTheMiddle":  # that is a new session already
        world.until(lambda status: status["clients"] == 1, host)


@pytest.mark.parametrize(("name", "kind"), breaks("unix") + breaks("pty"))
def test_what_breaks_the_protocol_ends_that_session_and_a_new_hello_begins_another(lab, world, name, kind):
    lie = bugs.bug(name)
    host = host_at(lab, kind, lie)
    tell(world, host, name)
    assert lie.told > 0
    host.bug = Honest()
    assert converse(host, world.echo)


@pytest.mark.parametrize("kind", KINDS)
def test_a_host_whose_session_ended_learns_it_from_silence(lab, world, kind):
    host = host_at(lab, kind, bugs.bug("ForbiddenKinds"))
    host.hello()
    connected(host, world.echo)
    with pytest.raises(LinkDown):
        host.call("DeviceInfoGet")


# ---- hello


@pytest.mark.parametrize("kind", KINDS)
def test_another_major_version_is_refused_with_both_versions_named(lab, world, kind):
    host = host_at(lab, kind)
    with pytest.raises(Refused, match="version_mismatch") as refused:
        host.hello(major=2, minor=7)
    assert refused.value.values["major"] == 1
    status = world.neighbour.status()
    assert status["version_mismatches"] == 1
    assert "2.7" in status["last_mismatch"] and "1.0" in status["last_mismatch"]
    assert status["clients"] == 1
    assert converse(host, world.echo)


@pytest.mark.parametrize("kind", ["unix"])
def test_a_wrong_token_on_a_socket_touches_nobody(lab, world, kind):
    owner, thief = host_at(lab, kind), host_at(lab, kind)
    owner.hello()
    stream = connected(owner, world.echo)
    welcome = thief.hello(has_token=1, token=bytes(16))
    assert (welcome["attached"], welcome["sockets"]) == (0, 0)
    assert world.neighbour.status()["wrong_tokens"] == 1
    owner.send(stream, b"still mine")
    assert owner.receive(stream, 10) == b"still mine"


@pytest.mark.parametrize("kind", ["unix"])
def test_the_token_of_a_living_host_is_of_no_use(lab, world, kind):
    owner, thief = host_at(lab, kind), host_at(lab, kind)
    token = owner.hello()["token"]
    stream = connected(owner, world.echo)
    assert thief.hello(has_token=1, token=token)["attached"] == 0
    owner.send(stream, b"still mine")
    assert owner.receive(stream, 10) == b"still mine"


@pytest.mark.parametrize("kind", ["pty"])
@pytest.mark.parametrize("has_token", [0, 1])
def test_a_hello_without_the_right_token_closes_the_sockets_of_a_line(lab, world, kind, has_token):
    host = host_at(lab, kind)
    host.hello()
    connected(host, world.echo)
    assert world.neighbour.status()["sockets"] == 2
    assert host.hello(has_token=has_token, token=bytes(16))["attached"] == 0
    status = world.neighbour.status()
    assert (status["sockets"], status["wrong_tokens"]) == (1, has_token)


@pytest.mark.parametrize("kind", ["pty"])
def test_nwp_status_shows_what_liars_did(lab, world, kind):
    with pytest.raises(Refused):
        host_at(lab, "unix").hello(major=3)
    host_at(lab, "unix").hello(has_token=1, token=bytes(16))
    assert converse(host_at(lab, kind, bugs.bug("WrongCrc")), world.echo)
    done = lab.nwp("--json", "status")
    assert done.returncode == 0, done.stderr
    traffic = json.loads(done.stdout)["traffic"]
    assert (traffic["version_mismatches"], traffic["wrong_tokens"]) == (1, 1)
    assert "3.0" in traffic["last_mismatch"]
    assert traffic["frames_broken"] > 0


# ---- requests


def lying(message):
    """Fields of `message`, each time broken in another way."""
    whole = codec.pack(message, {})
    yield from (whole[:size] for size in range(len(whole)))
    for at, field in enumerate(message.fields):
        if field.type in codec.LENGTHS:
            before = b"".join(codec.pack_value(each.type, codec.default(each.type)) for each in message.fields[:at])
            yield before + b"\xff" * codec.LENGTHS[field.type] + b"short"
        if field.type == "address":
            before = b"".join(codec.pack_value(each.type, codec.default(each.type)) for each in message.fields[:at])
            yield before + b"\x05" + bytes(40)


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_that_breaks_its_layout_is_malformed_whichever_it_is(lab, world, kind):
    host = host_at(lab, kind)
    host.hello()
    for message in DOCUMENTS.messages:
        for fields in lying(message) if message.group == "Requests" else ():
            with pytest.raises(Refused, match="malformed"):
                host.answer(host.request_octets(message.id, fields))
    assert converse(host, world.echo)


@pytest.mark.parametrize("kind", KINDS)
def test_handles_that_are_not_ours_are_bad(lab, world, kind):
    host = host_at(lab, kind)
    host.hello()
    mine = connected(host, world.echo)
    for handle in {0, NO_SUCH_HANDLE, mine.handle + 1, mine.handle ^ 0x400, mine.handle + 0x400}:
        for request in ("SocketNameGet", "SocketClose", "SocketShutdown", "SocketVerdictGet", "SocketConnect"):
            with pytest.raises(Refused, match="bad_handle"):
                host.call(request, socket=handle)
    host.send(mine, b"mine")
    assert host.receive(mine, 4) == b"mine"


@pytest.mark.parametrize("kind", KINDS)
def test_a_connect_that_is_cancelled_gets_one_reply_and_its_number_is_free_again(lab, world, kind):
    host = host_at(lab, kind)
    host.hello()
    with Full() as full:
        stream = host.open()
        number = host.request("SocketConnect", socket=stream.handle, peer=Address(servers.ADDRESS, full.port))
        host.emit("cancel", number)
        host.emit("cancel", number)
        with pytest.raises(Refused, match="cancelled"):
            host.answer(number)
        assert host.answer(host.request("DeviceInfoGet", number=number)).name == "DeviceInfo"


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_that_is_open_may_not_be_used(lab, world, kind):
    host = host_at(lab, kind)
    host.hello()
    with Full() as full:
        stream = host.open()
        number = host.request("SocketConnect", socket=stream.handle, peer=Address(servers.ADDRESS, full.port))
        host.request("DeviceInfoGet", number=number)
        world.until(lambda status: status["clients"] == 1, host)
    assert converse(host, world.echo)


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_whose_deadline_passes_gets_one_reply(lab, world, kind):
    host = host_at(lab, kind)
    host.hello()
    with Full() as full:
        stream = host.open()
        number = host.request("SocketConnect", deadline_ms=300, socket=stream.handle,
                              peer=Address(servers.ADDRESS, full.port))
        with pytest.raises(Refused, match="timed_out"):
            host.answer(number, 5)
        host.call("DeviceInfoGet")


@pytest.mark.parametrize("kind", KINDS)
def test_sockets_end_where_the_nwp_says_and_closing_one_makes_room(lab, world, kind):
    host = host_at(lab, kind)
    host.hello()
    limit = host.call("DeviceInfoGet")["socket_limit"]
    streams = [host.open() for _ in range(limit)]
    with pytest.raises(Refused, match="too_many_files_in_system"):
        host.open()
    host.close(streams.pop())
    host.open()


# ---- streams


@pytest.mark.parametrize("kind", KINDS)
def test_more_than_the_credit_ends_the_session(lab, world, kind):
    host = host_at(lab, kind)
    host.hello()
    with Deaf() as deaf:
        stream = connected(host, deaf)
        limit = None
        while limit != stream.send_limit:
            limit = stream.send_limit
            if stream.room:
                host.send(stream, bytes(stream.room))
            host.call("Echo")
        bugs.bug("CreditOverrun").act(host)
        world.until(lambda status: status["clients"] == 1, host)
    assert converse(host, world.echo)


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_behind_the_end_goes_nowhere(lab, world, kind):
    host = host_at(lab, kind)
    host.hello()
    with servers.Sink() as sink:
        stream = connected(host, sink)
        host.send(stream, b"the last words")
        bugs.bug("DataBehindTheEnd").act(host)
        host.wait(lambda: stream.ended)
        assert sink.bytes == len(b"the last words")
    assert converse(host, world.echo)


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_beyond_the_room_of_hello_hurts_its_sender_at_most(lab, world, kind):
    host = host_at(lab, kind, bugs.bug("TooLongForAFrame"))
    host.hello()
    connected(host, world.echo)
    assert host.bug.told == 1
    host.bug = Honest()
    assert converse(host, world.echo)


# ---- memory


@pytest.mark.parametrize("kind", KINDS)
def test_a_host_that_never_takes_its_answers_costs_a_bounded_memory(lab, world, kind):
    host = host_at(lab, kind, bugs.bug("LostAcknowledgements"))
    host.hello()
    assert converse(host, world.echo)
    host.wait(lambda: host.outgoing.idle)
    before = system.resident_kib(world.nwpd)
    assert flood(host, echo_request(400), FLOOD) > 0
    world.until(lambda status: status["clients"] == 1)
    assert system.resident_kib(world.nwpd) - before < FLOOD_MOST_KIB
    while host.link.receive():
        pass
    host.bug = Honest()
    assert converse(host, world.echo)


@pytest.mark.parametrize("kind", KINDS)
def test_open_requests_without_end_are_refused_and_cancelling_makes_room(lab, kind):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((system.DNS, 0))
        lab.nwpd("--port", f"53={silent.getsockname()[1]}", kinds=KINDS)
        host = host_at(lab, kind)
        host.hello()
        host.call("WifiConnect", ssid=system.SSID, passphrase=system.PASSPHRASE, security=1)
        host.wait(lambda: host.events[-1][0] == "AddressChanged" and host.events[-1][1]["address"])
        questions = [host.request("Resolve", deadline_ms=60_000, node=f"name-{number}.test")
                     for number in range(OPEN_MOST + 1)]
        with pytest.raises(Refused, match="no_buffers"):
            host.answer(questions.pop())
        for number in questions:
            host.emit("cancel", number)
        for number in questions:
            with pytest.raises(Refused, match="cancelled"):
                host.answer(number)
        assert host.call("DeviceInfoGet")


@pytest.mark.parametrize("kind", ["unix"])
def test_hosts_that_come_and_go_without_their_token_leave_a_bounded_number_of_sockets(lab, world, kind):
    for _ in range(COMERS):
        host = host_at(lab, kind)
        host.hello()
        connected(host, world.echo)
        host.link.close()
    world.until(lambda status: status["clients"] == 1)
    assert world.neighbour.status()["sockets"] <= PARKED_MOST + 1


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def say_nothing(_host):
    pass


def say_junk(host):
    host.link.send(b"x")


def say_another_major(host):
    with pytest.raises(Refused):
        host.hello(major=9)


def break_the_protocol(host):
    host.hello()
    host.emit("event", 0, b"..")


@pytest.mark.parametrize("before", [say_nothing, say_junk, say_another_major, break_the_protocol])
def test_a_link_that_closes_leaves_no_descriptor_behind(lab, echo, before):
    world = World(lab, "unix", echo)
    held = descriptors(world.nwpd)
    for _ in range(5):
        host = host_at(lab, "unix")
        before(host)
        host.link.close()
    world.until(lambda _: descriptors(world.nwpd) == held)
    world.end()


def test_links_without_end_leave_the_daemon_to_its_other_hosts(lab, echo):
    """Out of descriptors it takes no further link, does not spin, and takes one again when others have gone."""
    world = World(lab, "unix", echo)
    soft, hard = resource.prlimit(world.nwpd.pid, resource.RLIMIT_NOFILE)
    assert soft > DESCRIPTORS
    resource.prlimit(world.nwpd.pid, resource.RLIMIT_NOFILE, (DESCRIPTORS, hard))
    crowd = [links.PacketLink.to(lab.folder / "nwp.unix") for _ in range(DESCRIPTORS + 20)]
    assert world.neighbour.goes_on()
    before = cpu_s(world.nwpd)
    with pytest.raises(TooLate):
        Host(crowd[-1]).hello(limit_s=1)
    assert cpu_s(world.nwpd) - before < 0.5
    for link in crowd:
        link.close()
    assert converse(host_at(lab, "unix"), echo)
    world.end()


@pytest.mark.parametrize(("name", "kind"), [each for kind in KINDS for each in heals(kind) + breaks(kind)])
def test_a_lie_told_often_leaves_no_memory_behind(lab, name, kind, echo):
    configuration = lab.folder / "nwpd.toml"
    configuration.write_text(NO_PARKING)
    world = World(lab, kind, echo, "--config", configuration)
    host = host_at(lab, kind)
    before = 0
    for number in range(2 * ROUNDS):
        host.bug = bugs.bug(name)
        host.use(host.link)
        tell(world, host, name)
        if number == ROUNDS:
            before = system.resident_kib(world.nwpd)
    assert host.bug.told > 0
    assert system.resident_kib(world.nwpd) - before <= GROWTH_MOST_KIB
    world.end()
