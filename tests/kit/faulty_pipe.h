// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/framer.h"
#include "tests/kit/hex.h"
#include "tests/kit/link_pair.h"

#include <array>
#include <functional>
#include <memory>

namespace nwp::kit {

/// Chances are per byte or per frame, 0 to 1.
struct Faults {
    double flip_per_byte = 0; ///< one bit of the byte on the line is inverted
    double vanish = 0;        ///< the frame never arrives
    double twice = 0;         ///< the frame arrives two times
    double swap = 0;          ///< the frame arrives behind its successor
};

struct FaultyPipeSettings {
    std::uint32_t seed = 1;
    std::size_t frame_room = 512;
    std::uint64_t bytes_per_second = 0; ///< each way; 0: bytes take no time
    Duration latency{};                 ///< each way, beside the time of the bytes
    std::size_t queue_bytes = 2048; ///< encoded bytes that wait to be sent; at least one frame always fits
    Faults faults{};
};

/// One frame as it leaves an end, encoded, delimiters included. A mutator may change all of it.
struct Passage {
    End from{};
    std::uint64_t offset = 0; ///< of bytes[0] in everything this end has sent
    std::uint64_t frame = 0;  ///< how many frames this end sent before
    Buffer bytes{};           ///< empty: nothing arrives
    Duration stall{};         ///< the line stands still for so long before these bytes
};

using Mutator = std::function<void(Passage&)>;

/// A serial line with seeded faults on which real UART-framed bytes travel in manual time. Frames that the
/// CRC refuses are dropped: checked, not reliable. Calls from any thread; callbacks on the thread that caused
/// them.
class FaultyPipe final : public LinkPair {
public:
    explicit FaultyPipe(FaultyPipeSettings settings = {});
    ~FaultyPipe() override;

    link::Link& end(End end) override;

    /// Bytes arrive only here, never inside send().
    void advance_to(Instant now) override;
    Instant next_event() const override;

    /// Sees each frame before the random faults do. An empty function ends that.
    void on_passage(Mutator mutator);

    /// The random faults from now on.
    void set_faults(Faults faults);

    /// What this end put on the line: encoded bytes, before faults.
    std::uint64_t bytes_sent(End from) const;
    std::uint64_t frames_sent(End from) const;

    /// What this end's Framer saw arrive.
    link::FramerCounters received(End at) const;

private:
    struct Shared;
    class FaultyEnd;

    std::unique_ptr<Shared> shared_;
    std::array<std::unique_ptr<FaultyEnd>, 2> ends_;
};

} // namespace nwp::kit
