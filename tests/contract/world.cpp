// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/world.h"

#include "nwp/device.h"
#include "nwp/wifi.h"
#include "ports/posix/posix_host.h"
#include "tests/contract/internet.h"
#include "tests/freertos/test_host.h"
#include "tests/kit/faulty_pipe.h"
#include "tests/kit/link_host.h"
#include "tests/kit/live_pair.h"
#include "tests/kit/nwp_in_process.h"
#include "tests/kit/pipe_pair.h"
#include "tests/kit/program.h"
#include "tests/kit/spi_bus.h"
#include "tests/kit/temporary_folder.h"

#include <array>
#include <condition_variable>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace nwp::contract {
namespace {

constexpr std::uint32_t kLease = 10U << 24 | 77U << 16; // 10.77.0.0/24
constexpr std::uint8_t kStation = 2;

std::string dotted(std::uint32_t address) {
    return std::to_string(address >> 24) + "." + std::to_string(address >> 16 & 0xFF) + "." +
           std::to_string(address >> 8 & 0xFF) + "." + std::to_string(address & 0xFF);
}

Instant steady_now() {
    posix::PosixPort port;
    return port.now();
}

class KernelWorld final : public World {
public:
    const Calls& calls() const override { return kernel_calls(); }
    std::uint32_t address_of(std::uint8_t number) const override { return real_address(number); }
    std::uint32_t address_of_loopback() const override { return INADDR_LOOPBACK; }
    std::uint32_t own_address() const override { return INADDR_LOOPBACK; }
    std::uint32_t real_own_address() const override { return INADDR_LOOPBACK; }
    std::uint32_t broadcast_address() const override { return 0x7FFFFFFF; }
};

class NwpWorld : public World {
public:
    const Calls& calls() const override { return nwp_calls(); }
    std::uint32_t address_of(std::uint8_t number) const override { return kLease | number; }
    std::uint32_t address_of_loopback() const override { return kLease | 1U << 8 | 1U; }
    std::uint32_t own_address() const override { return kLease | kStation; }
    std::uint32_t real_own_address() const override { return real_address(kStation); }
    std::uint32_t broadcast_address() const override { return kLease | 0xFF; }

protected:
    kit::TemporaryFolder folder_;
};

/// NWP and host in this process, joined by a link of tests/kit. A HostOnLink is made over a link, and has
/// host() and attach().
template <typename HostOnLink>
class InProcessWorld final : public NwpWorld {
public:
    explicit InProcessWorld(std::unique_ptr<kit::LinkPair> pair, std::size_t much)
        : much_(much), pair_(std::move(pair)) {
        start_nwp();
        host_ = std::make_unique<HostOnLink>(pair_->host());
        join_network(host_->host());
    }
    ~InProcessWorld() override {
        host_.reset();
        nwp_.reset();
    }

    std::size_t much() const override { return much_; }
    Host& host() override { return host_->host(); }
    void kill_nwp() override { nwp_.reset(); }
    void start_nwp() override {
        kit::NwpSettings settings;
        settings.store = folder_ / "store";
        settings.radio_file = radio_file();
        nwp_ = std::make_unique<kit::NwpInProcess>(settings);
        nwp_->serve(pair_->nwp());
    }

protected:
    void attach() override { host_->attach(); }

private:
    std::size_t much_;
    std::unique_ptr<kit::LinkPair> pair_;
    std::unique_ptr<kit::NwpInProcess> nwp_;
    std::unique_ptr<HostOnLink> host_;
};

using LinuxWorld = InProcessWorld<kit::LinkHost>;
using FreertosWorld = InProcessWorld<freertos::TestHost>;

/// The daemon itself.
class DaemonWorld final : public NwpWorld {
public:
    DaemonWorld(const std::string& endpoint, const std::string& link, std::size_t much) : much_(much) {
        std::ofstream(folder_ / "radio.toml") << radio_file();
        words_ = {"--store",     folder_ / "store",
                  "--radio",     folder_ / "radio.toml",
                  "--endpoint",  endpoint + ":" + (folder_ / "link").string(),
                  "--log-level", "error"};
        start_nwp();
        posix::PosixHostSettings settings;
        settings.link = link + ":" + (folder_ / "link").string();
        settings.log_level = LogLevel::error;
        if (link == "tty") {
            settings.sizes = posix::HostSizes::for_serial_line();
            settings.sizes->sockets = 80;
            settings.sizes->receive_bytes = 72 * posix::kKiB; // any datagram
        }
        host_ = std::make_unique<posix::PosixHost>(settings);
        const auto started = host_->start();
        if (!started) throw std::runtime_error(std::string("link: ") + to_string(started.error()));
        join_network(host_->host());
    }

