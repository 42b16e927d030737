// SPDX-License-Identifier: Apache-2.0
// The driver and what it stands on, with the sizes of Kconfig, and the thread that moves its bytes.
#include "zephyr/driver.h"

#include "host/c/datagram_calls.h"
#include "ports/zephyr/zephyr_port.h"
#include "zephyr/registration.h"

#include <new>
#include <opennwp/random.h>
#include <zephyr/net/net_offload.h>

namespace nwp::zephyr {
namespace {

constexpr std::size_t kSockets = CONFIG_OPENNWP_SOCKETS;
constexpr std::size_t kReceiveBytes = CONFIG_OPENNWP_RECEIVE_BYTES;
constexpr std::size_t kFrameRoom = CONFIG_OPENNWP_FRAME_ROOM;

#ifdef CONFIG_OPENNWP_DATAGRAMS
constexpr const DatagramSupport* kDatagramSupport = &Host::kDatagrams;
constexpr const c::DatagramCalls* kDatagramCalls = &c::kDatagramCalls;
#else
constexpr const DatagramSupport* kDatagramSupport = nullptr;
constexpr const c::DatagramCalls* kDatagramCalls = nullptr;
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
        : line_(config.line), host_(port_, line_.link(), storage_.parts(), settings()),
          attachment_(table_.attachment(host_, port_, numbers_, kReceiveBytes, kDatagramCalls)) {
        k_sem_init(&work_, 0, 1);
        k_mutex_init(&under_way.mutex);
        k_condvar_init(&under_way.one_ended);
        host_.service_waiter().native = &work_;
        for (SocketPlace& place : places) {
            k_poll_signal_init(&place.readable);
            k_poll_signal_init(&place.writable);
            k_poll_signal_init(&place.failed);
        }
        c::attach(attachment_);
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
            while (host_.service() || line_.move(port_.now())) {
            }
            const Instant deadline = host_.next_deadline();
            const Instant move = line_.next_move();
            const Instant until = move < deadline ? move : deadline;
            k_sem_take(&work_, timeout_until(until, port_.now()));
        }
    }

    Host& host() { return host_; }
    c::Attachment& attachment() { return attachment_; }

    SocketPlace places[kSockets];
    CallsUnderWay under_way;

private:
    HostStorage<kSockets, kReceiveBytes, kFrameRoom, CONFIG_OPENNWP_TRANSMIT_SLOTS, 0> storage_;
    c::SocketTable<kSockets, CONFIG_OPENNWP_ALPN_NAMES, CONFIG_OPENNWP_ADDRESSES, 1> table_;
    c::OwnNumbers numbers_{kSockets};
    k_sem work_;
    ZephyrPort port_;
    Line line_;
    Host host_;
    c::Attachment attachment_;
};

// Zephyr calls constructors of globals after its drivers, so it is made by opennwp_init().
alignas(Driver) Byte memory[sizeof(Driver)];

Driver& driver() { return *std::launder(reinterpret_cast<Driver*>(memory)); }

K_THREAD_STACK_DEFINE(stack, CONFIG_OPENNWP_THREAD_STACK_SIZE);
k_thread thread;

void run(void*, void*, void*) { driver().run(); }

} // namespace

Host& host() { return driver().host(); }
c::Attachment& attachment() { return driver().attachment(); }
Span<SocketPlace> socket_places() { return driver().places; }
CallsUnderWay& calls_under_way() { return driver().under_way; }

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
    static net_offload marked{}; // not called: it tells Zephyr that this interface has no stack of its own
    interface->if_dev->offload = &marked;
    net_if_socket_offload_set(interface, &opennwp_socket);
    zephyr::offload_names();
    zephyr::start_network(zephyr::host(), interface);
    const Result<void> started = zephyr::driver().start();
    if (!started) return; // Zephyr said why; every call fails with ENETDOWN
    start_thread();
}

void opennwp_await_network() {
    if (CONFIG_OPENNWP_START_TIMEOUT_MS == 0) return;
    if (!zephyr::await_address(K_MSEC(CONFIG_OPENNWP_START_TIMEOUT_MS))) {
        zephyr::attachment().port.log(LogLevel::warning, "no network yet");
    }
}
