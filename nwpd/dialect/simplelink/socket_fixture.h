// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of the socket silo: the calls of a host, each as its driver makes it.

#include "nwpd/dialect/simplelink/outbox.h"
#include "nwpd/dialect/simplelink/socket_settings.h"
#include "simplelink/errors.h"
#include "simplelink/socket.h"
#include "tests/kit/simplelink/chip_world.h"

#include <string>
#include <vector>

namespace nwp::simplelink::test {

class SocketWorld : public ChipWorld {
protected:
    explicit SocketWorld(service::ClientPolicy policy = {}) : ChipWorld(std::move(policy)) {
        power_on();
        network.set_lease(lease()); // after it, so that it is not told
        network.set_associated(true);
    }

    /// The descriptor, or the error.
    std::int16_t host_opens(SocketType type = SocketType::stream, Protocol protocol = Protocol::any,
                            simplelink::Family family = simplelink::Family::ipv4) {
        SocketOpen command;
        command.domain = family;
        command.type = type;
        command.protocol = protocol;
        const auto response = ask<SocketOpenResponse>(command);
        return response.status < 0 ? response.status : std::int16_t{response.descriptor};
    }
    Byte opened(SocketType type = SocketType::stream, Protocol protocol = Protocol::any,
                simplelink::Family family = simplelink::Family::ipv4) {
        const auto descriptor = host_opens(type, protocol, family);
        EXPECT_GE(descriptor, 0);
        return static_cast<Byte>(descriptor);
    }

    template <typename Command = SocketConnect>
    static Command addressed(Byte descriptor, const Address& address, std::uint16_t length = 0) {
        Command command;
        command.length = length;
        command.descriptor = descriptor;
        command.family_and_flags = command.address.size() == 4 ? 0x20 : 0x30;
        command.port = {address.port};
        copy_bytes(command.address, address.ip_bytes());
        return command;
    }

    /// CONNECT with its response; the descriptor is echoed.
    std::int16_t host_begins_connect(Byte descriptor, const Address& to = server_address()) {
        const auto response = ask<SocketConnectResponse>(addressed(descriptor, to));
        EXPECT_EQ(response.descriptor, descriptor);
        return response.status;
    }
    std::int16_t connected_status(Byte descriptor) {
        const auto event = expect<SocketConnected>();
        EXPECT_EQ(event.descriptor, descriptor);
        return event.status;
    }
    std::int16_t host_connects(Byte descriptor, const Address& to = server_address()) {
        EXPECT_EQ(host_begins_connect(descriptor, to), 0);
        return connected_status(descriptor);
    }

    void host_sends(Byte descriptor, std::string_view bytes) {
        SocketSend command;
        command.length = static_cast<std::uint16_t>(bytes.size());
        command.descriptor = descriptor;
        command.family_and_flags = 0xFF; // garbage, as that of the real driver
        credit_ -= static_cast<int>(Outbox::buffers_for(bytes.size()));
        send(command, as_bytes(bytes));
    }
    void host_sends_to(Byte descriptor, std::string_view bytes, const Address& to) {
        const auto length = static_cast<std::uint16_t>(bytes.size());
        credit_ -= static_cast<int>(Outbox::buffers_for(bytes.size()));
        if (to.family == nwp::Family::ipv6)
            return send(addressed<SocketSendToV6>(descriptor, to, length), as_bytes(bytes));
        send(addressed<SocketSendTo>(descriptor, to, length), as_bytes(bytes));
    }

    void host_begins_receive(Byte descriptor, std::uint16_t length, Byte flags = 0) {
        SocketReceive command;
        command.length = length;
        command.descriptor = descriptor;
        command.family_and_flags = flags;
        send(command);
    }
    /// What 0x100A says; the bytes if there are any.
    std::int16_t received_status(Byte descriptor, std::string* bytes = nullptr) {
        std::vector<Byte> payload;
        const auto event = expect<SocketReceived>(&payload);
        EXPECT_EQ(event.descriptor, descriptor);
        EXPECT_EQ(payload.size(), event.status > 0 ? static_cast<std::size_t>(event.status) : 0);
        if (bytes != nullptr) bytes->assign(payload.begin(), payload.end());
        return event.status;
    }
    std::string host_receives(Byte descriptor, std::uint16_t length) {
        std::string bytes;
        host_begins_receive(descriptor, length);
        EXPECT_LE(received_status(descriptor, &bytes), length);
        return bytes;
    }
    std::int16_t host_fails_to_receive(Byte descriptor, Byte flags = 0) {
        host_begins_receive(descriptor, 64, flags);
        return received_status(descriptor);
    }

