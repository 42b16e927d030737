// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ports and addresses of this silo are in network byte order, as in a BSD sockaddr; of all other silos they
// are not.

#include "simplelink/common.h"

namespace nwp::simplelink {

/// Sockets of one NWP. A descriptor's low 5 bits are its index; a plain one is nothing but the index.
constexpr std::size_t kSockets = 16;
constexpr std::uint8_t kSocketIndexMask = 0x1F;

enum class SocketType : std::uint8_t { stream = 1, datagram = 2, raw = 3 };

enum class Protocol : std::uint8_t {
    any = 0,
    tcp = 6,
    udp = 17,
    tls = 100, ///< TLS in a TCP stream
    raw = 255,
};

struct SocketOpen {
    static constexpr std::uint16_t opcode = 0x9401;
    static constexpr std::size_t size = 4;
    Family domain{};
    SocketType type{};
    Protocol protocol{};
    static constexpr auto fields() {
        return layout(at(0, "domain", &SocketOpen::domain), at(1, "type", &SocketOpen::type),
                      at(2, "protocol", &SocketOpen::protocol));
    }
};

/// What most commands of this silo get, and what connecting, closing and receiving end with.
template <std::uint16_t Opcode>
struct SocketResponse {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 4;
    std::int16_t status = 0;     ///< or a length
    std::uint8_t descriptor = 0; ///< exactly as the command had it
    static constexpr auto fields() {
        return layout(at(0, "status", &SocketResponse::status),
                      at(2, "descriptor", &SocketResponse::descriptor));
    }
};

using SocketOpenResponse = SocketResponse<0x1401>;

struct SocketClose {
    static constexpr std::uint16_t opcode = 0x9402;
    static constexpr std::size_t size = 4;
    std::uint8_t descriptor = 0;
    static constexpr auto fields() { return layout(at(0, "descriptor", &SocketClose::descriptor)); }
};
using SocketCloseResponse = SocketResponse<0x1402>;
using SocketClosed = SocketResponse<0x1010>;

struct SocketAccept {
    static constexpr std::uint16_t opcode = 0x9403;
    static constexpr std::size_t size = 4;
    std::uint8_t descriptor = 0;
    Family family{}; ///< none: the peer's address is not wanted
    static constexpr auto fields() {
        return layout(at(0, "descriptor", &SocketAccept::descriptor), at(1, "family", &SocketAccept::family));
    }
};
using SocketAcceptResponse = SocketResponse<0x1403>;

/// A socket with an address of AddressSize bytes: what a host asks.
template <std::uint16_t Opcode, std::size_t AddressSize>
struct SocketAddressCommand {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 8 + AddressSize;
    std::uint16_t length = 0; ///< of the payload, where there is one
    std::uint8_t descriptor = 0;
    std::uint8_t family_and_flags = 0; ///< family << 4 | flags
    BigEndian16 port{};
    std::array<Byte, AddressSize> address{};
    static constexpr auto fields() {
        return layout(at(0, "length", &SocketAddressCommand::length),
                      at(2, "descriptor", &SocketAddressCommand::descriptor),
                      at(3, "family_and_flags", &SocketAddressCommand::family_and_flags),
                      at(4, "port", &SocketAddressCommand::port),
                      at(8, "address", &SocketAddressCommand::address));
    }
};

/// A socket with an address of AddressSize bytes: what the NWP says.
template <std::uint16_t Opcode, std::size_t AddressSize>
struct SocketAddressEvent {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 8 + AddressSize;
    std::int16_t status = 0; ///< or a length, or a descriptor
    std::uint8_t descriptor = 0;
    Family family{};
    BigEndian16 port{};
    std::array<Byte, AddressSize> address{};
    static constexpr auto fields() {
        return layout(at(0, "status", &SocketAddressEvent::status),
                      at(2, "descriptor", &SocketAddressEvent::descriptor),
                      at(3, "family", &SocketAddressEvent::family), at(4, "port", &SocketAddressEvent::port),
                      at(8, "address", &SocketAddressEvent::address));
    }
};

/// `status` is the new socket, `descriptor` the listening one.
using SocketAccepted = SocketAddressEvent<0x1003, 4>;
/// The same opcode with a longer address, for a host does not hear 0x1203.
using SocketAcceptedV6 = SocketAddressEvent<0x1003, 16>;

using SocketBind = SocketAddressCommand<0x9404, 4>;
using SocketBindV6 = SocketAddressCommand<0x9604, 16>;
using SocketBindResponse = SocketResponse<0x1404>;

struct SocketListen {
    static constexpr std::uint16_t opcode = 0x9405;
    static constexpr std::size_t size = 4;
    std::uint8_t descriptor = 0;
    std::uint8_t backlog = 0;
    static constexpr auto fields() {
        return layout(at(0, "descriptor", &SocketListen::descriptor),
                      at(1, "backlog", &SocketListen::backlog));
    }
};
using SocketListenResponse = BasicResponse<0x1405>;

using SocketConnect = SocketAddressCommand<0x9406, 4>;
using SocketConnectV6 = SocketAddressCommand<0x9606, 16>;
using SocketConnectResponse = SocketResponse<0x1406>;
using SocketConnected = SocketResponse<0x1006>;

struct SocketSelect {
    static constexpr std::uint16_t opcode = 0x9407;
    static constexpr std::size_t size = 12;
    static constexpr std::uint16_t forever = 0xFFFF; ///< as `seconds`
    std::uint8_t highest = 0;                        ///< not to be trusted: 0 when the driver asks again
    std::uint8_t read_count = 0;
    std::uint8_t write_count = 0;
    std::uint16_t read_set = 0; ///< a bit for each index
    std::uint16_t write_set = 0;
    std::uint16_t units_of_1024_us = 0;
    std::uint16_t seconds = 0;
    static constexpr auto fields() {
        return layout(
            at(0, "highest", &SocketSelect::highest), at(1, "read_count", &SocketSelect::read_count),
            at(2, "write_count", &SocketSelect::write_count), at(4, "read_set", &SocketSelect::read_set),
            at(6, "write_set", &SocketSelect::write_set),
            at(8, "units_of_1024_us", &SocketSelect::units_of_1024_us),
            at(10, "seconds", &SocketSelect::seconds));
    }
};
using SocketSelectResponse =
    BasicResponse<0x1407>; ///< a negative status is not heard: tell it by SocketSelected

struct SocketSelected {
    static constexpr std::uint16_t opcode = 0x1007;
    static constexpr std::size_t size = 8;
    std::int16_t status = 0; ///< how many are ready; 0: time is up
    std::uint8_t read_count = 0;
    std::uint8_t write_count = 0;
    std::uint16_t read_set = 0;
    std::uint16_t write_set = 0;
    static constexpr auto fields() {
        return layout(
            at(0, "status", &SocketSelected::status), at(2, "read_count", &SocketSelected::read_count),
            at(3, "write_count", &SocketSelected::write_count), at(4, "read_set", &SocketSelected::read_set),
            at(6, "write_set", &SocketSelected::write_set));
    }
};

template <std::uint16_t Opcode>
struct SocketOptionCommand {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 4;
    std::uint8_t descriptor = 0;
    std::uint8_t level = 0;
    std::uint8_t option = 0;
    std::uint8_t length = 0; ///< of the value that follows, or of the room for it
    static constexpr auto fields() {
        return layout(at(0, "descriptor", &SocketOptionCommand::descriptor),
                      at(1, "level", &SocketOptionCommand::level),
                      at(2, "option", &SocketOptionCommand::option),
                      at(3, "length", &SocketOptionCommand::length));
    }
};
using SocketOptionSet = SocketOptionCommand<0x9408>;
using SocketOptionSetResponse = SocketResponse<0x1408>;
using SocketOptionGet = SocketOptionCommand<0x9409>;

struct SocketOptionGetResponse {
    static constexpr std::uint16_t opcode = 0x1409;
    static constexpr std::size_t size = 4;
    std::int16_t status = 0;
    std::uint8_t descriptor = 0;
    std::uint8_t length = 0;
    static constexpr auto fields() {
        return layout(at(0, "status", &SocketOptionGetResponse::status),
                      at(2, "descriptor", &SocketOptionGetResponse::descriptor),
                      at(3, "length", &SocketOptionGetResponse::length));
    }
};

template <std::uint16_t Opcode>
struct SocketDataCommand {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 4;
    std::uint16_t length = 0;
    std::uint8_t descriptor = 0;
    std::uint8_t family_and_flags = 0; ///< family << 4 | flags; garbage of SocketSend
    static constexpr auto fields() {
        return layout(at(0, "length", &SocketDataCommand::length),
                      at(2, "descriptor", &SocketDataCommand::descriptor),
                      at(3, "family_and_flags", &SocketDataCommand::family_and_flags));
    }
};
constexpr std::uint8_t kDontWait = 8; ///< a flag of SocketReceive and SocketReceiveFrom

using SocketReceive = SocketDataCommand<0x940A>;
using SocketReceived = SocketResponse<0x100A>; ///< never more bytes than were asked for
using SocketReceiveFrom = SocketDataCommand<0x940B>;
using SocketReceivedFrom = SocketAddressEvent<0x100B, 4>;
using SocketReceivedFromV6 = SocketAddressEvent<0x120B, 16>; ///< only if the host asked with that family

using SocketSend = SocketDataCommand<0x940C>;
using SocketSendTo = SocketAddressCommand<0x940D, 4>;
using SocketSendToV6 = SocketAddressCommand<0x960D, 16>;

/// An earlier transmission failed; the socket's bit in NwpState::tx_failure goes with it.
using SocketTxFailed = SocketResponse<0x100E>;

enum class SocketEventType : std::uint8_t {
    accept_failed = 0, ///< a handshake failed, the accept goes on; `value` is the error
    fragments_too_big = 1,
    peer_left_tls = 2,
    secured = 3,          ///< TLS was started on a connected socket
    handshake_failed = 4, ///< it was not; `value` is the error
    wrong_root_ca = 5,    ///< `extra` names the issuer that is needed
};

struct SocketEvent {
    static constexpr std::uint16_t opcode = 0x100F;
    static constexpr std::size_t size = 132;
    std::uint8_t descriptor = 0;
    SocketEventType type{};
    std::int16_t value = 0;
    std::array<Byte, 128> extra{};
    static constexpr auto fields() {
        return layout(at(0, "descriptor", &SocketEvent::descriptor), at(1, "type", &SocketEvent::type),
                      at(2, "value", &SocketEvent::value), at(4, "extra", &SocketEvent::extra));
    }
};

/// Value of SocketOptionGet, level 1, option 36.
struct TlsConnectionParams {
    static constexpr std::size_t size = 72;
    std::uint32_t version = 0;
    std::uint32_t cipher_suite = 0; ///< index of its bit in the cipher mask
    std::uint32_t peer_validated = 0;
    std::uint32_t alpn = 0; ///< one bit of the option
    std::uint16_t subject_hash = 0;
    std::uint16_t issuer_hash = 0;
    std::array<Byte, 8> valid_from{};
    std::array<Byte, 8> valid_to{};
    std::array<Byte, 16> subject{};
    std::array<Byte, 16> issuer{};
    std::int8_t subject_length = 0;
    std::int8_t issuer_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "version", &TlsConnectionParams::version),
                      at(4, "cipher_suite", &TlsConnectionParams::cipher_suite),
                      at(8, "peer_validated", &TlsConnectionParams::peer_validated),
                      at(12, "alpn", &TlsConnectionParams::alpn),
                      at(16, "subject_hash", &TlsConnectionParams::subject_hash),
                      at(18, "issuer_hash", &TlsConnectionParams::issuer_hash),
                      at(20, "valid_from", &TlsConnectionParams::valid_from),
                      at(28, "valid_to", &TlsConnectionParams::valid_to),
                      at(36, "subject", &TlsConnectionParams::subject),
                      at(52, "issuer", &TlsConnectionParams::issuer),
                      at(68, "subject_length", &TlsConnectionParams::subject_length),
                      at(69, "issuer_length", &TlsConnectionParams::issuer_length));
    }
};

} // namespace nwp::simplelink
