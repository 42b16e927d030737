// SPDX-License-Identifier: Apache-2.0
#include "host/socket_state.h"

namespace nwp {

void SocketState::opened(SocketType type) {
    if (phase_ != Phase::opening) return;
    datagrams_ = type == SocketType::datagram;
    phase_ = unconnected();
}

void SocketState::open_failed(Error error) {
    if (phase_ != Phase::opening) return;
    phase_ = Phase::failed;
    never_opened_ = true;
    error_ = sound(error);
}

void SocketState::connect_begun() {
    if (phase_ != unconnected()) return;
    phase_ = Phase::connecting;
    error_ = Error{}; // as Linux: nobody asked for it in time
}

void SocketState::connect_succeeded() {
    if (phase_ != Phase::connecting) return;
    phase_ = datagrams_ ? Phase::datagram : Phase::connected;
    ever_connected_ = true;
    success_untold_ = true;
}

void SocketState::connect_failed(Error error) {
    if (phase_ != Phase::connecting) return;
    phase_ = Phase::failed;
    error_ = sound(error);
}

void SocketState::listening() {
    if (phase_ == Phase::idle || phase_ == Phase::failed) phase_ = Phase::listening;
}

void SocketState::accepted() {
    if (phase_ != Phase::opening) return;
    phase_ = Phase::connected;
    ever_connected_ = true;
}

void SocketState::peer_finished() {
    if (phase_ == Phase::connected) peer_finished_ = true;
}

void SocketState::disconnected(Error error) {
    const bool open = phase_ != Phase::free && phase_ != Phase::opening && phase_ != Phase::lost &&
                      phase_ != Phase::closing && !never_opened_;
    if (!open) return;
    SocketState fresh{tls_};
    fresh.datagrams_ = datagrams_;
    fresh.phase_ = unconnected();
    fresh.error_ = error;
    *this = fresh;
}

void SocketState::failed(Error error) {
    if (phase_ == Phase::datagram) {
        problem(error);
        ever_connected_ = success_untold_ = false;
        return;
    }
    if (phase_ != Phase::connected && phase_ != Phase::connecting) return;
    phase_ = Phase::failed;
    error_ = sound(error);
}

void SocketState::problem(Error error) {
    if (phase_ == Phase::datagram) error_ = sound(error);
}

void SocketState::shut(Shutdown how) {
    if (phase_ == Phase::listening) { // it stops to listen, and may do so again
        if (how != Shutdown::send) phase_ = Phase::idle;
        return;
    }
    if (phase_ != Phase::connected) return; // it ended an attempt to connect, as Linux does it
    if (how != Shutdown::send) receive_shut_ = true;
    if (how != Shutdown::receive) send_shut_ = true;
}

void SocketState::link_lost() { phase_ = Phase::lost; }

void SocketState::attached(Phase phase, bool connected) {
    phase_ = phase;
    datagrams_ = phase == Phase::datagram;
    ever_connected_ = connected;
}

Result<void> SocketState::opening() const {
    switch (phase_) {
        case Phase::opening: return Error::would_block;
        case Phase::lost: return Error::connection_aborted;
        case Phase::free:
        case Phase::closing: return Error::bad_handle;
        default: break;
    }
    if (never_opened_) return error_;
    return {};
}

Readiness SocketState::readiness(std::size_t queued, bool room) const {
    Readiness is;
    switch (phase_) {
        case Phase::idle:
            is = ready::writable | ready::hang_up;
            return error_ != Error{} ? is | ready::error : is;
        case Phase::listening: return queued != 0 ? ready::readable : is;
        case Phase::lost: return ready::error | ready::hang_up;
        case Phase::failed:
            is = ready::readable | ready::writable | ready::hang_up | ready::read_hang_up;
            return error_ != Error{} ? is | ready::error : is;
        case Phase::connected: break;
        default: return is;
    }
    if (queued != 0 || receive_ended()) is = is | ready::readable;
    if (receive_ended()) is = is | ready::read_hang_up;
    if (room || send_shut_) is = is | ready::writable;
    if (receive_ended() && send_shut_) is = is | ready::hang_up;
    return is;
}

Error SocketState::tell_error() {
    const Error error = error_;
    if (!never_opened_) error_ = Error{};
    return error;
}

Result<void> SocketState::receive(std::size_t queued) {
    switch (phase_) {
        case Phase::opening:
        case Phase::connecting: return Error::would_block;
        case Phase::idle:
        case Phase::listening: return Error::not_connected;
        case Phase::lost: return Error::connection_aborted;
        case Phase::datagram: return Error::operation_not_supported;
        case Phase::connected:
        case Phase::failed: break;
        default: return Error::bad_handle;
    }
    if (queued != 0) return {};
    if (peer_finished_) return Error::closed;
    if (error_ != Error{}) return tell_error();
    if (receive_shut_) return Error::closed;
    if (phase_ == Phase::connected) return Error::would_block;
    // Linux says 0 here; that would make a TLS stream which was cut look whole.
    return tls_ ? Error::not_connected : Error::closed;
}

Result<void> SocketState::send(bool room) {
    switch (phase_) {
        case Phase::opening:
        case Phase::connecting: return Error::would_block;
        case Phase::idle:
        case Phase::listening: return Error::broken_pipe;
        case Phase::lost: return Error::connection_aborted;
        case Phase::failed: return error_ != Error{} ? tell_error() : Error::broken_pipe;
        case Phase::datagram: return Error::operation_not_supported;
        case Phase::connected: break;
        default: return Error::bad_handle;
    }
    if (send_shut_) return Error::broken_pipe;
    if (!room) return Error::would_block;
    return {};
}

Result<bool> SocketState::connect() {
    switch (phase_) {
        case Phase::opening: return Error::would_block;
        case Phase::idle: return true;
        case Phase::connecting: return Error::already;
        case Phase::listening: return Error::is_connected;
        case Phase::datagram:
            if (!tls_) return Error::operation_not_supported; // UDP has no attempt that could last
            if (!ever_connected_) return true;
            [[fallthrough]];
        case Phase::connected:
            if (!success_untold_) return Error::is_connected;
            success_untold_ = false;
            return false;
        case Phase::failed: break;
        case Phase::lost: return Error::connection_aborted;
        default: return Error::bad_handle;
    }
    if (never_opened_) return error_;
    if (success_untold_) { // it stood, and ended before anybody looked: what came is there to be read
        success_untold_ = false;
        return false;
    }
    if (ever_connected_) return Error::is_connected;
    // The attempt's own error, if nobody was told; the next call begins a new one.
    phase_ = unconnected();
    return error_ != Error{} ? tell_error() : Error::connection_aborted;
}

Result<void> SocketState::accept() const {
    switch (phase_) {
        case Phase::listening: return {};
        case Phase::lost: return Error::connection_aborted;
        case Phase::datagram: return Error::operation_not_supported;
        case Phase::free:
        case Phase::closing: return Error::bad_handle;
        default: return Error::invalid_argument;
    }
}

Result<void> SocketState::may_shut() const {
    if (phase_ == Phase::lost) return Error::connection_aborted;
    if (phase_ == Phase::connected || phase_ == Phase::connecting || phase_ == Phase::listening) return {};
    return Error::not_connected;
}

Error SocketState::take_error() {
    if (phase_ == Phase::lost) return Error::connection_aborted;
    return tell_error();
}

} // namespace nwp
