// SPDX-License-Identifier: Apache-2.0
// The driver and what it stands on, with the sizes of Kconfig, and the thread that moves its bytes.
#include "zephyr/driver.h"

#include "ports/zephyr/zephyr_port.h"
#include "zephyr/network.h"
#include "zephyr/registration.h"

#include <atomic>
#include <new>
#include <opennwp/random.h>

namespace nwp::zephyr {
namespace {

constexpr std::size_t kFrameRoom = CONFIG_OPENNWP_FRAME_ROOM;

#ifdef CONFIG_OPENNWP_DATAGRAMS
constexpr const DatagramSupport* kDatagramSupport = &Host::kDatagrams;
#else
constexpr const DatagramSupport* kDatagramSupport = nullptr;
#endif

HostSettings settings() {
    HostSettings settings;
    settings.nonce_seed = sys_rand32_get();
    settings.datagrams = kDatagramSupport;
    return settings;
}

class Driver {
public:
    explicit Driver(const opennwp_config& config)
        : line_(config.line), host_(port_, line_.link(), storage_.parts(), settings()), plane_(host_, port_) {
        k_sem_init(&work_, 0, 1);
        host_.service_waiter().native = &work_;
    }

    Result<void> start() {
        const Result<void> started = line_.start();
        if (!started) return started;
        host_.start();
        return {};
    }

    /// The driver's thread.
    [[noreturn]] void run() {
        Waiter& waiter = host_.service_waiter();
        for (;;) {
            waiter.woken.store(false, std::memory_order_relaxed);
            if (address_wanted_.exchange(false)) network().tell_address_again();
            while (host_.service() || line_.move(port_.now())) {
            }
            const Instant deadline = host_.next_deadline();
            const Instant move = line_.next_move();
            const Instant until = move < deadline ? move : deadline;
            k_sem_take(&work_, timeout_until(until, port_.now()));
        }
    }

    /// Any thread.
    void tell_address_again() {
        address_wanted_.store(true);
        k_sem_give(&work_);
    }

    Host& host() { return host_; }
    Port& port() { return port_; }
    Plane& plane() { return plane_; }

private:
    HostStorage<Plane::kSockets, Plane::kReceiveBytes, kFrameRoom, CONFIG_OPENNWP_TRANSMIT_SLOTS, 0> storage_;
    k_sem work_;
    std::atomic<bool> address_wanted_{false};
    ZephyrPort port_;
    Line line_;
    Host host_;
    Plane plane_;
};

// Zephyr calls constructors of globals after its drivers, so it is made by opennwp_init().
alignas(Driver) Byte memory[sizeof(Driver)];

Driver& driver() { return *std::launder(reinterpret_cast<Driver*>(memory)); }

K_THREAD_STACK_DEFINE(stack, CONFIG_OPENNWP_THREAD_STACK_SIZE);
k_thread thread;

void run(void*, void*, void*) { driver().run(); }

} // namespace

Host& host() { return driver().host(); }
Plane& plane() { return driver().plane(); }

} // namespace nwp::zephyr

using namespace nwp; // the functions below are C's

int opennwp_init(const device* device) {
    const auto& config = *static_cast<const opennwp_config*>(device->config);
    new (zephyr::memory) zephyr::Driver(config);
    return 0;
}

namespace {

/// Behind the interface, which must hear of the first session.
void start_thread() {
    k_tid_t const made =
        k_thread_create(&zephyr::thread, zephyr::stack, K_THREAD_STACK_SIZEOF(zephyr::stack), &zephyr::run,
                        nullptr, nullptr, nullptr, CONFIG_OPENNWP_THREAD_PRIORITY, 0, K_NO_WAIT);
    k_thread_name_set(made, "opennwp");
}

} // namespace

void opennwp_init_interface(net_if* interface) {
    const auto& config = *static_cast<const opennwp_config*>(net_if_get_device(interface)->config);
    net_if_set_link_addr(interface, const_cast<uint8_t*>(config.link_address), sizeof config.link_address,
                         NET_LINK_ETHERNET);
    zephyr::plane().take_interface(interface);
    zephyr::start_network(zephyr::host(), interface);
    const Result<void> started = zephyr::driver().start();
    if (!started) return; // Zephyr said why; every call fails with ENETDOWN
    start_thread();
}

void opennwp_await_network() {
    if (CONFIG_OPENNWP_START_TIMEOUT_MS == 0) return;
    if (!zephyr::await_network(K_MSEC(CONFIG_OPENNWP_START_TIMEOUT_MS))) {
        zephyr::driver().port().log(LogLevel::warning, "no network yet");
    }
}

void opennwp_tell_address_again() { zephyr::driver().tell_address_again(); }
