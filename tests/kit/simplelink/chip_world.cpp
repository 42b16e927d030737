// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/simplelink/chip_world.h"

#include <boost/asio/post.hpp>

#include <variant>

namespace nwp::simplelink::test {
namespace {

constexpr std::string_view kAir = R"toml(
[[access_point]]
ssid = "lab"
bssid = "02:00:00:00:00:01"
channel = 6
rssi = -48
security = "wpa2-psk"
passphrase = "password1"
lease = { address = "10.77.0.50", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }

[[access_point]]
ssid = "guests"
bssid = "02:00:00:00:00:02"
channel = 11
rssi = -70
security = "open"
lease = { address = "10.77.0.50", prefix = 24, gateway = "10.77.0.1", dns = ["10.77.0.1"] }

[[station]]
mac = "02:00:00:00:09:01"
name = "phone"
ssid = "mysimplelink"
present = false

[[station]]
mac = "02:00:00:00:09:02"
name = "laptop"
ssid = "mysimplelink"
present = false

[[p2p_peer]]
mac = "02:00:00:00:08:01"
name = "printer"
present = false

[[p2p_peer]]
mac = "02:00:00:00:08:02"
name = "screen"
invites = true
present = false

[timing]
scan_result_ms = 1
join_ms = 1
lease_ms = 1
)toml";

constexpr std::size_t kHeader = 12; // long sync word, opcode, length
constexpr Byte kUartSync[] = {0xFF, 0xEE, 0xDD, 0xBB, 0x21, 0x43, 0x34, 0x12};

} // namespace

wifi::RadioFile air() {
    auto read = wifi::parse_radio_file(kAir, "air of the chip's tests");
    if (const auto* problems = std::get_if<wifi::RadioFileProblems>(&read))
        ADD_FAILURE() << problems->front().message();
    return std::get<wifi::RadioFile>(std::move(read));
}

std::string MemoryLine::start(endpoint::HostLineListener& listener) {
    listener_ = &listener;
    return {};
}

void MemoryLine::open() {
    is_open = true;
    boost::asio::post(context_, [this] { listener_->on_opened(); });
}

void MemoryLine::close() {
    is_open = false;
    boost::asio::post(context_, [this] {
        sent.clear();
        incoming_.clear();
        listener_->on_closed();
    });
}

void MemoryLine::host_sends(ByteView bytes) {
    boost::asio::post(context_, [this, more = std::vector<Byte>(bytes.begin(), bytes.end())] {
        incoming_.insert(incoming_.end(), more.begin(), more.end());
        listener_->on_readable();
    });
}

void MemoryLine::drain() {
    boost::asio::post(context_, [this] { listener_->on_drained(); });
}

ByteView MemoryLine::read() {
    given_.assign(incoming_.begin(), incoming_.end());
    incoming_.clear();
    return {given_.data(), given_.size()};
}

void MemoryLine::write(ByteView bytes) {
    if (is_open) sent.insert(sent.end(), bytes.begin(), bytes.end());
}

ChipWorld::ChipWorld(service::ClientPolicy policy)
    : radio(std::make_unique<wifi::SimulatedRadio>(context, air())),
      wlan(std::make_unique<service::Wlan>(context, *radio, network)),
      names(std::make_unique<service::Names>(context, resolver, network)),
      device(std::make_unique<service::Device>(sockets, service::RadioKind::simulated,
                                               service::Device::FaultInjector{})),
      settings(std::make_unique<service::Settings>(credentials, vault::SettingValues{})),
      devices(std::make_unique<service::Air>(context, air().devices)),
      dialect(std::make_unique<Dialect>(context, service::Services{*device, sockets, *names, credentials,
                                                                   *wlan, network, *settings, files, calendar,
                                                                   devices.get()})) {
    auto made = std::make_unique<MemoryLine>(context);
    line = made.get();
    EXPECT_EQ(dialect->serve(std::move(made), std::move(policy)), "");
}

ChipWorld::~ChipWorld() { dialect.reset(); }

void ChipWorld::power_on() {
    line->open();
    const auto started = expect<InitComplete>();
    EXPECT_EQ(started.status, InitStatus::station);
}

void ChipWorld::power_off() {
    line->close();
    kit::run_ready(context);
}

void ChipWorld::send(std::uint16_t opcode, const std::vector<Byte>& args, ByteView payload) {
    std::vector<Byte> bytes(std::begin(kUartSync), std::end(kUartSync));
    const std::size_t size = pad4(args.size() + payload.size());
    for (const std::size_t number : {std::size_t{opcode}, size}) {
        bytes.push_back(static_cast<Byte>(number));
        bytes.push_back(static_cast<Byte>(number >> 8U));
    }
    bytes.insert(bytes.end(), args.begin(), args.end());
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    bytes.resize(kHeader + size, 0xA5); // hosts leave garbage in the padding
    line->host_sends({bytes.data(), bytes.size()});
}

bool ChipWorld::is_silent() {
    kit::run_ready(context);
    return line->sent.empty();
}

Said ChipWorld::next() {
    for (;;) {
        Said said;
        const bool came = until([&] { return line->sent.size() >= kNwpHeaderSize; });
        EXPECT_TRUE(came) << "the NWP says nothing";
        if (!came) return said;
        const auto& bytes = line->sent;
        const auto number = [&](std::size_t at) {
            return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
        };
        EXPECT_EQ(number(0) | static_cast<std::uint32_t>(number(2)) << 16U, 0xABCDDCBA);
        said.opcode = number(4);
        const std::size_t size = number(6) - kNwpStateSize;
        said.state = {bytes[8], bytes[9], number(10), number(12), number(14)};
        EXPECT_NE(said.state.min_max_payload, 0);
        const std::size_t whole = kNwpHeaderSize + pad4(size);
        EXPECT_GE(bytes.size(), whole) << "half a message";
        if (bytes.size() < whole) return said;
        said.body.assign(bytes.begin() + kNwpHeaderSize,
                         bytes.begin() + static_cast<std::ptrdiff_t>(kNwpHeaderSize + size));
        line->sent.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole));
        last = said.state;
        if (said.opcode != Dummy::opcode && passed_over.count(said.opcode) == 0) return said;
    }
}

} // namespace nwp::simplelink::test
