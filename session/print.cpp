// SPDX-License-Identifier: Apache-2.0
#include "session/print.h"

#include "wire/messages.h"
#include "wire/print.h"

#include <vector>

namespace nwp::session {
namespace {

constexpr std::size_t kKeptFrames = kWindowMost - 1;

const char* name_of(FrameKind kind) {
    constexpr const char* kNames[] = {"",     "hello", "ack",    "probe", "request",  "reply",
                                      "item", "event", "cancel", "data",  "datagram", "credit"};
    return kNames[static_cast<unsigned>(kind)];
}

std::string number(std::uint32_t value) { return std::to_string(value); }

/// Requests about a socket begin with its handle.
std::uint16_t socket_of(std::uint16_t id, ByteView body) {
    if (wire::socket_refusal(id, wire::SocketState::none) == Error{}) return 0;
    wire::Reader reader{body};
    return static_cast<std::uint16_t>(reader.number(2));
}

std::string complaint(Error refusal) {
    return refusal == Error{} ? "" : std::string(" ! ") + to_string(refusal);
}

std::string print_ack(const FrameHeader& header, ByteView bitmap) {
    std::string text = "ack, wants " + number(header.ack);
    std::string early;
    for (std::size_t bit = 0; bit < bitmap.size() * 8; ++bit) {
        if ((bitmap[bit / 8] >> bit % 8 & 1U) == 0) continue;
        early += ' ' + number(static_cast<std::uint16_t>(header.ack + 1 + bit));
    }
    return early.empty() ? text : text + ", has" + early;
}

wire::SocketState first_state(SocketType type, wire::SocketState state) {
    return type == SocketType::datagram ? wire::SocketState::datagram : state;
}

} // namespace

/// What came in one direction.
struct FramePrinter::Side {
    explicit Side(Direction to)
        : direction(to), kept_bytes(kKeptFrames * link::kFrameRoomMost / 16), slots(kKeptFrames),
          kept(kept_bytes, slots), window(&kept), assembler(assembly, kMessageRoom) {}

    void clear() {
        window.clear();
        assembler.clear();
    }

