// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/socket_types.h"
#include "nwp/socket_id.h"

namespace nwp {

/// What a stream socket answers in which situation, as Linux does (contracts "TLS on a socket" says where TLS
/// differs), connected or listening; and of every socket whether it is there at all and which error waits to
/// be told. Pure: no bytes, no link; the two counts that matter come as arguments.
class SocketState {
public:
    enum class Phase : std::uint8_t {
        free,       ///< nobody's place
        opening,    ///< the NWP was asked for it
        idle,       ///< open, not connected
        connecting, ///< TCP and, with TLS or DTLS, the handshake are under way
        connected,
        listening, ///< for connections; what counts as queued are those that wait
        datagram,  ///< open, and a datagram socket: DatagramState says the rest
        failed,    ///< an attempt to connect failed, or the stream ended in an error
        lost,      ///< the link it belonged to is gone
        closing,   ///< the application closed it; the NWP has not confirmed yet
    };

    SocketState() = default;
    /// `tls`: or DTLS.
    explicit SocketState(bool tls) : phase_(Phase::opening), tls_(tls) {}

    Phase phase() const { return phase_; }
    /// What became of the wish to have a socket: ok, would_block, or why not.
    Result<void> opening() const;

    // What happens to it. An event that cannot come in the present phase (a late or lying NWP) changes
    // nothing.
    void opened(SocketType type = SocketType::stream);
    void open_failed(Error error);
    void connect_begun();
    void connect_succeeded();
    void connect_failed(Error error);
    void listening();
    /// connect() with AF_UNSPEC: it is as it was before the first attempt. `error` waits to be told.
    void disconnected(Error error);
    /// It came from a listening socket.
    void accepted();
    /// The peer finished; every byte before that has been queued.
    void peer_finished();
    /// It ended by itself; every byte before that has been queued. A datagram socket lives on, without peer.
    void failed(Error error);
    void shut(Shutdown how);
    void link_lost();
    void closed() { phase_ = Phase::closing; }

    /// An error that waits to be told on a datagram socket, which lives on.
    void problem(Error error);

    /// An earlier session's, as the snapshot says: idle, connected, listening or datagram; that one may be
    /// `connected` too.
    void attached(Phase phase, bool connected);

    /// The link brings data only to a socket that is connected and whose peer did not finish.
    bool takes_data() const { return phase_ == Phase::connected && !peer_finished_; }

    /// The link brings datagrams: what a peer says right behind its handshake may overtake the word of that.
    bool takes_datagrams() const {
        return phase_ == Phase::datagram || (datagrams_ && phase_ == Phase::connecting);
    }

    /// What it receives costs credit, or will.
    bool gives_credit() const {
        return takes_data() || takes_datagrams() || phase_ == Phase::idle || phase_ == Phase::connecting;
    }

    // What the application is told. `queued`: received bytes, or of a listening socket connections, that it
    // has not taken. `room`: send() could take a
    // byte.
    Readiness readiness(std::size_t queued, bool room) const;
    /// receive() with `queued` bytes there: ok, would_block, closed, or an error (which is then told).
    Result<void> receive(std::size_t queued);
    /// send(): ok, would_block, or an error (which is then told).
    Result<void> send(bool room);
    /// connect(): true when a new attempt may begin, false when it returns 0 because the attempt under way
    /// succeeded and nobody was told; else its error (which is then told).
    Result<bool> connect();
    /// accept(): ok when it may be asked for.
    Result<void> accept() const;
    /// shutdown(): ok when there is something to shut.
    Result<void> may_shut() const;
    /// The error that waits to be told, or Error{}; it goes on waiting.
    Error pending_error() const { return error_; }
    /// SO_ERROR: the error that nobody was told yet, then Error{}.
    Error take_error();

private:
    Error tell_error();
    Phase unconnected() const { return datagrams_ ? Phase::datagram : Phase::idle; }
    bool receive_ended() const { return peer_finished_ || receive_shut_; }

    Phase phase_ = Phase::free;
    bool tls_ = false;
    bool datagrams_ = false;
    bool never_opened_ = false;
    bool ever_connected_ = false;
    bool peer_finished_ = false;
    bool receive_shut_ = false;
    bool send_shut_ = false;
    bool success_untold_ = false;
    Error error_{};
};

/// What may stand as an error: an NWP that fails with "ok", "would block" or "the stream ended in order"
/// lies, and the last one would make a cut stream look whole.
constexpr Error sound(Error error) {
    const bool lies = error == Error{} || error == Error::would_block || error == Error::closed;
    return lies ? Error::protocol_error : error;
}

} // namespace nwp
