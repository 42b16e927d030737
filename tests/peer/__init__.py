# SPDX-License-Identifier: Apache-2.0
"""A second implementation of the native dialect, written from docs/protocol/ alone: what those documents do not say it
cannot know. It plays either side, honestly or with one of the lies of bugs.py.

framing.py        UART frames: COBS and CRC-32C (links.md)
links.py          packets and lines, as file descriptors of this machine
declarations.py   reads messages.md and session.md: ids, fields, kinds, numbers
codec.py          bytes of a message, by its declaration
frames.py         the eight bytes in front of everything (session.md, Frame)
order.py          sequence numbers, acknowledgement, resending
streams.py        credit
datagrams.py      credit, boundaries, parts
conversation.py   what both sides do alike
host.py           one side
nwp.py            the other
nwp_sockets.py    its sockets
lie.py            what a lie is
frame_bugs.py     lies about frames
message_bugs.py   lies about what they hold
datagram_bugs.py  lies about datagrams and listening sockets
bugs.py           all of them by name
worlds.py         what the tests stand on
"""
