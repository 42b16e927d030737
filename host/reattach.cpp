// SPDX-License-Identifier: Apache-2.0
// Sockets that outlive a reset of this host. Only start() with bytes that are retained leads here: an
// image that keeps none links none of it.
#include "nwp/host.h"

#include "base/crc32c.h"
#include "wire/messages.h"

namespace nwp {

using Phase = SocketState::Phase;

namespace {

constexpr std::uint32_t kRetainedMagic = 0x5450574E; // "NWPT"
constexpr std::size_t kRetainedChecked = 28;         // magic, count of hellos, token, four spare bytes

constexpr std::uint8_t kConnected = 2;
constexpr std::uint8_t kListening = 4;

Phase phase_of(const wire::SocketSnapshot& snapshot) {
    if (snapshot.type == SocketType::datagram) return Phase::datagram;
    if (snapshot.state == kListening) return Phase::listening;
    return snapshot.state == kConnected ? Phase::connected : Phase::idle;
}

} // namespace

const Host::Reattach Host::kReattach{
    [](Host& host, wire::Token& token) {
        // The count is kept before the hello goes: a reset in between must not repeat its nonce.
        const std::uint32_t hellos = host.hellos_;
        const bool there = host.read_token(token);
        host.hellos_ = hellos;
        host.keep_token(token);
        return there;
    },
    [](Host& host, const wire::HelloReply& agreed) {
        host.keep_token(agreed.token);
        host.snapshots_left_ = agreed.attached != 0 ? agreed.sockets : std::uint16_t{0};
    },
    [](Host& host, const wire::SocketSnapshot& snapshot) { host.on_snapshot(snapshot); },
};

void Host::start(Bytes retained) {
    if (retained.empty()) return start();
    NWP_EXPECT(retained.size() >= kRetainedSize);
    const Lock lock{port_};
    if (started_) return;
    reattach_ = &kReattach;
    retained_ = retained.first(kRetainedSize);
    wire::Token token;
    show_token_ = read_token(token);
    start_now();
}

/// Reads what an earlier run wrote; nothing when there is none.
bool Host::read_token(wire::Token& token) {
    wire::Reader reader{retained_};
    const auto magic = static_cast<std::uint32_t>(reader.number(4));
    const auto hellos = static_cast<std::uint32_t>(reader.number(4));
    reader.bytes(token.octets);
    reader.number(4);
    const auto crc = static_cast<std::uint32_t>(reader.number(4));
    if (magic != kRetainedMagic || crc != crc32c(ByteView{retained_}.first(kRetainedChecked))) return false;
    hellos_ = hellos;
    return true;
}

void Host::keep_token(const wire::Token& token) {
    wire::Writer writer{retained_};
    writer.number(kRetainedMagic, 4);
    writer.number(hellos_, 4);
    writer.bytes(token.octets);
    writer.number(0, 4);
    writer.number(crc32c(ByteView{retained_}.first(kRetainedChecked)), 4);
}

/// One that was announced.
void Host::on_snapshot(const wire::SocketSnapshot& snapshot) {
    if (--snapshots_left_ == 0) wake_all_watches();
    Slot* const slot = free_slot();
    const bool known = snapshot.type != SocketType::datagram || settings_.datagrams != nullptr;
    if (slot == nullptr || !known || snapshot.socket == wire::SocketHandle::none ||
        find(snapshot.socket) != nullptr) {
        ++counters_.unadoptable;
        return;
    }
    prepare(*slot, snapshot.family, snapshot.type, snapshot.protocol, snapshot.cookie);
    const bool has_peer = snapshot.peer.family != Family::unspecified;
    slot->state.attached(phase_of(snapshot), snapshot.state == kConnected);
    slot->handle = snapshot.socket;
    slot->adopted = false;
    slot->send_credit = session::SendCredit{snapshot.send_limit, snapshot.bytes_taken};
    slot->receive_credit = fresh_credit(*slot, snapshot.bytes_consumed);
    if (slot->type == SocketType::datagram) {
        datagram_of(*slot) = DatagramState{snapshot.send_limit};
        datagram_of(*slot).connected(has_peer);
    }
    // What the NWP knows is the earlier host's limit.
    slot->owes_credit = true;
    return_credit(*slot);
}

} // namespace nwp