    std::size_t much() const override { return much_; }
    Host& host() override { return host_->host(); }
    void kill_nwp() override { nwpd_->kill(); }
    void start_nwp() override { nwpd_ = std::make_unique<kit::NwpdProgram>(NWP_DAEMON, words_); }

protected:
    void attach() override { host_->attach(); }

private:
    std::size_t much_;
    std::vector<std::string> words_;
    std::unique_ptr<kit::NwpdProgram> nwpd_;
    std::unique_ptr<posix::PosixHost> host_;
};

std::unique_ptr<kit::LinkPair> perfect_pipe() {
    return std::make_unique<kit::LivePair>(std::make_unique<kit::PipePair>());
}

std::unique_ptr<kit::LinkPair> faulty_pipe() {
    kit::FaultyPipeSettings settings;
    settings.seed = 7;
    settings.bytes_per_second = 8'000'000;
    settings.latency = microseconds(200);
    settings.queue_bytes = 8192;
    settings.faults = {.flip_per_byte = 1e-6, .vanish = 0.002, .twice = 0.002, .swap = 0.002};
    return std::make_unique<kit::LivePair>(std::make_unique<kit::FaultyPipe>(settings));
}

std::unique_ptr<kit::LinkPair> spi_bus() {
    kit::SpiBusSettings settings;
    settings.bytes_per_second = 8'000'000;
    return std::make_unique<kit::LivePair>(std::make_unique<kit::SpiBus>(settings));
}

std::unique_ptr<World> make_world(Way way) {
    constexpr std::size_t kLess = 512U << 10;
    switch (way) {
        case Way::kernel: return std::make_unique<KernelWorld>();
        case Way::pipe: return std::make_unique<LinuxWorld>(perfect_pipe(), 8U << 20);
        case Way::faulty_pipe: return std::make_unique<LinuxWorld>(faulty_pipe(), kLess);
        case Way::spi: return std::make_unique<LinuxWorld>(spi_bus(), kLess);
        case Way::uart: return std::make_unique<DaemonWorld>("pty", "tty", 2U << 20);
        case Way::unix_socket: return std::make_unique<DaemonWorld>("unix", "unix", 8U << 20);
        case Way::freertos: return std::make_unique<FreertosWorld>(perfect_pipe(), kLess);
    }
    throw std::logic_error("no such way");
}

/// What the address event says.
class AddressWaiter final : public EventListener {
public:
    void on_address(const AddressChanged& change) override {
        const std::scoped_lock lock(mutex_);
        there_ = change.address.family != Family::unspecified;
        changed_.notify_all();
    }
    bool wait() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(60), [this] { return there_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool there_ = false;
};

void require(const Result<void>& result, const char* what) {
    if (!result) throw std::runtime_error(std::string(what) + ": " + to_string(result.error()));
}

std::map<Way, std::unique_ptr<World>>& worlds() {
    static std::map<Way, std::unique_ptr<World>> worlds;
    return worlds;
}

} // namespace

/// In it 10.77.0.N is host N of this process's internet, all of 10.77.1.0/24 is 127.0.0.1.
std::string radio_file() {
    return std::string("[[access_point]]\nssid = \"") + kSsid +
           "\"\nbssid = \"02:00:00:00:00:01\"\nchannel = 6\nrssi = -50\nsecurity = \"wpa2-psk\"\n"
           "passphrase = \"" +
           kPassphrase +
           "\"\nlease = { address = \"10.77.0.2\", prefix = 24, gateway = \"10.77.0.1\", dns = "
           "[\"10.77.0.1\"] }\n"
           "[[access_point]]\nssid = \"high\"\nbssid = \"02:00:00:00:00:02\"\nchannel = 13\nrssi = -60\n"
           "security = \"open\"\n"
           "lease = { address = \"10.77.0.2\", prefix = 24, gateway = \"10.77.0.1\", dns = "
           "[\"10.77.0.1\"] }\n"
           "[[station]]\nmac = \"02:00:00:00:01:00\"\nssid = \"ours\"\npassphrase = \"welcome to us\"\n"
           "[[station]]\nmac = \"02:00:00:00:01:01\"\nssid = \"ours\"\npassphrase = \"welcome to us\"\n"
           "[timing]\nscan_result_ms = 1\njoin_ms = 1\nlease_ms = 1\n"
           "[[map]]\nnetwork = \"10.77.0.0/24\"\nto = \"" +
           dotted(real_address(0)) + "/24\"\nports = { 53 = " + std::to_string(kDnsPort) +
           " }\n"
           "[[map]]\nnetwork = \"10.77.1.0/24\"\nto = \"127.0.0.1\"\n";
}

const std::vector<Way>& all_ways() {
    static const std::vector<Way> ways{Way::kernel, Way::pipe,        Way::faulty_pipe, Way::uart,
                                       Way::spi,    Way::unix_socket, Way::freertos};
    return ways;
}

std::string name_of(Way way) {
    static const std::array names{"kernel", "pipe", "faulty_pipe", "uart", "spi", "unix", "freertos"};
    return names.at(static_cast<std::size_t>(way));
}

World& World::get(Way way) {
    std::unique_ptr<World>& world = worlds()[way];
    if (!world) world = make_world(way);
    world->attach();
    return *world;
}

void World::end_all() { worlds().clear(); }

Host& World::host() { throw std::logic_error("this world has no NWP"); }
void World::kill_nwp() { throw std::logic_error("this world has no NWP"); }
void World::start_nwp() { throw std::logic_error("this world has no NWP"); }

void join_network(Host& host) {
    const Instant end = steady_now() + seconds(60);
    AddressWaiter address;
    host.add(address);
    WifiNetworkChoice choice;
    choice.ssid = kSsid;
    choice.passphrase = kPassphrase;
    Result<void> joined = Error::timed_out;
    // Where an NWP died without a word the host finds out by its first request.
    do {
        require(host.await_link(end), "the link did not come up");
        request::ConnectWifi join(choice);
        joined = host.perform(join);
    } while ((joined.error() == Error::connection_aborted || joined.error() == Error::network_down) &&
             steady_now() < end);
    const bool there = joined && address.wait();
    host.remove(address);
    require(joined, "the station did not join");
    if (!there) throw std::runtime_error("no address came");
}

} // namespace nwp::contract
