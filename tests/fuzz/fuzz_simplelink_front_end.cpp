// SPDX-License-Identifier: Apache-2.0
// A host of the SimpleLink dialect that does anything, against a chip with all services behind it. What the
// NWP says stays well formed, and INIT COMPLETE comes at most once for each opening of the line.
//
// The input is a row of steps, each of them one byte and what it asks for:
//   0x00-0x7f         so many bytes of the line
//   0x80-0xbf, n,     the body's n bytes in a message with this opcode; bit 0: as a UART frames it, else as
//     opcode, body    an SPI; bit 1: the next step comes before the chip sees it
//   0xc0-0xdf         the host closes the line and opens it again; bit 0: the chip sees both together
//   0xe0-0xef         bit 0: the host stops reading, or it goes on and takes everything
//   0xf0-0xff         the next byte, times 64, is a number of bytes of the line, all 0x5a
#include "nwpd/net/resolver.h"
#include "nwpd/service/sockets.h"
#include "simplelink/nwp_framer.h"
#include "simplelink/opcodes.h"
#include "tests/kit/simplelink/chip_world.h"

#include <spdlog/spdlog.h>
#include <stdlib.h> // setenv() is POSIX

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

namespace sl = nwp::simplelink;
namespace service = nwp::service;
namespace wifi = nwp::wifi;
using nwp::Byte;
using nwp::ByteView;

constexpr Byte kUartSync[] = {0xFF, 0xEE, 0xDD, 0xBB};
constexpr Byte kSync[] = {0x21, 0x43, 0x34, 0x12};
constexpr Byte kBaudAnswer[] = {0x55, 0xAA, 0x55, 0xAA};
/// Events wait up to a bound, and then one answer more comes for each step.
constexpr std::size_t kMostSaid = std::size_t{1} << 20U;

void demand(bool holds, const char* what) {
    if (holds) return;
    static_cast<void>(std::fprintf(stderr, "it does not hold: %s\n", what));
    std::abort();
}

/// The store and its thread: made once, emptied after each input. In memory, where the system has a place.
class Store {
public:
    Store() : credentials_(context, std::move(*nwp::vault::Vault::open(folder_ / "store"))) {
        spdlog::set_level(spdlog::level::off);
    }

    /// Waits until the store has done all it was asked for.
    void settle() {
        bool done = false;
        credentials_.date_floor([&done](nwp::Result<std::int64_t>) { done = true; });
        demand(nwp::kit::run_until(context, [&done] { return done; }), "the store answers");
    }
    void empty() {
        bool done = false;
        credentials_.ask<void>(
            [](nwp::vault::Vault& vault) -> nwp::Result<void> {
                const auto settings = vault.settings();
                const auto files = vault.list_files();
                if (!settings || !files) return nwp::Error::input_output;
                for (const auto& setting : *settings)
                    if (const auto gone = vault.remove_setting(setting.first); !gone) return gone;
                for (const auto& file : *files) {
                    const auto gone = vault.remove_file(file.name, nwp::vault::FileRight::of_its_token);
                    if (!gone) return gone;
                }
                return {};
            },
            [&done](nwp::Result<void> emptied) {
                demand(emptied.ok(), "the store is emptied");
                done = true;
            });
        demand(nwp::kit::run_until(context, [&done] { return done; }), "the store answers");
    }
    service::Credentials& credentials() { return credentials_; }

    boost::asio::io_context context;

private:
    static nwp::kit::TemporaryFolder folder() {
        if (std::filesystem::is_directory("/dev/shm")) static_cast<void>(::setenv("TMPDIR", "/dev/shm", 0));
        return {};
    }

    const nwp::kit::TemporaryFolder folder_ = folder();
    service::Credentials credentials_;
};

/// The kit's air, in which nothing takes time and every address is one of the machine's loopback.
const wifi::RadioFile& quick_air() {
    static const wifi::RadioFile quick = [] {
        wifi::RadioFile file = sl::test::air();
        file.timing = {{}, {}, {}};
        return file;
    }();
    return quick;
}

wifi::AddressMap loopback_map() {
    wifi::MapEntry entry;
    entry.network = *wifi::parse_network("10.77.0.0/24");
    entry.to = *wifi::parse_network("127.78.0.0/24");
    return wifi::AddressMap({entry});
}

/// Everything that outlasts a chip's power, new for each input.
class Bench {
public:
    explicit Bench(Store& store)
        : store_(store), files_(store.credentials()),
          dialect_(store.context, service::Services{device_, sockets_, names_, store.credentials(), wlan_,
                                                    network_, settings_, files_, calendar_, &devices_}) {
        auto made = std::make_unique<sl::test::MemoryLine>(store.context);
        line_ = made.get();
        demand(dialect_.serve(std::move(made), {}).empty(), "the line is served");
        open();
    }

