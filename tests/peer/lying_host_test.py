# SPDX-License-Identifier: Apache-2.0
"""A host that lies to nwpd: what it does to itself stands in the tables; nobody else notices."""

import contextlib
import os

import pytest

import conftest as system
import servers
from peer import bugs, links
from peer.conversation import TooLate
from peer.declarations import DOCUMENTS
from peer.host import Host, LinkDown, Refused

KINDS = ["unix", "pty"]
SAID = os.urandom(9000)
ENDS = (links.LinkClosed, LinkDown)
OTHER = {"unix": "pty", "pty": "unix"}

HEALS = """WrongCrc NoiseBetweenFrames LostAcknowledgements DoubledAcknowledgements AcknowledgesWhatWasNeverSent
    AcknowledgementsGoBack EndlessBitmap SequenceFarAhead WrongEpoch LateHello HelloWrongMagic HelloCutShort
    HelloWrongId HelloFromTheFuture HelloAgain HelloTinyRoom HelloNoWindow UnknownKinds UnknownFlags UnknownIds
    TooShortForAFrame FramesToNobody FramesToAClosedSocket CreditGoesDown CancelsOfNothing""".split()
BREAKS = """SequenceJumps HelloInTheMiddle ForbiddenKinds TooLongForAFrame MessageTooLong PartsWithoutEnd
    PartsOfTwoMessages DataBetweenParts TooShortForItsId CreditBeyondReason CreditOfThreeBytes
    DataBehindTheEnd""".split()


def host_at(lab, kind, bug=None):
    link = (links.PacketLink if kind == "unix" else links.LineLink).to(lab.folder / f"nwp.{kind}")
    lab.stack.callback(link.close)
    return Host(link, bug)


class Neighbour:
    """An honest host on a link of its own, with a stream that lives through everything."""

    def __init__(self, lab, kind, echo):
        self.host = host_at(lab, kind)
        self.host.hello()
        self.stream = self.host.open()
        self.host.connect(self.stream, servers.ADDRESS, echo.port)

    def goes_on(self):
        self.host.send(self.stream, SAID[:1000])
        return self.host.receive(self.stream, 1000) == SAID[:1000]


def converse(host, echo):
    """Everything an honest host does; returns what came back."""
    host.hello()
    host.call("DeviceInfoGet")
    stream = host.open()
    host.connect(stream, servers.ADDRESS, echo.port)
    echoed = b""
    for at in range(0, len(SAID), 3000):
        host.send(stream, SAID[at:at + 3000])
        echoed += host.receive(stream, 3000)
    host.close(stream)
    host.call("DeviceInfoGet")
    return echoed


@pytest.fixture(name="echo")
def make_echo():
    with servers.Echo() as echo:
        yield echo


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for kind in KINDS for name in sorted(bugs.lies("host", kind))])
def test_x(lab, name, kind, echo):
    nwpd=lab.nwpd("--radio", "none", kinds=KINDS)
    neighbour = Neighbour(lab, OTHER[kind], echo)
    lie = bugs.lies("host", kind)[name]()
    host = host_at(lab, kind, lie)
    r=None
    try: r= converse(host, echo) == SAID
    except Exception as e: r=repr(e)
    with open("/tmp/peer_x","a") as f: f.write(f"{name} {kind} told={lie.told} {r} neighbour={neighbour.goes_on()} exit={nwpd.poll()}\n")
