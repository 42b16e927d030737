# SPDX-License-Identifier: Apache-2.0
"""Sends frames from an interface to everybody, one after the other, and prints who answered: for each frame the
hardware address that it came back from, and whether its content was the same. Words: INTERFACE SIZE..."""

import json
import socket
import sys

EXPERIMENTS = 0x88B5  # EtherType (IEEE 802)
EVERYBODY = b"\xff" * 6
ANSWER_LIMIT_S = 30
SOL_PACKET, PACKET_QDISC_BYPASS = 263, 20  # packet(7)


def exchange(ethernet, own, size):
    content = bytes(place % 251 for place in range(size))
    ethernet.send(EVERYBODY + own + EXPERIMENTS.to_bytes(2, "big") + content)
    answer = ethernet.recv(65536)
    return {"from": answer[6:12].hex(), "to_us": answer[:6] == own, "equal": answer[14:] == content}


def main():
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EXPERIMENTS)) as ethernet:
        ethernet.bind((sys.argv[1], EXPERIMENTS))
        ethernet.settimeout(ANSWER_LIMIT_S)
        # A moment passes before the queue knows of a carrier, and until then it loses what is sent.
        ethernet.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, 1)
        own = ethernet.getsockname()[4]
        print(json.dumps({"own": own.hex(), "answers": [exchange(ethernet, own, int(size)) for size in sys.argv[2:]]}))


main()