    void play(ByteView input) {
        while (!input.empty()) {
            const Byte step = input[0];
            input = step_of(step, input.from(1));
        }
        handle();
        line_->close();
        handle();
    }

private:
    ByteView step_of(Byte step, ByteView rest) {
        if (step < 0x80) {
            say(rest.first(step));
            handle();
            return rest.from(step);
        }
        if (step < 0xC0) return message(step, rest);
        if (step < 0xE0) {
            line_->close();
            if ((step & 1U) == 0) handle();
            open();
        } else if (step < 0xF0) {
            line_->stuck = (step & 1U) != 0;
            if (!line_->stuck) line_->drain();
        } else if (!rest.empty()) {
            const std::vector<Byte> many(std::size_t{64} * rest[0], 0x5A);
            say(many);
            rest = rest.from(1);
        }
        handle();
        return rest;
    }

    ByteView message(Byte step, ByteView rest) {
        if (rest.size() < 3) return {};
        const std::size_t size = std::min<std::size_t>(rest[0], rest.size() - 3);
        std::vector<Byte> bytes;
        if ((step & 1U) != 0) bytes.assign(std::begin(kUartSync), std::end(kUartSync));
        bytes.insert(bytes.end(), std::begin(kSync), std::end(kSync));
        bytes.insert(bytes.end(), {rest[1], static_cast<Byte>(rest[2] | 0x80U)});
        bytes.insert(bytes.end(), {static_cast<Byte>(size), 0});
        const ByteView body = rest.from(3).first(size);
        bytes.insert(bytes.end(), body.begin(), body.end());
        bytes.resize(bytes.size() + sl::pad4(size) - size, 0xA5);
        say(bytes);
        if ((step & 2U) == 0) handle();
        return rest.from(3 + size);
    }

    void say(ByteView bytes) { line_->host_sends(bytes); }

    void open() {
        line_->open();
        line_->stuck = false;
        ++powered_on_;
    }

    /// Everything that needs no waiting, then what was said.
    void handle() {
        nwp::kit::run_ready(store_.context);
        store_.settle();
        nwp::kit::run_ready(store_.context);
        check();
    }

    void check() {
        demand(line_->sent.size() <= kMostSaid, "what waits for a host has a bound");
        if (line_->stuck) return;
        const std::vector<Byte> said = std::exchange(line_->sent, {});
        for (ByteView rest{said}; !rest.empty();) {
            const std::size_t size = size_of_first(rest);
            demand(size != 0 && size <= rest.size(), "a message is whole");
            if (rest[0] == kBaudAnswer[0]) {
                demand(nwp::equal(rest.first(size), ByteView{kBaudAnswer}), "raw bytes greet a new rate");
            } else {
                check_message(rest.first(size));
            }
            rest = rest.from(size);
        }
    }

    /// By its header; 0: it has none.
    static std::size_t size_of_first(ByteView said) {
        if (said[0] == kBaudAnswer[0]) return sizeof kBaudAnswer;
        if (said.size() < sl::kNwpHeaderSize) return 0;
        const std::size_t length = said[6] | static_cast<std::size_t>(said[7]) << 8U;
        return sl::kNwpHeaderSize - sl::kNwpStateSize + sl::pad4(length);
    }

    /// The driver, which reads some kinds by their opcode more than by their length, would read all of it.
    void check_message(ByteView bytes) {
        sl::NwpFramer framer;
        framer.feed(bytes);
        const auto message = framer.next();
        demand(message && framer.noise() == 0 && framer.held() == 0, "the driver reads it all");
        demand(message->state.min_max_payload != 0, "the driver divides by it");
        if (message->opcode == sl::InitComplete::opcode) ++started_;
        demand(started_ <= powered_on_, "INIT COMPLETE comes once for each power-on");
    }

    Store& store_;
    service::test::FixedCalendar calendar_;
    wifi::AddressMap map_ = loopback_map();
    nwp::net::Resolver resolver_{store_.context};
    service::Network network_{map_, resolver_};
    service::Sockets sockets_{store_.context, network_, store_.credentials(), calendar_};
    wifi::SimulatedRadio radio_{store_.context, quick_air()};
    service::Wlan wlan_{store_.context, radio_, network_};
    service::Names names_{store_.context, resolver_, network_};
    service::Device device_{sockets_, service::RadioKind::simulated, service::Device::FaultInjector{}};
    service::Settings settings_{store_.credentials(), nwp::vault::SettingValues{}};
    service::Air devices_{store_.context, quick_air().devices};
    service::Files files_;
    sl::Dialect dialect_;
    sl::test::MemoryLine* line_ = nullptr;
    std::size_t powered_on_ = 0;
    std::size_t started_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Store store;
    {
        Bench bench(store);
        bench.play({data, size});
    }
    nwp::kit::run_ready(store.context);
    store.empty();
    return 0;
}
