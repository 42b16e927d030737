// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/host_line.h"
#include "nwpd/service/alarm.h"
#include "simplelink/device.h"
#include "simplelink/errors.h"
#include "simplelink/layout.h"
#include "simplelink/nwp_message.h"
#include "simplelink/opcodes.h"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace nwp::simplelink {

/// What of a value fits a host's buffer of `room` bytes. A driver reads a longer value to its end and says
/// that the buffer was too small; where the room is no multiple of 4 it would leave some of it on the link.
inline ByteView fitting(ByteView value, std::size_t room) {
    return room % 4 != 0 && value.size() > room ? value.first(room) : value;
}

/// Everything that a powered-on NWP says to its host. Each message carries the five state fields, so they
/// live here.
///
/// Events wait until the host has finished its start: until its first command, or kQuietAfterStart. While
/// more than kMostUnsent bytes wait for a host that does not read, events are dropped and the host is told so
/// (DevStatus).
class Outbox {
public:
    /// Transmit buffers that the host may fill before some come back, each of kBufferSize bytes. Their
    /// product stays below what one socket's stream may hold (service::Sockets::kSendRoom).
    static constexpr std::uint8_t kBuffers = 160;
    static constexpr std::uint16_t kBufferSize = 1536;
    static constexpr std::size_t kMostUnsent = 256 * std::size_t{1024};

    Outbox(boost::asio::io_context& loop, endpoint::HostLine& line);
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    /// The first message after power-on.
    void start(const InitComplete& message);

    /// A command that wants a response was taken; until respond() or refuse() it is open.
    void open_command(std::uint16_t opcode);
    bool command_open() const { return command_ != 0; }
    std::uint16_t command() const { return command_; }
    /// Told when a response has left and the next command may be taken.
    void on_answered(std::function<void()> listener) { answered_ = std::move(listener); }

    /// The response to the open command. `Response::opcode` need not be that of the command: some have none
    /// of their own.
    template <typename Response>
    void respond(const Response& response, ByteView payload = {}) {
        const auto args = encode(response);
        send_response(Response::opcode, args, payload);
    }
    /// The value of a setting, under the id and the option that it was asked by.
    template <typename Response, typename Command>
    void respond_value(const Command& command, ByteView value) {
        Response response;
        response.id = command.id;
        response.option = command.option;
        response.length = static_cast<std::uint16_t>(value.size());
        respond(response, value);
    }
    /// The error of the open command in the shape that its opcode has: a response of the exact size. Of a
    /// request that has no response, and whose command is therefore not open, nothing is said.
    void refuse(std::int16_t status);

    /// What the host waits for, or ought to know.
    template <typename Event>
    void tell(const Event& event, ByteView payload = {}) {
        const auto args = encode(event);
        send_event(Event::opcode, args, payload);
    }
    /// As tell(), for what the host waits for: never dropped.
    template <typename Event>
    void complete(const Event& event, ByteView payload = {}) {
        const auto args = encode(event);
        send(Event::opcode, args, payload);
    }
    /// Raw bytes without a header: the answer of the baud rate handshake.
    void send_raw(ByteView bytes) { line_.write(bytes); }

    // Flow control of what the host sends on sockets.

    /// Buffers that `size` bytes take.
    static std::size_t buffers_for(std::size_t size) { return size == 0 ? 1 : 1 + (size - 1) / kBufferSize; }
    /// The host filled so many buffers, or so many came free. That is told with the next message, or by
    /// flush_credit().
    void take_buffers(std::size_t count);
    void give_buffers(std::size_t count);
    /// Tells the host of buffers that came back, if no message did.
    void flush_credit();
    /// Called once all buffers are free: at once, or when the last comes back. Empty: nobody is told.
    void on_buffers_free(std::function<void()> listener);

    // Event masks, and what was dropped for other reasons.

    /// Events whose bit (1 << id) is set are not told. False: there is no such class.
    bool set_event_mask(EventClass event_class, std::uint32_t mask);
    std::uint32_t event_mask(EventClass event_class) const;
    /// Bits of events (EventId::dropped_bit) that were dropped since this was asked last.
    std::uint32_t take_dropped(EventClass event_class);

    // State fields.
    void set_device_status(std::uint8_t bit, bool on);
    void set_non_blocking(unsigned socket, bool on);
    bool non_blocking(unsigned socket) const { return ((state_.non_blocking >> socket) & 1U) != 0; }
    void set_tx_failure(unsigned socket, bool on);

    /// Calls `act` from the loop, unless the power is cut before.
    void later(std::function<void()> act);

    /// No event at all while the host is asked to be quiet (STOP was answered).
    void silence() { silent_ = true; }
    /// True: the host reads too slowly for more than answers.
    bool is_full() const { return line_.unsent() > kMostUnsent; }

private:
    void send(std::uint16_t opcode, ByteView args, ByteView payload);
    void send_response(std::uint16_t opcode, ByteView args, ByteView payload);
    void send_event(std::uint16_t opcode, ByteView args, ByteView payload);
    void end_quiet();
    endpoint::HostLine& line_;
    boost::asio::io_context& loop_;
    service::Alarm quiet_timer_;
    std::function<void()> answered_;
    std::function<void()> buffers_free_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::map<EventClass, std::uint32_t> masks_;
    std::map<EventClass, std::uint32_t> dropped_;
    NwpState state_;
    std::vector<Byte> message_;
    struct HeldBack {
        std::uint16_t opcode;
        std::vector<Byte> body;
    };
    std::vector<HeldBack> held_back_; ///< events of the quiet time
    std::size_t held_buffers_ = 0;
    bool credit_owed_ = false;
    bool quiet_ = false;
    bool silent_ = false;
    std::uint16_t command_ = 0;
};

} // namespace nwp::simplelink
