// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wire/layout.h"

namespace nwp::wire {

constexpr std::uint8_t kMajor = 1;
constexpr std::uint8_t kMinor = 0;
/// First field of both hellos: "NWP1" on the wire.
constexpr std::uint32_t kMagic = 0x3150574E;

/// What may be absent. Both sides use what both named.
namespace capability {
constexpr std::uint32_t streams = 1U << 0;
constexpr std::uint32_t tls = 1U << 1;
constexpr std::uint32_t names = 1U << 2;
constexpr std::uint32_t credentials = 1U << 3;
constexpr std::uint32_t wifi = 1U << 4;
constexpr std::uint32_t simulated_radio = 1U << 5;
constexpr std::uint32_t reattach = 1U << 6;
constexpr std::uint32_t listeners = 1U << 7;
constexpr std::uint32_t datagrams = 1U << 8;
constexpr std::uint32_t dtls = 1U << 9;
constexpr std::uint32_t wifi_management = 1U << 10; ///< country, power save, statistics, access point
} // namespace capability

/// How every HelloRequest begins, whatever its versions: so that versions that cannot talk can say so.
struct HelloStart {
    std::uint32_t magic = 0;
    std::uint8_t major = 0;
    std::uint8_t minor = 0;
    std::uint32_t nonce = 0;

    static constexpr auto fields() {
        return layout(field("magic", &HelloStart::magic, "0x3150574E"),
                      field("major", &HelloStart::major, "major version"),
                      field("minor", &HelloStart::minor, "minor version"),
                      field("nonce", &HelloStart::nonce, "the host's nonce"));
    }
};
static_assert(well_formed<HelloStart>());

/// How every HelloReply begins.
struct HelloReplyStart {
    std::uint32_t magic = 0;
    Error error{};
    std::uint8_t major = 0;
    std::uint8_t minor = 0;
    std::uint32_t nonce = 0;

    static constexpr auto fields() {
        return layout(field("magic", &HelloReplyStart::magic, "0x3150574E"),
                      field("error", &HelloReplyStart::error, "0, or why there is no session"),
                      field("major", &HelloReplyStart::major, "the NWP's major version"),
                      field("minor", &HelloReplyStart::minor, "minor version"),
                      field("nonce", &HelloReplyStart::nonce, "the host's nonce"));
    }
};
static_assert(well_formed<HelloReplyStart>());

/// The host begins a session. It says it again until answered.
struct HelloRequest {
    static constexpr std::uint16_t id = 0x0001;
    static constexpr const char* name = "HelloRequest";
    static constexpr const char* meaning = "The host begins a session; repeated until it is answered.";

    std::uint32_t magic = kMagic;
    std::uint8_t major = kMajor;
    std::uint8_t minor = kMinor;
    std::uint32_t nonce = 0;
    std::uint32_t capabilities = 0;
    std::uint16_t frame_room = 0;
    std::uint16_t window = 0;
    std::uint8_t has_token = 0;
    Token token{};

    static constexpr auto fields() {
        return layout(
            field("magic", &HelloRequest::magic, "0x3150574E: the bytes 4E 57 50 31"),
            field("major", &HelloRequest::major, "major version; both sides must have the same"),
            field("minor", &HelloRequest::minor, "minor version; both sides then speak the lower"),
            field("nonce", &HelloRequest::nonce,
                  "differs from hello to hello of one host; the answer repeats it"),
            field("capabilities", &HelloRequest::capabilities, "bits of what the host can use"),
            field("frame_room", &HelloRequest::frame_room, "longest frame the host takes, header included"),
            field("window", &HelloRequest::window, "frames the host can have in flight towards it, 1 to 128"),
            field("has_token", &HelloRequest::has_token, "1: token is that of an earlier session"),
            field("token", &HelloRequest::token, "shown to get that session's sockets back"));
    }
};
static_assert(well_formed<HelloRequest>());

/// The NWP's answer; the session stands when the host has it.
struct HelloReply {
    static constexpr std::uint16_t id = 0x0002;
    static constexpr const char* name = "HelloReply";
    static constexpr const char* meaning = "The NWP's answer to HelloRequest.";

    std::uint32_t magic = kMagic;
    Error error{};
    std::uint8_t major = kMajor;
    std::uint8_t minor = kMinor;
    std::uint32_t nonce = 0;
    std::uint8_t epoch = 0;
    std::uint32_t capabilities = 0;
    std::uint16_t frame_room = 0;
    std::uint16_t window = 0;
    std::uint8_t attached = 0;
    std::uint16_t sockets = 0;
    Token token{};

    static constexpr auto fields() {
        return layout(
            field("magic", &HelloReply::magic, "as in HelloRequest"),
            field("error", &HelloReply::error, "0, or why there is no session (82 version_mismatch)"),
            field("major", &HelloReply::major, "the NWP's major version"),
            field("minor", &HelloReply::minor, "the lower of both minor versions"),
            field("nonce", &HelloReply::nonce, "the host's nonce"),
            field("epoch", &HelloReply::epoch, "0 to 15: every frame of this session carries it"),
            field("capabilities", &HelloReply::capabilities, "bits of what the NWP can do"),
            field("frame_room", &HelloReply::frame_room, "longest frame either side may send from now on"),
            field("window", &HelloReply::window, "frames the NWP can have in flight towards it, 1 to 128"),
            field("attached", &HelloReply::attached, "1: the token was right; sockets of it live on"),
            field("sockets", &HelloReply::sockets, "how many SocketSnapshot events follow"),
            field("token", &HelloReply::token, "for the next hello of this host"));
    }
};
static_assert(well_formed<HelloReply>());

} // namespace nwp::wire
