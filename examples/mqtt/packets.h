// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/text.h"

/// Packets of an MQTT 3.1.1 client (OASIS standard of 29 October 2014), without I/O, clock or memory of its
/// own. Delivery exactly once (QoS 2) is not spoken.
namespace nwp::mqtt {

enum class Delivery : Byte { at_most_once = 0, at_least_once = 1 };

struct Message {
    std::string_view topic; ///< 1 to 65,535 bytes of UTF-8 without NUL; no wildcard (4.7)
    ByteView payload;
    Delivery delivery = Delivery::at_most_once;
    bool retain = false;
    std::uint16_t id = 0; ///< at_least_once: not 0, and none that waits for its acknowledgement
    bool again = false;   ///< it may have been delivered before (DUP)
};

struct Connect {
    std::string_view client; ///< the session's name at the broker; empty only with `clean`
    bool clean = true;       ///< forget an earlier session of that name
    std::uint16_t keep_alive_s =
        60;                        ///< the broker drops a client that is silent for 1.5 times that; 0: never
    std::string_view user;         ///< empty: none
    std::string_view password;     ///< with a user only
    const Message* will = nullptr; ///< published by the broker when we vanish without write_disconnect()
};

/// Each writes one packet into `into` and returns where it lies there.
///   message_too_long   no room, or longer than a packet may be
///   invalid_argument   a text, topic or id that the standard does not allow there
Result<ByteView> write_connect(Bytes into, const Connect& connect);
Result<ByteView> write_publish(Bytes into, const Message& message);
/// That the message with this id arrived.
Result<ByteView> write_acknowledgement(Bytes into, std::uint16_t id);
/// `filter`: a topic, in which + stands for one level and a last # for all that follow.
Result<ByteView> write_subscribe(Bytes into, std::uint16_t id, std::string_view filter, Delivery most);
Result<ByteView> write_ping(Bytes into);
Result<ByteView> write_disconnect(Bytes into);

/// What a broker says.
enum class Said : Byte {
    nothing = 0,      ///< the packet is not whole yet
    connected = 2,    ///< `code`: 0, or why not (3.2.2.3); `session_present`
    message = 3,      ///< `message`; at_least_once: to be acknowledged
    acknowledged = 4, ///< our message `id`
    subscribed = 9,   ///< `id`; `code`: the Delivery that was granted, or kRefused
    pong = 13,
};
constexpr Byte kRefused = 0x80;

struct Packet {
    Said said = Said::nothing;
    Byte code = 0;
    bool session_present = false;
    std::uint16_t id = 0;
    Message message; ///< its views lie in the reader's room
};

/// Makes packets of a stream.
class Reader {
public:
    /// `room` for the longest packet that may come.
    explicit Reader(Bytes room) : room_(room) {}

    /// Takes bytes from the beginning of `bytes`, at most to the end of a packet, and makes `bytes` what is
    /// left. The packet's views live until the next call.
    ///   message_too_long   a packet does not fit; nothing further can be read
    ///   malformed          it breaks the standard; nothing further can be read
    Result<Packet> on_bytes(ByteView& bytes);

private:
    Result<bool> take_header(ByteView& bytes);

    Bytes room_;
    Byte first_ = 0;           ///< type and flags
    unsigned header_size_ = 0; ///< bytes of the fixed header so far
    bool in_body_ = false;
    std::size_t body_size_ = 0;
    std::size_t held_ = 0; ///< bytes of the body so far
};

} // namespace nwp::mqtt
