// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/kit/hex.h"
#include "tests/kit/link_pair.h"

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace nwp::kit {

/// A pair of manual time in real time: a thread of its own lets happen what is due. Each end may be used on
/// one thread. An activity callback that was taken away is called no more, also where another thread uses the
/// other end.
class LivePair final : public LinkPair {
public:
    explicit LivePair(std::unique_ptr<LinkPair> pair);
    ~LivePair() override;

    link::Link& end(End end) override;
    void advance_to(Instant) override {} // time passes by itself
    Instant next_event() const override { return Instant::never(); }

private:
    class LiveEnd;

    void run();
    Instant now() const;

    std::unique_ptr<LinkPair> pair_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool something_sent_ = false;
    bool stopping_ = false;
    std::array<std::unique_ptr<LiveEnd>, 2> ends_;
    std::thread thread_;
};

} // namespace nwp::kit
