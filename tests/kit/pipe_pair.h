// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/kit/hex.h"
#include "tests/kit/link_pair.h"

#include <array>
#include <deque>
#include <memory>

namespace nwp::kit {

struct PipeSettings {
    std::size_t frame_room = 4096;
    std::size_t depth = 16; ///< frames each way before send() says would_block
};

/// The perfect medium: checked, reliable, at once. Each end may live on a thread of its own.
class PipePair final : public LinkPair {
public:
    explicit PipePair(PipeSettings settings = {});
    ~PipePair() override;

    link::Link& end(End end) override;
    void advance_to(Instant) override {}
    Instant next_event() const override { return Instant::never(); }

    /// Both ends say link_down until mend(). Frames under way are lost.
    void cut();
    void mend();

    /// As if that end had been reset: the other is told link_reset; frames under way are lost.
    void restart(End end);

    std::uint64_t frames_sent(End from) const;
    std::uint64_t bytes_sent(End from) const;

private:
    struct Shared;
    class PipeEnd;

    std::unique_ptr<Shared> shared_;
    std::array<std::unique_ptr<PipeEnd>, 2> ends_;
};

} // namespace nwp::kit