    Direction direction;
    std::vector<Byte> kept_bytes; ///< early frames up to 4 KiB each; longer links lose none
    std::vector<ReorderSlot> slots;
    KeptFrames kept;
    ReceiveWindow window;
    Byte assembly[kMessageRoom] = {};
    Assembler assembler;
};

FramePrinter::FramePrinter()
    : to_nwp_(std::make_unique<Side>(Direction::to_nwp)),
      to_host_(std::make_unique<Side>(Direction::to_host)) {}
FramePrinter::~FramePrinter() = default;

std::string FramePrinter::print_frame(ByteView frame, Direction direction) {
    const std::string arrow = direction == Direction::to_nwp ? "host > nwp  " : "nwp > host  ";
    const Result<FrameHeader> header = read_header(frame);
    if (!header) return arrow + number(static_cast<std::uint32_t>(frame.size())) + " bytes ! no frame";
    const ByteView body = frame.from(FrameHeader::size);
    if (header->kind == FrameKind::hello) return arrow + print_hello(body);
    if (!open_ || header->epoch != epoch_) {
        return arrow + name_of(header->kind) + " ! of epoch " + number(header->epoch);
    }
    if (header->kind == FrameKind::ack) return arrow + print_ack(*header, body);
    if (header->kind == FrameKind::probe) return arrow + "probe";
    Side& side = direction == Direction::to_nwp ? *to_nwp_ : *to_host_;
    return arrow + '#' + number(header->sequence) + ' ' + print_sequenced(*header, frame, side);
}

std::string FramePrinter::print_sequenced(const FrameHeader& header, ByteView frame, Side& side) {
    switch (side.window.put(header.sequence, frame)) {
        case ReceiveWindow::Place::doubled: return std::string(name_of(header.kind)) + " again";
        case ReceiveWindow::Place::early:
        case ReceiveWindow::Place::dropped: return std::string(name_of(header.kind)) + " early";
        case ReceiveWindow::Place::nowhere: return std::string(name_of(header.kind)) + " ! far out of order";
        case ReceiveWindow::Place::next: break;
    }
    side.window.advance();
    std::string text = print_content(header, frame.from(FrameHeader::size), side);
    for (ByteView kept = side.window.kept(); !kept.empty(); kept = side.window.kept()) {
        side.window.advance();
        const Result<FrameHeader> its_header = read_header(kept);
        if (its_header) {
            text += "; then #" + number(its_header->sequence) + ' ' +
                    print_content(*its_header, kept.from(FrameHeader::size), side);
        }
        side.window.release();
    }
    return text;
}

std::string FramePrinter::print_content(const FrameHeader& header, ByteView body, Side& side) {
    const bool from_host = header.kind == FrameKind::request || header.kind == FrameKind::cancel;
    const bool from_nwp =
        header.kind == FrameKind::reply || header.kind == FrameKind::item || header.kind == FrameKind::event;
    std::string beginning = std::string(name_of(header.kind)) + ' ' + number(header.channel);
    if (side.direction == Direction::to_nwp ? from_nwp : from_host)
        return beginning + " ! from the wrong side";
    switch (header.kind) {
        case FrameKind::cancel: return beginning;
        case FrameKind::data:
        case FrameKind::datagram: {
            std::string end = (header.flags & FrameHeader::end) != 0 ? ", end" : "";
            if ((header.flags & FrameHeader::more) != 0) end += ", more";
            // Towards the host a socket may have bytes in every state but "none".
            const bool to_nwp = side.direction == Direction::to_nwp;
            return beginning + ": " + number(static_cast<std::uint32_t>(body.size())) + " bytes" + end +
                   complaint(to_nwp ? refusal_of(header) : Error{});
        }
        case FrameKind::credit: {
            wire::Reader reader{body};
            const auto limit = static_cast<std::uint32_t>(reader.number(4));
            return beginning + (reader.ok() ? ": up to " + number(limit) : " ! malformed");
        }
        default: break;
    }
    const Result<ByteView> whole = side.assembler.take(header, body);
    if (whole) return print_message(header, *whole);
    if (whole.error() != Error::would_block) return beginning + " ! parts that do not fit together";
    return beginning + ": part of " + number(static_cast<std::uint32_t>(body.size())) + " bytes";
}

std::string FramePrinter::print_message(const FrameHeader& header, ByteView whole) {
    wire::Reader reader{whole};
    const auto id = static_cast<std::uint16_t>(reader.number(2));
    if (header.kind == FrameKind::request) return print_request(header, id, reader.left());
    if (header.kind == FrameKind::event) {
        if (id == wire::WifiChanged::id) {
            const auto changed = wire::decode<wire::WifiChanged>(reader.left());
            if (changed) station_ = changed->state;
        } else if (id == wire::SocketSnapshot::id) {
            const auto snapshot = wire::decode<wire::SocketSnapshot>(reader.left());
            if (snapshot && snapshot->state <= static_cast<unsigned>(wire::SocketState::listening)) {
                sockets_[static_cast<std::uint16_t>(snapshot->socket)] =
                    first_state(snapshot->type, static_cast<wire::SocketState>(snapshot->state));
            }
        } else if (id == wire::SocketFailed::id) {
            const auto failed = wire::decode<wire::SocketFailed>(reader.left());
            if (failed) sockets_[static_cast<std::uint16_t>(failed->socket)] = wire::SocketState::failed;
        }
        return "event " + wire::print_message(wire::Use::event, id, reader.left());
    }
    return print_answer(header, id, reader.left());
}

std::string FramePrinter::print_request(const FrameHeader& header, std::uint16_t id, ByteView body) {
    wire::Reader reader{body};
    const auto deadline_ms = static_cast<std::uint32_t>(reader.number(4));
    const std::uint16_t socket = socket_of(id, reader.left());
    Error refusal = wire::station_refusal(id, station_);
    if (socket != 0) {
        const wire::SocketState state = state_of(socket);
        refusal = wire::socket_refusal(id, state);
        if (state != wire::SocketState::none) sockets_[socket] = wire::after_request(id, state);
    }
    const auto open = id == wire::SocketOpen::id ? wire::decode<wire::SocketOpen>(reader.left())
                                                 : Result<wire::SocketOpen>{Error::malformed};
    const SocketType type = open ? open->type : SocketType::stream;
    const bool twice = !asked_.emplace(header.channel, Asked{id, socket, type}).second;
    return "request " + number(header.channel) + " within " + number(deadline_ms) +
           " ms: " + wire::print_message(wire::Use::request, id, reader.left()) + complaint(refusal) +
           (twice ? " ! number in use" : "");
}

std::string FramePrinter::print_answer(const FrameHeader& header, std::uint16_t id, ByteView body) {
    const bool is_reply = header.kind == FrameKind::reply;
    std::string text = std::string(name_of(header.kind)) + ' ' + number(header.channel) + ": " +
                       wire::print_message(is_reply ? wire::Use::reply : wire::Use::item, id, body);
    const auto asked = asked_.find(header.channel);
    if (asked == asked_.end()) return text + " ! nobody asked";
    if (!is_reply) return text;
    const Asked request = asked->second;
    asked_.erase(asked);
    const bool success = id != wire::Failed::id;
    if (request.socket != 0) {
        const wire::SocketState state = state_of(request.socket);
        sockets_[request.socket] = wire::after_reply(request.id, success, state);
    }
    if (id == wire::SocketOpened::id) {
        const auto opened = wire::decode<wire::SocketOpened>(body);
        if (opened) {
            sockets_[static_cast<std::uint16_t>(opened->socket)] =
                first_state(request.type, wire::SocketState::open);
        }
    } else if (id == wire::SocketAccepted::id) {
        const auto accepted = wire::decode<wire::SocketAccepted>(body);
        if (accepted) sockets_[static_cast<std::uint16_t>(accepted->socket)] = wire::SocketState::connected;
    }
    return text;
}

std::string FramePrinter::print_hello(ByteView body) {
    wire::Reader reader{body};
    const auto id = static_cast<std::uint16_t>(reader.number(2));
    const auto reply = wire::decode<wire::HelloReply>(reader.left());
    if (id == wire::HelloReply::id && reply && reply->error == Error{} && reply->magic == wire::kMagic &&
        (!open_ || reply->epoch != epoch_)) {
        begin(reply->epoch);
    }
    return "hello " + wire::print_message(wire::Use::hello, id, reader.left());
}

void FramePrinter::begin(std::uint8_t epoch) {
    open_ = true;
    epoch_ = epoch;
    to_nwp_->clear();
    to_host_->clear();
    asked_.clear();
    sockets_.clear();
    station_ = WifiState::disconnected;
}

Error FramePrinter::refusal_of(const FrameHeader& bytes) const {
    const wire::SocketState state = state_of(bytes.channel);
    return bytes.kind == FrameKind::data ? wire::data_refusal(state) : wire::datagram_refusal(state);
}

wire::SocketState FramePrinter::state_of(std::uint16_t socket) const {
    const auto found = sockets_.find(socket);
    return found == sockets_.end() ? wire::SocketState::none : found->second;
}

} // namespace nwp::session
