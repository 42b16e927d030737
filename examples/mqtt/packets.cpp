// SPDX-License-Identifier: Apache-2.0
#include "examples/mqtt/packets.h"

namespace nwp::mqtt {
namespace {

enum Type : unsigned {
    kConnect = 1,
    kPublish = 3,
    kPuback = 4,
    kSubscribe = 8,
    kPing = 12,
    kDisconnect = 14,
};
constexpr std::size_t kLongestHeader = 5;
constexpr std::size_t kLongestBody = 268435455; // 2.2.3
constexpr std::size_t kLongestText = 65535;

/// 1.5.3: no NUL in a text.
bool is_text(std::string_view text) {
    return text.size() <= kLongestText && text.find('\0') == std::string_view::npos;
}

/// 3.3.2.1, 4.7.3.
bool is_topic(std::string_view text) {
    return !text.empty() && is_text(text) && text.find_first_of("+#") == std::string_view::npos;
}

/// 4.7.1: a wildcard is a whole level, and # the last one.
bool is_filter(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '+' && text[i] != '#') continue;
        const bool begins = i == 0 || text[i - 1] == '/';
        const bool ends = i + 1 == text.size() || (text[i] == '+' && text[i + 1] == '/');
        if (!begins || !ends) return false;
    }
    return !text.empty() && is_text(text);
}

/// Writes the body first, so that its size is known, and the header right before it.
class Writer {
public:
    explicit Writer(Bytes into) : into_(into) {}

    Writer& byte(unsigned value) {
        if (at_ < into_.size()) into_[at_] = static_cast<Byte>(value);
        ++at_;
        return *this;
    }
    Writer& number(std::size_t value) {
        return byte(static_cast<unsigned>(value >> 8)).byte(static_cast<unsigned>(value & 0xFFU));
    }
    Writer& bytes(ByteView value) {
        copy_bytes(into_.from(at_), value);
        at_ += value.size();
        return *this;
    }
    Writer& text(std::string_view value) { return number(value.size()).bytes(as_bytes(value)); }

    Result<ByteView> finish(Type type, unsigned flags) {
        const std::size_t size = at_ - kLongestHeader;
        if (at_ > into_.size() || size > kLongestBody) return Error::message_too_long;
        Byte header[kLongestHeader] = {static_cast<Byte>(static_cast<unsigned>(type) << 4 | flags)};
        std::size_t header_size = 1;
        std::size_t left = size;
        do { // 2.2.3: seven bits in each, the lowest first
            const std::size_t more = left > 127 ? 128 : 0;
            header[header_size++] = static_cast<Byte>((left & 127) | more);
            left >>= 7;
        } while (left != 0);
        const std::size_t begin = kLongestHeader - header_size;
        copy_bytes(into_.from(begin), ByteView{header}.first(header_size));
        return ByteView{into_.data() + begin, header_size + size};
    }

private:
    Bytes into_;
    std::size_t at_ = kLongestHeader;
};

unsigned bits(Delivery delivery) { return static_cast<unsigned>(delivery); }

/// Reads a packet's body; what is missing is told at the end.
class Body {
public:
    explicit Body(ByteView bytes) : rest_(bytes) {}

    unsigned byte() {
        if (rest_.empty()) {
            short_ = true;
            return 0;
        }
        const unsigned value = rest_[0];
        rest_ = rest_.from(1);
        return value;
    }
    std::uint16_t number() {
        const unsigned high = byte();
        return static_cast<std::uint16_t>(high << 8 | byte());
    }
    std::string_view text() {
        const std::size_t size = number();
        short_ = short_ || size > rest_.size();
        const std::string_view value = as_text(rest_.first(size));
        rest_ = rest_.from(size);
        return value;
    }
    ByteView take_rest() {
        const ByteView value = rest_;
        rest_ = {};
        return value;
    }
    bool is_whole() const { return !short_ && rest_.empty(); }

private:
    ByteView rest_;
    bool short_ = false;
};

Result<Packet> read_message(unsigned flags, ByteView bytes) {
    Packet packet;
    packet.said = Said::message;
    Message& message = packet.message;
    const unsigned delivery = flags >> 1 & 3U;
    if (delivery > 1) return Error::malformed; // never granted: we ask for less
    message.delivery = static_cast<Delivery>(delivery);
    message.retain = (flags & 1U) != 0;
    message.again = (flags & 8U) != 0;
    Body body{bytes};
    message.topic = body.text();
    if (delivery == 1) message.id = body.number();
    message.payload = body.take_rest();
    const bool numbered = delivery == 0 || message.id != 0;
    if (!body.is_whole() || !is_topic(message.topic) || !numbered) return Error::malformed;
    return packet;
}

