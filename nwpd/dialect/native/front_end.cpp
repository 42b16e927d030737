// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/front_end.h"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace nwp::native {
namespace {

/// Transmit memory of one link: enough slots to keep a fast link busy, within a bound.
constexpr std::size_t kTransmitBytes = std::size_t{512} * 1024;
constexpr std::size_t kSlotsLeast = 16;
constexpr std::size_t kReorderSlots = 64;
/// Credentials are shorter; stored files are not. The store has limits of its own.
constexpr std::uint32_t kLongestUpload = 1024 * 1024;
/// Of one host at a time: what it asks for must not become our memory.
constexpr std::size_t kMostOpenRequests = 1024;

std::size_t slot_count(std::size_t frame_room) {
    return std::clamp(kTransmitBytes / frame_room, kSlotsLeast, session::kWindowMost);
}

session::Storage storage(std::vector<Byte>& transmit, std::vector<session::TransmitSlot>& slots,
                         session::EarlyFrames& early, std::vector<Byte>& assembly) {
    return {transmit, slots, early.capacity() != 0 ? &early : nullptr, assembly};
}

} // namespace

FrontEnd::FrontEnd(Shared& shared, std::unique_ptr<endpoint::Carrier> carrier, endpoint::Peer peer,
                   service::ClientPolicy policy, std::function<void()> on_down)
    : shared_(shared), carrier_(std::move(carrier)), peer_(peer), policy_(std::move(policy)),
      on_down_(std::move(on_down)), transmit_(slot_count(carrier_->frame_room()) * carrier_->frame_room()),
      slots_(slot_count(carrier_->frame_room())),
      reorder_(carrier_->reliable() ? 0 : kReorderSlots * carrier_->frame_room()),
      reorder_slots_(carrier_->reliable() ? 0 : kReorderSlots), assembly_(session::kMessageRoom),
      session_(session::Role::nwp, *carrier_, *this, storage(transmit_, slots_, early_, assembly_)),
      outbox_(session_, Callback<void()>::to<&FrontEnd::wake>(*this)), requests_(outbox_),
      upload_(kLongestUpload), timer_(shared.context) {
    carrier_->on_activity(Callback<void()>::to<&FrontEnd::wake>(*this));
    wake();
}

FrontEnd::~FrontEnd() {
    *alive_ = false;
    carrier_->on_activity({});
    requests_.abandon_all();
}

void FrontEnd::wake() {
    if (posted_ || running_) return; // run() sends what is said inside it
    posted_ = true;
    boost::asio::post(shared_.context, [this, alive = alive_] {
        if (!*alive) return;
        posted_ = false;
        run();
    });
}

void FrontEnd::run() {
    running_ = true;
    const Instant now = shared_.now();
    const bool more = session_.service(now);
    if (outbox_.overflowed()) protocol_error("requests and takes no answers");
    if (broken_) {
        broken_ = false;
        session_.close();
        on_closed(Error::malformed);
    }
    if (carrier_->is_closed()) leave();
    requests_.expire(now);
    if (outbox_.drain() && host_) host_->pump();
    running_ = false;
    session_.flush(now);
    count_frames();
    if (more)
        wake();
    else
        arm_timer();
}

void FrontEnd::arm_timer() {
    const Instant next = next_deadline();
    if (next == Instant::never()) {
        timer_.cancel();
        return;
    }
    const std::int64_t wait = std::max<std::int64_t>(0, (next - shared_.now()).microseconds());
    timer_.expires_after(std::chrono::microseconds(wait));
    timer_.async_wait([this, alive = alive_](boost::system::error_code error) {
        if (!error && *alive) run();
    });
}

void FrontEnd::count_frames() {
    const session::Counters& now = session_.counters();
    const std::uint64_t broken = carrier_->broken_frames();
    shared_.services.device.count_frames({now.frames_in - counted_.frames_in,
                                          now.frames_out - counted_.frames_out, now.resent - counted_.resent,
                                          broken - counted_broken_});
    counted_ = now;
    counted_broken_ = broken;
}

