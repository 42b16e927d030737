// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/pipe_pair.h"

#include <mutex>

namespace nwp::kit {

struct PipePair::Shared {
    /// What is on its way to one end, and whom to wake there.
    struct Inbox {
        std::deque<Buffer> frames;
        bool reset = false;
        bool sender_waits = false;
        Callback<void()> wake;
        std::uint64_t frames_sent = 0;
        std::uint64_t bytes_sent = 0;
    };

    explicit Shared(PipeSettings given) : settings(given) {}

    PipeSettings settings;
    mutable std::mutex mutex;
    bool cut = false;
    std::array<Inbox, 2> inbox; // by receiving end
};

namespace {

/// Wakes after the lock is gone: the callback may take a lock that the caller of send() holds.
void notify(const Callback<void()>& wake) {
    if (wake) wake();
}

} // namespace

class PipePair::PipeEnd final : public link::Link {
public:
    PipeEnd(Shared& shared, End self) : shared_(shared), self_(self) {}

    std::size_t frame_room() const override { return shared_.settings.frame_room; }

    Result<void> send(ByteView frame) override {
        if (frame.empty() || frame.size() > frame_room()) return Error::message_too_long;
        Callback<void()> wake;
        {
            const std::scoped_lock lock(shared_.mutex);
            if (shared_.cut) return Error::link_down;
            auto& inbox = shared_.inbox[index(other(self_))];
            if (inbox.frames.size() >= shared_.settings.depth) {
                inbox.sender_waits = true;
                return Error::would_block;
            }
            inbox.frames.push_back(copied(frame));
            ++inbox.frames_sent;
            inbox.bytes_sent += frame.size();
            wake = inbox.wake;
        }
        notify(wake);
        return {};
    }

    Result<ByteView> receive() override {
        Callback<void()> wake_sender;
        {
            const std::scoped_lock lock(shared_.mutex);
            if (shared_.cut) return Error::link_down;
            auto& inbox = shared_.inbox[index(self_)];
            if (inbox.reset) {
                inbox.reset = false;
                return Error::link_reset;
            }
            if (inbox.frames.empty()) return Error::would_block;
            current_ = std::move(inbox.frames.front());
            inbox.frames.pop_front();
            if (inbox.sender_waits) wake_sender = shared_.inbox[index(other(self_))].wake;
            inbox.sender_waits = false;
        }
        notify(wake_sender);
        return ByteView{current_};
    }

    void on_activity(Callback<void()> wake) override {
        const std::scoped_lock lock(shared_.mutex);
        shared_.inbox[index(self_)].wake = wake;
    }

    bool checked() const override { return true; }
    bool reliable() const override { return true; }

private:
    Shared& shared_;
    End self_;
    Buffer current_;
};

PipePair::PipePair(PipeSettings settings) : shared_(std::make_unique<Shared>(settings)) {
    for (const End end : {End::host, End::nwp}) ends_[index(end)] = std::make_unique<PipeEnd>(*shared_, end);
}

PipePair::~PipePair() = default;

link::Link& PipePair::end(End end) { return *ends_[index(end)]; }

void PipePair::cut() {
    std::array<Callback<void()>, 2> wakes;
    {
        const std::scoped_lock lock(shared_->mutex);
        shared_->cut = true;
        for (std::size_t i = 0; i < 2; ++i) {
            shared_->inbox[i].frames.clear();
            wakes[i] = shared_->inbox[i].wake;
        }
    }
    for (const auto& wake : wakes) notify(wake);
}

void PipePair::mend() {
    std::array<Callback<void()>, 2> wakes;
    {
        const std::scoped_lock lock(shared_->mutex);
        shared_->cut = false;
        for (std::size_t i = 0; i < 2; ++i) wakes[i] = shared_->inbox[i].wake;
    }
    for (const auto& wake : wakes) notify(wake);
}

void PipePair::restart(End end) {
    Callback<void()> wake;
    {
        const std::scoped_lock lock(shared_->mutex);
        for (auto& inbox : shared_->inbox) inbox.frames.clear();
        shared_->inbox[index(end)].reset = false;
        auto& peer = shared_->inbox[index(other(end))];
        peer.reset = true;
        wake = peer.wake;
    }
    notify(wake);
}

std::uint64_t PipePair::frames_sent(End from) const {
    const std::scoped_lock lock(shared_->mutex);
    return shared_->inbox[index(other(from))].frames_sent;
}

std::uint64_t PipePair::bytes_sent(End from) const {
    const std::scoped_lock lock(shared_->mutex);
    return shared_->inbox[index(other(from))].bytes_sent;
}

} // namespace nwp::kit