Result<Packet> read_packet(unsigned first, ByteView bytes) {
    const auto said = static_cast<Said>(first >> 4);
    if (said == Said::message) return read_message(first & 15U, bytes);
    if ((first & 15U) != 0) return Error::malformed;
    Packet packet;
    packet.said = said;
    Body body{bytes};
    switch (said) {
        case Said::connected: {
            const unsigned acknowledge_flags = body.byte();
            if (acknowledge_flags > 1) return Error::malformed;
            packet.session_present = acknowledge_flags == 1;
            packet.code = static_cast<Byte>(body.byte());
            break;
        }
        case Said::acknowledged: packet.id = body.number(); break;
        case Said::subscribed:
            packet.id = body.number();
            packet.code = static_cast<Byte>(body.byte());
            if (packet.code > 2 && packet.code != kRefused) return Error::malformed;
            break;
        case Said::pong: break;
        default: return Error::malformed;
    }
    if (!body.is_whole()) return Error::malformed;
    return packet;
}

} // namespace

Result<ByteView> write_connect(Bytes into, const Connect& connect) {
    const Message* const will = connect.will;
    const bool has_password = !connect.password.empty();
    if (!is_text(connect.client) || !is_text(connect.user) || connect.password.size() > kLongestText ||
        (connect.client.empty() && !connect.clean) || (has_password && connect.user.empty()) ||
        (will != nullptr && (!is_topic(will->topic) || will->payload.size() > kLongestText))) {
        return Error::invalid_argument;
    }
    unsigned flags = connect.clean ? 2 : 0; // 3.1.2.3
    if (will != nullptr) flags |= 4U | bits(will->delivery) << 3 | (will->retain ? 32U : 0U);
    if (has_password) flags |= 64U;
    if (!connect.user.empty()) flags |= 128U;
    constexpr unsigned kVersion = 4; // 3.1.1
    Writer writer{into};
    writer.text("MQTT").byte(kVersion).byte(flags).number(connect.keep_alive_s).text(connect.client);
    if (will != nullptr) writer.text(will->topic).text(as_text(will->payload));
    if (!connect.user.empty()) writer.text(connect.user);
    if (has_password) writer.text(connect.password);
    return writer.finish(kConnect, 0);
}

Result<ByteView> write_publish(Bytes into, const Message& message) {
    const bool numbered = message.delivery == Delivery::at_least_once;
    if (!is_topic(message.topic) || (numbered && message.id == 0) || (!numbered && message.again))
        return Error::invalid_argument;
    Writer writer{into};
    writer.text(message.topic);
    if (numbered) writer.number(message.id);
    writer.bytes(message.payload);
    return writer.finish(kPublish, (message.again ? 8U : 0U) | bits(message.delivery) << 1 |
                                       (message.retain ? 1U : 0U));
}

Result<ByteView> write_acknowledgement(Bytes into, std::uint16_t id) {
    if (id == 0) return Error::invalid_argument;
    return Writer{into}.number(id).finish(kPuback, 0);
}

Result<ByteView> write_subscribe(Bytes into, std::uint16_t id, std::string_view filter, Delivery most) {
    if (id == 0 || !is_filter(filter)) return Error::invalid_argument;
    return Writer{into}.number(id).text(filter).byte(bits(most)).finish(kSubscribe, 2); // 3.8.1: flags 0010
}

Result<ByteView> write_ping(Bytes into) { return Writer{into}.finish(kPing, 0); }

Result<ByteView> write_disconnect(Bytes into) { return Writer{into}.finish(kDisconnect, 0); }

/// False: more is to come.
Result<bool> Reader::take_header(ByteView& bytes) {
    while (!bytes.empty()) {
        const Byte byte = bytes[0];
        bytes = bytes.from(1);
        if (header_size_++ == 0) {
            first_ = byte;
            body_size_ = held_ = 0;
            continue;
        }
        body_size_ |= std::size_t{byte & 127U} << (7 * (header_size_ - 2));
        if (byte < 128) {
            if (body_size_ > room_.size()) return Error::message_too_long;
            return true;
        }
        if (header_size_ == kLongestHeader) return Error::malformed;
    }
    return false;
}

Result<Packet> Reader::on_bytes(ByteView& bytes) {
    if (!in_body_) {
        const auto over = take_header(bytes);
        if (!over) return over.error();
        in_body_ = *over;
        if (!in_body_) return Packet{};
    }
    const std::size_t taken = copy_bytes(room_.sub(held_, body_size_ - held_), bytes);
    held_ += taken;
    bytes = bytes.from(taken);
    if (held_ < body_size_) return Packet{};
    in_body_ = false;
    header_size_ = 0;
    return read_packet(first_, room_.first(body_size_));
}

} // namespace nwp::mqtt
