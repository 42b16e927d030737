// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/faulty_pipe.h"

#include "tests/kit/flipper.h"

#include <deque>
#include <mutex>
#include <optional>
#include <random>

namespace nwp::kit {
namespace {

using Random = std::mt19937_64;

bool happens(Random& random, double chance) {
    return chance > 0 && std::uniform_real_distribution<double>{}(random) < chance;
}

struct Arrival {
    Instant at;
    Buffer bytes;
};

/// One direction of the line, from an end's send() to the other end's receive().
struct Direction {
    explicit Direction(const FaultyPipeSettings& settings, End sender)
        : from(sender), random(settings.seed * 2ULL + index(sender)), flipper(random()),
          storage(link::framer_room(settings.frame_room)), framer(storage) {}
    Direction(const Direction&) = delete; // the framer borrows the storage

    End from;
    Random random;
    Flipper flipper;
    std::uint64_t bytes_sent = 0;
    std::uint64_t frames_sent = 0;

    Instant line_free;                                   ///< when the last accepted byte has left
    std::deque<std::pair<Instant, std::size_t>> leaving; ///< what waits to leave, and when it has
    std::size_t queued = 0;                              ///< bytes in `leaving`
    bool sender_waits = false;

    std::deque<Arrival> arrivals; ///< in the order of arrival
    std::optional<Arrival> held;  ///< to be overtaken by the next frame
    Buffer storage;
    link::Framer framer;
    std::deque<Buffer> frames; ///< received, not yet taken
};

} // namespace

struct FaultyPipe::Shared {
    explicit Shared(const FaultyPipeSettings& given)
        : settings(given), directions{Direction{given, End::host}, Direction{given, End::nwp}} {}

    Direction& from(End end) { return directions[index(end)]; }
    Direction& to(End end) { return directions[index(other(end))]; }

    Duration line_time(std::size_t bytes) const {
        if (settings.bytes_per_second == 0) return {};
        return Duration{static_cast<std::int64_t>(bytes * 1000000 / settings.bytes_per_second)};
    }

    void put(Direction& line, ByteView frame);
    void deliver(Direction& line, Arrival arrival);
    void advance(Direction& line, std::array<bool, 2>& woken);
    void receive(Direction& line, ByteView bytes);

    FaultyPipeSettings settings;
    mutable std::mutex mutex;
    Instant now;
    Mutator mutator;
    std::array<Direction, 2> directions; // by sending end
    std::array<Callback<void()>, 2> wakes;
};

void FaultyPipe::Shared::put(Direction& line, ByteView frame) {
    Passage passage{.from = line.from, .offset = line.bytes_sent, .frame = line.frames_sent};
    passage.bytes.resize(link::encoded_room(frame.size()));
    const bool idle = line.queued == 0;
    const auto lead = idle ? link::Lead::delimiter : link::Lead::none;
    const std::size_t size = link::encode_frame(frame, passage.bytes, lead);
    passage.bytes.resize(size);
    line.bytes_sent += size;
    ++line.frames_sent;
    if (mutator) mutator(passage);

    const Instant begin = (line.line_free > now ? line.line_free : now) + passage.stall;
    line.line_free = begin + line_time(size);
    line.leaving.emplace_back(line.line_free, size);
    line.queued += size;

    const Faults& faults = settings.faults;
    line.flipper.flip(passage.bytes, faults.flip_per_byte);
    if (happens(line.random, faults.vanish)) return;
    Arrival arrival{line.line_free + settings.latency, std::move(passage.bytes)};
    if (happens(line.random, faults.twice)) deliver(line, arrival);
    if (!line.held && happens(line.random, faults.swap)) {
        // Without a successor it arrives late all the same.
        arrival.at = arrival.at + line_time(link::encoded_room(settings.frame_room)) + milliseconds(1);
        line.held = std::move(arrival);
        return;
    }
    deliver(line, std::move(arrival));
}

void FaultyPipe::Shared::deliver(Direction& line, Arrival arrival) {
    const Instant at = arrival.at;
    line.arrivals.push_back(std::move(arrival));
    if (!line.held) return;
    line.held->at = at;
    line.arrivals.push_back(std::move(*line.held));
    line.held.reset();
}

void FaultyPipe::Shared::receive(Direction& line, ByteView bytes) {
    while (!bytes.empty()) {
        bytes = bytes.from(line.framer.on_bytes(bytes));
        if (!line.framer.frame().empty()) line.frames.push_back(copied(line.framer.frame()));
    }
}

void FaultyPipe::Shared::advance(Direction& line, std::array<bool, 2>& woken) {
    while (!line.leaving.empty() && line.leaving.front().first <= now) {
        line.queued -= line.leaving.front().second;
        line.leaving.pop_front();
        if (line.sender_waits) woken[index(line.from)] = true;
        line.sender_waits = false;
    }
    if (line.held && line.held->at <= now) {
        line.arrivals.push_back(std::move(*line.held));
        line.held.reset();
    }
    while (!line.arrivals.empty() && line.arrivals.front().at <= now) {
        receive(line, line.arrivals.front().bytes);
        line.arrivals.pop_front();
        woken[index(other(line.from))] = true;
    }
}

class FaultyPipe::FaultyEnd final : public link::Link {
public:
    FaultyEnd(Shared& shared, End self) : shared_(shared), self_(self) {}

