// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_types.h"
#include "base/verdict.h"
#include "nwp/request.h"
#include "wire/socket.h"

namespace nwp::request {

/// A request about one socket. Beside what each class says:
///   bad_handle          no such socket, also when it is closed meanwhile
///   connection_aborted  the socket belongs to a link that was lost
///   would_block         (begin) the socket is still being opened
template <typename Message, std::uint32_t DeadlineMs = kDeadlineMs>
class OfSocket : public Asking<Message, NoItem, DeadlineMs> {
protected:
    explicit OfSocket(SocketId socket) : Asking<Message, NoItem, DeadlineMs>(socket) {}
    ~OfSocket() = default;
};

/// Sets an option in the form that SocketOption gives.
///   no_protocol_option, invalid_argument, domain_error, is_connected   as setsockopt() and the option say
class SetOption final : public OfSocket<wire::SocketOptionSet> {
public:
    SetOption(SocketId socket, SocketOption option, ByteView value);

private:
    Error take(const void* reply) override;
};

/// Begins TLS on a connected stream whose tls_defer is 1; done when the handshake is. While it runs send()
/// and receive() would block. Bytes that came before and nobody received are TLS's first ones (of a stream
/// that was accepted), or it does not begin (of one that connected). After any other error than the first two
/// the connection is over; its own error is the same.
///   invalid_argument     not connected, secured already, one half has ended, or as above; nothing began
///   no_protocol_option   not a TLS socket, or an NWP that cannot; nothing began
///   connection_aborted   TLS refused; GetVerdict has the reason
class BeginTls final : public OfSocket<wire::SocketOptionSet, kConnectDeadlineMs> {
public:
    explicit BeginTls(SocketId socket);

private:
    Error prepare() override;
    Error take(const void* reply) override;
    void failed(Error error) override;

    Byte value_[8] = {}; ///< as SocketOption::tls_defer says
    bool begun_ = false;
};

/// Reads an option into `into`, in the form that SocketOption gives.
///   no_protocol_option, not_connected   as getsockopt() and the option say
class GetOption final : public OfSocket<wire::SocketOptionGet> {
public:
    GetOption(SocketId socket, SocketOption option, Bytes into);
    /// Bytes of the whole value; when that is more than `into` has, it was cut.
    std::size_t size() const { return size_; }

private:
    Error take(const void* reply) override;

    Bytes into_;
    std::size_t size_ = 0;
};

/// Ends one or both halves; what Host::send() took before goes out first.
///   not_connected   never connected, still connecting, or failed
class ShutDown final : public OfSocket<wire::SocketShutdown> {
public:
    ShutDown(SocketId socket, Shutdown how);

private:
    Error prepare() override;
    Error take(const void* reply) override;
};

/// connect() with AF_UNSPEC: ends a connection (a stream's is reset), an attempt to connect, and listening; a
/// datagram socket has no peer any more.
class Disconnect final : public OfSocket<wire::SocketConnect> {
public:
    explicit Disconnect(SocketId socket);

private:
    Error take(const void* reply) override;
};

/// Address of one end.
///   not_connected   there is no peer
class GetName final : public OfSocket<wire::SocketNameGet> {
public:
    enum class End : std::uint8_t { local = 0, peer = 1 };

    GetName(SocketId socket, End end);
    const Address& address() const { return address_; }

private:
    Error take(const void* reply) override;

    Address address_;
};

/// Why TLS refused; stays the same from the failure until the next connect or close. An empty set of rules:
/// nothing failed.
class GetVerdict final : public OfSocket<wire::SocketVerdictGet> {
public:
    explicit GetVerdict(SocketId socket);
    const Verdict& verdict() const { return verdict_; }

private:
    Error take(const void* reply) override;

    Verdict verdict_;
};

} // namespace nwp::request