    std::int16_t host_closes(Byte descriptor) {
        const auto response = ask<SocketCloseResponse>(SocketClose{descriptor});
        if (response.status != 0) return response.status;
        const auto event = expect<SocketClosed>();
        EXPECT_EQ(event.descriptor, descriptor);
        return event.status;
    }

    std::int16_t host_sets(Byte descriptor, Byte level, Byte option, const std::vector<Byte>& value) {
        SocketOptionSet command;
        command.descriptor = descriptor;
        command.level = level;
        command.option = option;
        command.length = static_cast<Byte>(value.size());
        const auto response = ask<SocketOptionSetResponse>(command, value);
        EXPECT_EQ(response.descriptor, descriptor);
        return response.status;
    }
    std::int16_t host_sets(Byte descriptor, OptionName option, const std::vector<Byte>& value) {
        return host_sets(descriptor, 1, static_cast<Byte>(option), value);
    }
    std::int16_t host_sets(Byte descriptor, OptionName option, std::string_view text) {
        return host_sets(descriptor, option, std::vector<Byte>{text.begin(), text.end()});
    }
    std::int16_t host_gets(Byte descriptor, Byte level, Byte option, Byte room, std::vector<Byte>& value) {
        SocketOptionGet command;
        command.descriptor = descriptor;
        command.level = level;
        command.option = option;
        command.length = room;
        const auto response = ask<SocketOptionGetResponse>(command, {}, &value);
        EXPECT_EQ(response.descriptor, descriptor);
        EXPECT_EQ(response.length, value.size());
        return response.status;
    }
    void host_makes_non_blocking(Byte descriptor) {
        EXPECT_EQ(host_sets(descriptor, OptionName::non_blocking, std::vector<Byte>{1, 0, 0, 0}), 0);
        EXPECT_EQ(last.non_blocking >> descriptor & 1, 1) << "in that very response";
    }

    /// TxPoolCnt of the next message, which must be that of credit alone.
    int next_credit() {
        EXPECT_TRUE(until([&] { return line->sent.size() >= kNwpHeaderSize; }));
        if (line->sent.size() < kNwpHeaderSize) return 0;
        EXPECT_EQ(line->sent[4] | line->sent[5] << 8, Dummy::opcode);
        const int credit = line->sent[8];
        line->sent.erase(line->sent.begin(), line->sent.begin() + kNwpHeaderSize);
        return credit;
    }
    /// What the host may still send: as the messages of credit that are there now say, less what it sent
    /// since.
    int credit_now() {
        kit::run_ready(context);
        while (!line->sent.empty()) credit_ = next_credit();
        return credit_;
    }
    static SocketSelect select_write(Byte descriptor) {
        SocketSelect command;
        command.write_set = static_cast<std::uint16_t>(1U << descriptor);
        command.seconds = SocketSelect::forever;
        command.units_of_1024_us = 0xFFFF;
        return command;
    }
    static SocketSelect select_read(std::uint16_t set, std::uint16_t seconds = SocketSelect::forever,
                                    std::uint16_t units = 0) {
        SocketSelect command;
        command.read_set = set;
        command.seconds = seconds;
        command.units_of_1024_us = units;
        return command;
    }

    /// A TCP server of the test that this NWP reaches as server_address(); connects to it.
    Byte connected_stream(service::test::TcpPeer& peer) {
        lead_to(peer.port());
        const Byte descriptor = opened();
        EXPECT_EQ(host_connects(descriptor), 0);
        return descriptor;
    }

private:
    int credit_ = Outbox::kBuffers;
};

inline std::vector<Byte> u32(std::uint32_t number) {
    std::vector<Byte> bytes;
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<Byte>(number >> shift));
    return bytes;
}

} // namespace nwp::simplelink::test