HostSession::Attachment FrontEnd::attachment() {
    return {session_, outbox_, Callback<void()>::to<&FrontEnd::wake>(*this)};
}

void FrontEnd::protocol_error(const char* what) {
    shared_.services.device.log_protocol_error(policy_.name, what);
    broken_ = true;
}

// ---- the conversation

void FrontEnd::on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) {
    broken_ = false; // that was the session before, which is over
    std::unique_ptr<HostSession> earlier_host = std::move(known_host_);
    if (hello.has_token != 0) {
        if (carrier_->single_host()) {
            const bool right =
                earlier_host && equal_in_constant_time(earlier_host->token().octets, hello.token.octets);
            if (!right) earlier_host.reset();
        } else {
            shared_.check_links();
            earlier_host = shared_.parking.take(hello.token, peer_.uid);
        }
        if (!earlier_host) shared_.services.device.count_wrong_token();
    } else {
        earlier_host.reset(); // a new host on the line: the sockets of the old one close
    }
    reply.attached = earlier_host ? 1 : 0;
    host_ = earlier_host ? std::move(earlier_host)
                         : std::make_unique<HostSession>(shared_.services, policy_, peer_.uid);
    host_->renew_token();
    reply.token = host_->token();
    reply.sockets = static_cast<std::uint16_t>(host_->socket_count());
    reply.capabilities = shared_.capabilities;
}

void FrontEnd::on_open(const wire::HelloReply&) {
    host_->attach(attachment());
    shared_.services.device.count_client(+1);
    host_->send_snapshots();
}

void FrontEnd::on_closed(Error why) {
    if (why == Error::version_mismatch) {
        const session::Version host = session_.peer_version();
        shared_.services.device.count_version_mismatch(fmt::format(
            "the host speaks {}.{}, this NWP {}.{}", host.major, host.minor, wire::kMajor, wire::kMinor));
    }
    if (host_) shared_.services.device.count_client(-1);
    requests_.abandon_all();
    outbox_.clear();
    upload_.wipe();
    release_host();
    if (why == Error::link_down) leave();
}

/// Also where there was no session: a link that was opened and closed is nobody's.
void FrontEnd::leave() {
    if (on_down_) boost::asio::post(shared_.context, std::exchange(on_down_, nullptr));
}

void FrontEnd::release_host() {
    if (!host_) return;
    host_->detach();
    if (carrier_->single_host())
        known_host_ = std::move(host_);
    else
        shared_.parking.park(std::move(host_));
}

void FrontEnd::on_message(const session::Message& message) {
    if (message.kind != session::FrameKind::request)
        return protocol_error("a message that only an NWP sends");
    const RequestPointer request = requests_.begin(message.request, message.deadline_ms, shared_.now());
    if (!request) return protocol_error("a request with the number of one that is open");
    if (requests_.size() > kMostOpenRequests) return request->fail(Error::no_buffers);
    const Result<void> routed = wire::route(wire::Requests{}, message.id, message.body, *this, request);
    if (!routed) request->fail(routed.error());
}

void FrontEnd::on_data(std::uint16_t channel, ByteView bytes, bool) {
    if (!host_->on_data(static_cast<wire::SocketHandle>(channel), bytes)) {
        protocol_error("stream bytes beyond its credit, or for a datagram socket");
    }
}

void FrontEnd::on_datagram(std::uint16_t channel, ByteView part, bool more) {
    if (!host_->on_datagram(static_cast<wire::SocketHandle>(channel), part, more)) {
        protocol_error("a datagram beyond its credit, too long, or for no datagram socket");
    }
}

void FrontEnd::on_credit(std::uint16_t channel, std::uint32_t limit) {
    if (!host_->on_credit(static_cast<wire::SocketHandle>(channel), limit)) {
        protocol_error("credit for bytes that were never sent");
    }
}

void FrontEnd::on_cancel(std::uint16_t request) { requests_.cancel(request); }

void FrontEnd::on_room() { wake(); }

} // namespace nwp::native
