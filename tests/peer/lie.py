# SPDX-License-Identifier: Apache-2.0
"""What a lie is: a class is one switch, for one side or both, on one kind of link or both. `told` counts its lies."""

from peer.conversation import Honest
from peer.declarations import DOCUMENTS

NO_SUCH_KINDS = [number for number in range(16) if number not in DOCUMENTS.kind_of_number]
NO_SUCH_HANDLE = 0xFEFE
NO_SUCH_NUMBER = 0xFDFD
NO_SUCH_ID = 0x7EEE


class Lie(Honest):
    sides = ("host", "NWP")
    links = ("unix", "pty")

    def __init__(self):
        self.told = 0


class Act(Lie):
    """Lies once, when a stream was connected; a host's stream is the only one, an NWP's the last one."""
    at = {"host": "connect", "NWP": "SocketConnect"}

    def after(self, peer, step):
        if step == self.at[peer.own]:
            self.told += 1  # before: whoever was lied to may answer before the lie is out
            self.act(peer)

    def act(self, peer):
        raise NotImplementedError

    @staticmethod
    def stream(peer):
        return list(peer.streams.values())[-1]


def spoken(peer):
    """The kind of message that `peer` may send at any time, and a channel for it."""
    return ("request", NO_SUCH_NUMBER) if peer.own == "host" else ("event", 0)


def echo_request(size):
    """An Echo request, whole, with content of `size` bytes; as an event it has an id that no event has."""
    return (DOCUMENTS.message("Requests", "Echo").id.to_bytes(2, "little") + (10000).to_bytes(4, "little") +
            size.to_bytes(2, "little") + bytes(size))
