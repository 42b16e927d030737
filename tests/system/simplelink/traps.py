# SPDX-License-Identifier: Apache-2.0
"""What an NWP must never do to TI's host driver, and what follows in that driver when it does. A T or P number is that of
the list of traps; the rest are rules of the protocol that have no number there."""


class Sprung(AssertionError):
    """The NWP did what `trap` forbids."""

    def __init__(self, trap, detail=""):
        super().__init__(f"{trap}: {TRAPS[trap]}" + (f": {detail}" if detail else ""))
        self.trap = trap


class Aborted(Exception):
    """The NWP reported its own end: ABORT with this type and data."""

    def __init__(self, kind, data):
        super().__init__(f"type {kind:#x}, data {data:#x}")
        self.kind, self.data = kind, data


class LinkClosed(Exception):
    """The NWP closed the link."""


TRAPS = {
    "T1": "message shorter than its opcode demands: the host's reader blocks and every call with it",
    "T2": "bytes that no message accounts for: a phantom interrupt blocks the reader on half a header",
    "T3": "dummy message with arguments: as T2",
    "T4": "payload not padded to a multiple of 4 with zeros: the host's reader blocks",
    "T5": "padding counted in len: the caller gets padding for data",
    "T6": "sequence form of the sync word with a wrong number: the message is invisible",
    "T7": "RECVFROM error without the full address arguments: the host's reader blocks",
    "P1": "no credit after SEND or SENDTO: the sender sleeps for ever",
    "P2": "MinMaxPayload 0: division by zero in the next send",
    "P3": "TxPoolCnt stays at 2 or below: RECV is never sent",
    "P4": "TxPoolCnt times MinMaxPayload below one send: it never starts",
    "P5": "message with bit 10 that no command waits for: read into a stale pointer",
    "P6": "received data that no RECV asked for: the driver's lock is never released",
    "P7": "INIT COMPLETE twice: null pointer",
    "P8": "INIT COMPLETE missing: the host must reboot",
    "P9": "Sd not echoed: DRIVER_ABORT",
    "P10": "CLOSE without its asynchronous message: 65 s, then fatal",
    "P11": "accepted command without its asynchronous message: the caller waits for ever",
    "P12": "SELECT refused in its response: the caller waits for ever",
    "P13": "select result with a status and no bit that was asked for: SELECT is repeated in a busy loop",
    "P14": "SELECT with Nfds 0 selects nothing: joined selects hang",
    "P15": "control socket: no loopback to itself, or more than 4 bytes returned: joined selects hang, or the stack is hit",
    "P16": "accept by opcode 0x1203: not matched, sl_Accept hangs",
    "P17": "SocketNonBlocking differs from what the socket does: fatal after 10 s",
    "P18": "SocketTXFailure set for a socket that did not fail or is closed: it cannot send",
    "P19": "provisioning bits without bit 6: every call fails, every event is swallowed",
    "P20": "device locked: every call but the file system's fails",
    "P21": "more data than asked for: the host's buffer overflows",
    "P22": "NetUtil result that nothing asked for: null pointer",
    "P23": "address in the byte order of the other silos: wrong address",
    "P24": "get response that is an error and not of full size: the host's reader blocks",
    "P25": "message at the heels of INIT COMPLETE: its interrupt is swallowed",
    "P26": "response later than the host waits: fatal",
    "P27": "file opened or closed later than the host waits: fatal",
    "P28": "closing the link is not powering off: the next start gets no INIT COMPLETE",
    "P29": "quick close and open of a terminal missed: as P28",
    "P30": "INIT COMPLETE sent before the host listened, and again: null pointer",
    "sync": "sync word not in its plain form",
    "first": "something before INIT COMPLETE",
    "credit": "TxPoolCnt shrank by more than was sent: DRIVER_ABORT",
    "mismatch": "response of another command",
    "refused": "asynchronous message of a command that was refused",
    "unasked": "asynchronous message that nothing asked for",
    "unknown": "opcode that the host does not know",
    "size": "arguments not of the exact size",
    "buffer": "response payload larger than the caller's buffer",
    "long": "asynchronous message longer than the host keeps: it is cut",
    "masked": "event that the host has silenced",
    "bits": "DevStatus bit that does not exist",
    "baud": "wrong answer to the call at a new rate: DRIVER_ABORT",
    "descriptor": "descriptor that is none: not 0 to 15, or one that is open already",
}
