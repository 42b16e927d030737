// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/live_pair.h"

#include <chrono>

namespace nwp::kit {

class LivePair::LiveEnd final : public link::Link {
public:
    LiveEnd(LivePair& pair, link::Link& link) : pair_(pair), link_(link), frame_room_(link.frame_room()) {}

    std::size_t frame_room() const override { return frame_room_; }

    Result<void> send(ByteView frame) override {
        const std::scoped_lock lock(pair_.mutex_);
        const auto sent = link_.send(frame);
        pair_.something_sent_ = true;
        pair_.changed_.notify_one();
        return sent;
    }

    /// Copies: the medium goes on moving while the frame is looked at.
    Result<ByteView> receive() override {
        const std::scoped_lock lock(pair_.mutex_);
        const auto frame = link_.receive();
        pair_.something_sent_ = true; // on some media even the call that finds nothing makes room
        pair_.changed_.notify_one();
        if (!frame) return frame;
        current_ = copied(*frame);
        return ByteView{current_};
    }

    void on_activity(Callback<void()> wake) override {
        const std::scoped_lock lock(pair_.mutex_);
        link_.on_activity(wake);
    }

    bool checked() const override { return link_.checked(); }
    bool reliable() const override { return link_.reliable(); }

private:
    LivePair& pair_;
    link::Link& link_;
    std::size_t frame_room_;
    Buffer current_;
};

LivePair::LivePair(std::unique_ptr<LinkPair> pair) : pair_(std::move(pair)) {
    for (const End end : {End::host, End::nwp}) {
        ends_[index(end)] = std::make_unique<LiveEnd>(*this, pair_->end(end));
    }
    thread_ = std::thread([this] { run(); });
}

LivePair::~LivePair() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_one();
    }
    thread_.join();
}

link::Link& LivePair::end(End end) { return *ends_[index(end)]; }

Instant LivePair::now() const {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

void LivePair::run() {
    std::unique_lock lock(mutex_);
    const auto moved = [this] { return something_sent_ || stopping_; };
    while (!stopping_) {
        something_sent_ = false;
        const Instant next = pair_->next_event();
        if (next == Instant::never()) {
            changed_.wait(lock, moved);
        } else if (const Duration left = next - now(); left > Duration{}) {
            changed_.wait_for(lock, std::chrono::microseconds(left.microseconds()), moved);
        } else {
            pair_->advance_to(now());
        }
    }
}

} // namespace nwp::kit
