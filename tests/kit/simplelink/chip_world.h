// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of nwpd/dialect/simplelink: a chip on a line in memory, with all services behind it and the
// host's part in the test's hands.

#include "nwpd/dialect/simplelink/dialect.h"
#include "nwpd/endpoint/host_line.h"
#include "nwpd/service/air.h"
#include "nwpd/service/device.h"
#include "nwpd/service/files.h"
#include "nwpd/service/names.h"
#include "nwpd/service/settings.h"
#include "nwpd/service/test_world.h"
#include "nwpd/service/wlan.h"
#include "nwpd/wifi/simulated_radio.h"
#include "simplelink/device.h"
#include "simplelink/nwp_message.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nwp::simplelink::test {

/// Two networks, and who can be in the neighbourhood; a scan, a join and a lease take 1 ms.
wifi::RadioFile air();

/// A line that the test opens, closes, fills and empties.
class MemoryLine final : public endpoint::HostLine {
public:
    explicit MemoryLine(boost::asio::io_context& context) : context_(context) {}

    std::string start(endpoint::HostLineListener& listener) override;
    ByteView read() override;
    void write(ByteView bytes) override;
    std::size_t unsent() const override { return stuck ? sent.size() : 0; }
    void set_rate(unsigned baud) override { rate = baud; }

    /// As a host does it; told from the loop.
    void open();
    void close();
    void host_sends(ByteView bytes);
    /// All that was written has left.
    void drain();

    std::vector<Byte> sent; ///< by the NWP, not yet taken by the test
    bool stuck = false;     ///< the host does not read
    bool is_open = false;
    unsigned rate = 0;

private:
    boost::asio::io_context& context_;
    endpoint::HostLineListener* listener_ = nullptr;
    std::deque<Byte> incoming_;
    std::vector<Byte> given_;
};

/// A message of the NWP, as the test took it off the line.
struct Said {
    std::uint16_t opcode = 0;
    NwpState state;
    std::vector<Byte> body; ///< args and payload, without padding
};

class ChipWorld : public service::test::World {
protected:
    explicit ChipWorld(service::ClientPolicy policy = {});
    ~ChipWorld() override;

    /// Opens the line and takes INIT COMPLETE.
    void power_on();
    void power_off();

    void send(std::uint16_t opcode, const std::vector<Byte>& args, ByteView payload = {});
    template <typename Command>
    void send(const Command& command, ByteView payload = {}) {
        const auto args = encode(command);
        send(Command::opcode, {args.begin(), args.end()}, payload);
    }
    /// The next message; fails the test when none comes. Those of the state's credit alone (0x0063) are
    /// passed over.
    Said next();
    /// Whether one is there, after everything that is ready was done.
    bool is_silent();

    /// The next message, which must be of this kind.
    template <typename Message>
    Message expect(std::vector<Byte>* payload = nullptr) {
        const Said said = next();
        EXPECT_EQ(said.opcode, Message::opcode);
        const auto message = decode<Message>({said.body.data(), said.body.size()});
        EXPECT_TRUE(message) << said.body.size() << " bytes";
        if (!message) return {};
        if (payload != nullptr) {
            payload->assign(said.body.begin() + Message::size, said.body.end());
        } else {
            EXPECT_EQ(said.body.size(), Message::size);
        }
        last = said.state;
        return *message;
    }
    template <typename Answer, typename Command>
    Answer ask(const Command& command, ByteView payload = {}, std::vector<Byte>* answer_payload = nullptr) {
        send(command, payload);
        return expect<Answer>(answer_payload);
    }

    wifi::AddressMap radio_map{{}};
    std::unique_ptr<wifi::SimulatedRadio> radio;
    std::unique_ptr<service::Wlan> wlan;
    std::unique_ptr<service::Names> names;
    std::unique_ptr<service::Device> device;
    std::unique_ptr<service::Settings> settings;
    service::Files files{credentials};
    std::unique_ptr<service::Air> devices; ///< "phone", "laptop", "printer", "screen", all away at first
    std::unique_ptr<Dialect> dialect;
    MemoryLine* line = nullptr;
    std::set<std::uint16_t> passed_over; ///< events that next() does not give
    NwpState last;                       ///< of the message that expect() took last
};

} // namespace nwp::simplelink::test
