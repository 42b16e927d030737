// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/posix/file_descriptor.h"
#include "tests/kit/flipper.h"
#include "tests/kit/hex.h"

#include <array>
#include <cstdint>

namespace nwp::kit {

struct PacerSettings {
    unsigned baud = 921600; ///< 10 bits a byte: a start and a stop bit
    std::uint64_t fault_seed = 1;
    double flip_per_byte = 0; ///< one bit of a byte is inverted, each way
};

/// What went one way.
struct PacerReport {
    std::uint64_t bytes = 0;

    // Only stretches of at least 20 ms in which the line never waited for a sender or a receiver.
    std::uint64_t saturated_bytes = 0;
    double saturated_seconds = 0;

    /// Measured bytes per second while saturated; 0 if it never was.
    double rate() const {
        return saturated_seconds > 0 ? static_cast<double>(saturated_bytes) / saturated_seconds : 0;
    }
};

/// Joins two descriptors (controlling sides of pseudo-terminals, terminals) like a serial cable: each way
/// bytes pass at baud / 10 a second and arrive when their last bit would have. None is dropped: a receiver
/// that does not read stops the line, and a stopped line stops the sender.
class Pacer {
public:
    /// Both descriptors must not wait (O_NONBLOCK) and stay open as long as this object is used.
    Pacer(int a, int b, PacerSettings settings = {});

    /// Carries bytes until `stop` is readable (true) or one of the two hangs up (false).
    bool run(int stop);

    PacerReport a_to_b() const { return lines_[0].report; }
    PacerReport b_to_a() const { return lines_[1].report; }

private:
    using Nanoseconds = std::int64_t;

    /// One direction: at most one chunk of about a millisecond is on the wire.
    struct Line {
        Line(int source, int sink, std::uint64_t seed) : from(source), to(sink), flipper(seed) {}

        int from;
        int to;
        Flipper flipper;
        Buffer chunk;            ///< on the wire; empty: the line is free
        std::size_t written = 0; ///< of the chunk
        Nanoseconds due = 0;     ///< when the chunk's last bit is through
        bool blocked = false;    ///< the receiver takes no more
        bool hung_up = false;

        bool busy = false; ///< a stretch without a pause is under way
        Nanoseconds stretch_begin = 0;
        std::uint64_t stretch_bytes = 0;
        Nanoseconds delivered = 0; ///< when the last chunk went out, by the clock
        PacerReport report;
    };

    void step(Line& line, Nanoseconds now);
    bool take_chunk(Line& line, Nanoseconds now);
    bool give_chunk(Line& line, Nanoseconds now);
    static void end_stretch(Line& line);
    void set_timer();

    PacerSettings settings_;
    std::size_t chunk_size_;
    posix::FileDescriptor timer_;
    std::array<Line, 2> lines_;
};

} // namespace nwp::kit