    std::size_t frame_room() const override { return shared_.settings.frame_room; }

    Result<void> send(ByteView frame) override {
        if (frame.empty() || frame.size() > frame_room()) return Error::message_too_long;
        const std::scoped_lock lock(shared_.mutex);
        Direction& line = shared_.from(self_);
        const bool fits = line.queued + link::encoded_room(frame.size()) <= shared_.settings.queue_bytes;
        if (!fits && line.queued != 0) {
            line.sender_waits = true;
            return Error::would_block;
        }
        shared_.put(line, frame);
        return {};
    }

    Result<ByteView> receive() override {
        const std::scoped_lock lock(shared_.mutex);
        auto& frames = shared_.to(self_).frames;
        if (frames.empty()) return Error::would_block;
        current_ = std::move(frames.front());
        frames.pop_front();
        return ByteView{current_};
    }

    void on_activity(Callback<void()> wake) override {
        const std::scoped_lock lock(shared_.mutex);
        shared_.wakes[index(self_)] = wake;
    }

    bool checked() const override { return true; }
    bool reliable() const override { return false; }

private:
    Shared& shared_;
    End self_;
    Buffer current_;
};

FaultyPipe::FaultyPipe(FaultyPipeSettings settings) : shared_(std::make_unique<Shared>(settings)) {
    for (const End end : {End::host, End::nwp})
        ends_[index(end)] = std::make_unique<FaultyEnd>(*shared_, end);
}

FaultyPipe::~FaultyPipe() = default;

link::Link& FaultyPipe::end(End end) { return *ends_[index(end)]; }

void FaultyPipe::advance_to(Instant now) {
    std::array<bool, 2> woken{};
    std::array<Callback<void()>, 2> wakes;
    {
        const std::scoped_lock lock(shared_->mutex);
        if (now > shared_->now) shared_->now = now;
        for (auto& line : shared_->directions) shared_->advance(line, woken);
        wakes = shared_->wakes;
    }
    // After the lock is gone: a callback may take a lock that another caller of send() holds.
    for (std::size_t i = 0; i < 2; ++i) {
        if (woken[i] && wakes[i]) wakes[i]();
    }
}

Instant FaultyPipe::next_event() const {
    const std::scoped_lock lock(shared_->mutex);
    Instant next = Instant::never();
    for (const auto& line : shared_->directions) {
        if (!line.leaving.empty()) next = earlier(next, line.leaving.front().first);
        if (!line.arrivals.empty()) next = earlier(next, line.arrivals.front().at);
        if (line.held) next = earlier(next, line.held->at);
    }
    return next;
}

void FaultyPipe::on_passage(Mutator mutator) {
    const std::scoped_lock lock(shared_->mutex);
    shared_->mutator = std::move(mutator);
}

void FaultyPipe::set_faults(Faults faults) {
    const std::scoped_lock lock(shared_->mutex);
    shared_->settings.faults = faults;
}

std::uint64_t FaultyPipe::bytes_sent(End from) const {
    const std::scoped_lock lock(shared_->mutex);
    return shared_->from(from).bytes_sent;
}

std::uint64_t FaultyPipe::frames_sent(End from) const {
    const std::scoped_lock lock(shared_->mutex);
    return shared_->from(from).frames_sent;
}

link::FramerCounters FaultyPipe::received(End at) const {
    const std::scoped_lock lock(shared_->mutex);
    return shared_->to(at).framer.counters();
}

} // namespace nwp::kit
