# SPDX-License-Identifier: Apache-2.0
"""Sequence numbers, acknowledgement, selective resending (session.md). Pure: time comes in as an argument."""

import dataclasses

MODULUS = 65536
WINDOW_MOST = 128
BITMAP_MOST = 16
ACK_DELAY_S = 0.005
ACK_EVERY = 2
LOST_AFTER_SENDINGS = 3
FIRST_WAIT_S, WAIT_LEAST_S, WAIT_MOST_S, WAIT_MARGIN_S = 0.250, 0.020, 1.0, 0.005


class OrderBroken(Exception):
    """On a reliable link: not the next sequence number."""


def near(number, close_to):
    """The count whose low 16 bits are `number` and that is closest to the count `close_to`."""
    return close_to + (number - close_to + MODULUS // 2) % MODULUS - MODULUS // 2


@dataclasses.dataclass
class _Sent:
    frame: object
    sending: int = -1  # number of its latest sending; -1: none yet
    times: int = 0
    at: float = 0.0
    lost: bool = True  # is to be sent


class _RoundTrip:
    """RFC 6298, with the limits of session.md."""

    def __init__(self):
        self._srtt, self._rttvar, self._backoff = None, 0.0, 1

    def measured(self, seconds):
        self._backoff = 1
        if self._srtt is None:
            self._srtt, self._rttvar = seconds, seconds / 2
            return
        self._rttvar += (abs(self._srtt - seconds) - self._rttvar) / 4
        self._srtt += (seconds - self._srtt) / 8

    def timed_out(self):
        self._backoff *= 2

    @property
    def wait_s(self):
        base = FIRST_WAIT_S if self._srtt is None else self._srtt + 4 * self._rttvar + WAIT_MARGIN_S
        return min(max(base, WAIT_LEAST_S) * self._backoff, WAIT_MOST_S)


class Outgoing:
    """Frames towards the peer. `window` is the peer's; on a reliable link nothing is kept."""

    def __init__(self, reliable, window):
        self._reliable, self._window = reliable, window
        self._next = 0  # number of the next frame that was never sent
        self._queue = []
        self._flight = {}  # count: _Sent
        self._sendings = 0
        self._arrived_sending = -1
        self._heard_at = 0.0
        self._round_trip = _RoundTrip()
        self.resent = 0

    def add(self, frame):
        self._queue.append(frame)

    @property
    def oldest(self):
        return min(self._flight, default=self._next)

    @property
    def idle(self):
        return not self._queue and not self._flight

    def due(self, now):
        """Frames to send now, lost ones first."""
        self._find_lost(now)
        again = [sent for sent in self._flight.values() if sent.lost]
        while self._queue and (self._reliable or self._next - self.oldest < self._window):
            frame = self._queue.pop(0)
            frame.sequence = self._next
            self._next += 1
            if self._reliable:
                yield frame
                continue
            if not self._flight:
                self._heard_at = now
            self._flight[frame.sequence] = _Sent(frame)
            again.append(self._flight[frame.sequence])
        for sent in again:
            self.resent += sent.times > 0
            sent.sending, sent.at, sent.lost = self._sendings, now, False
            sent.times += 1
            self._sendings += 1
            yield sent.frame

    def acknowledged(self, ack, bitmap, now):
        """True when it told of something new."""
        first = near(ack, self.oldest)
        if first > self._next:
            return False
        arrived = {count for count in self._flight if count < first}
        for bit in range(len(bitmap) * 8):
            if bitmap[bit // 8] >> bit % 8 & 1 and first + 1 + bit in self._flight:
                arrived.add(first + 1 + bit)
        for count in arrived:
            sent = self._flight.pop(count)
            self._arrived_sending = max(self._arrived_sending, sent.sending)
            if sent.times == 1:
                self._round_trip.measured(now - sent.at)
        if arrived:
            self._heard_at = now
        return bool(arrived)

    def _find_lost(self, now):
        for sent in self._flight.values():
            sent.lost = sent.lost or sent.sending + LOST_AFTER_SENDINGS <= self._arrived_sending
        deadline = self.deadline
        if deadline is not None and now >= deadline:
            self._flight[self.oldest].lost = True
            self._heard_at = now
            self._round_trip.timed_out()

    @property
    def deadline(self):
        return self._heard_at + self._round_trip.wait_s if self._flight else None


class Incoming:
    """Frames from the peer, in their order."""

    def __init__(self, reliable):
        self._reliable = reliable
        self.next = 0
        self._early = {}
        self._unacknowledged = 0
        self._ack_at = None

    def is_new(self, frame):
        count = near(frame.sequence, self.next)
        return count >= self.next and count not in self._early

    def arrived(self, frame, now):
        """Frames whose turn it is now."""
        count = near(frame.sequence, self.next)
        if self._reliable:
            if count != self.next:
                raise OrderBroken(f"number {frame.sequence} instead of {self.next % MODULUS}")
            self.next += 1
            return [frame]
        had_gap = bool(self._early)
        if self.next <= count < self.next + WINDOW_MOST:
            self._early.setdefault(count, frame)
        ready = []
        while self.next in self._early:
            ready.append(self._early.pop(self.next))
            self.next += 1
        self._unacknowledged += 1
        at_once = had_gap or self._early or not ready or self._unacknowledged >= ACK_EVERY
        self._ack_at = now if at_once else now + ACK_DELAY_S
        return ready

    @property
    def bitmap(self):
        bits = sum(1 << count - self.next - 1 for count in self._early)
        return bits.to_bytes(BITMAP_MOST, "little").rstrip(b"\0")

    @property
    def has_gap(self):
        return bool(self._early)

    def told(self):
        """An acknowledgement went out."""
        self._unacknowledged, self._ack_at = 0, None

    @property
    def deadline(self):
        return self._ack_at
