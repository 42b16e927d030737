// SPDX-License-Identifier: Apache-2.0
// Descriptors, sockets' calls, the network's and the application's tables.
#include "base/expect.h"
#include "tests/zephyr/board.h"
#include <sockets_internal.h>
#include <tls_internal.h>

#include <cerrno>
#include <cstring>
#include <zephyr/drivers/gpio.h>
#include <zephyr/net/net_mgmt.h>
#include <zephyr/net/wifi_mgmt.h>

namespace {

struct Descriptor {
    bool reserved = false;
    void* object = nullptr;
    const socket_op_vtable* calls = nullptr;
    k_mutex lock;
    k_poll_signal rang; ///< of a native one
    bool native = false;
};
Descriptor table[8];
unsigned times_reserved[8];

net_if_dev interface_device{};
net_if the_interface{&interface_device, false, {}, {}, {}, false, false, {}};
const socket_dns_offload* the_names = nullptr;
nwp::shim::Events<nwp::shim::WifiEvent> events;
#if SHIM_ZEPHYR >= 37
int stations = 0;
#endif
nwp::shim::Events<std::uint32_t> interface_events;
tls_credential credentials[4];
std::size_t credential_count = 0;

Descriptor* find(int fd) {
    if (fd >= 0 && fd < 8 && (table[fd].object != nullptr || table[fd].native)) return &table[fd];
    errno = EBADF;
    return nullptr;
}

/// With the descriptor's mutex held.
template <typename Call>
auto call(int fd, Call what) -> decltype(what(*table)) {
    Descriptor* const found = find(fd);
    if (found == nullptr) return -1;
    k_mutex_lock(&found->lock, K_FOREVER);
    const auto result = what(*found);
    k_mutex_unlock(&found->lock);
    return result;
}

int control(const socket_op_vtable& calls, void* object, unsigned request, ...) {
    va_list arguments;
    va_start(arguments, request);
    const int result = calls.fd_vtable.ioctl(object, request, arguments);
    va_end(arguments);
    return result;
}

int prepare(Descriptor& of, pollfd* entry, k_poll_event** next, k_poll_event* end) {
    if (!of.native) return control(*of.calls, of.object, ZFD_IOCTL_POLL_PREPARE, entry, next, end);
    if (*next == end) return -ENOMEM;
    k_poll_event_init((*next)++, K_POLL_TYPE_SIGNAL, K_POLL_MODE_NOTIFY_ONLY, &of.rang);
    return 0;
}

int update(Descriptor& of, pollfd* entry, k_poll_event** next) {
    if (!of.native) return control(*of.calls, of.object, ZFD_IOCTL_POLL_UPDATE, entry, next);
    if ((*next)++->state != K_POLL_STATE_NOT_READY) entry->revents = POLLIN;
    return 0;
}

bool levels[2];
unsigned reset_count = 0;
gpio_callback* pin_callback = nullptr;

} // namespace

const device shim_gpio{"gpio", nullptr, true};

int z_reserve_fd() {
    for (int fd = 0; fd < 8; ++fd) {
        if (table[fd].reserved) continue;
        table[fd] = {};
        table[fd].reserved = true;
        ++times_reserved[fd];
        return fd;
    }
    errno = ENFILE;
    return -1;
}

void z_free_fd(int descriptor) { table[descriptor] = {}; }

void z_finalize_fd(int descriptor, void* object, const fd_op_vtable* calls) {
    table[descriptor].object = object;
    table[descriptor].calls = reinterpret_cast<const socket_op_vtable*>(calls);
    control(*table[descriptor].calls, object, ZFD_IOCTL_SET_LOCK, &table[descriptor].lock);
}

int gpio_pin_configure_dt(const gpio_dt_spec* pin, std::uint32_t flags) {
    return flags == GPIO_OUTPUT_ACTIVE ? gpio_pin_set_dt(pin, 1) : 0;
}
int gpio_pin_interrupt_configure_dt(const gpio_dt_spec*, std::uint32_t flags) {
    return flags == GPIO_INT_EDGE_TO_ACTIVE ? 0 : -ENOTSUP;
}
int gpio_pin_get_dt(const gpio_dt_spec* pin) { return levels[pin->pin] ? 1 : 0; }
int gpio_pin_set_dt(const gpio_dt_spec* pin, int level) {
    nwp::shim::set_pin(pin->pin, level != 0);
    return 0;
}
int gpio_add_callback(const device*, gpio_callback* callback) {
    pin_callback = callback;
    return 0;
}

const device* device_get_binding(const char* name) {
    return interface_device.dev != nullptr && std::strcmp(name, interface_device.dev->name) == 0
               ? interface_device.dev
               : nullptr;
}
net_if* net_if_lookup_by_dev(const device* of) {
    return of == interface_device.dev ? &the_interface : nullptr;
}
net_if_addr* net_if_ipv4_addr_add(net_if* interface, in_addr* address, net_addr_type, std::uint32_t) {
    static net_if_addr added{true};
    interface->address = *address;
    interface->addressed = true;
    return &added;
}
bool net_if_ipv4_addr_rm(net_if* interface, const in_addr*) {
    interface->addressed = false;
    return true;
}
void net_mgmt_event_notify_with_info(std::uint32_t event, net_if*, const void*, std::size_t) {
    interface_events.add(event);
}
void socket_offload_dns_register(const socket_dns_offload* names) { the_names = names; }
void wifi_mgmt_raise_connect_result_event(net_if*, int status) { events.add({true, status}); }
void wifi_mgmt_raise_disconnect_result_event(net_if*, int status) { events.add({false, status}); }
#if SHIM_ZEPHYR >= 37
void wifi_mgmt_raise_ap_enable_result_event(net_if*, wifi_ap_status) {}
void wifi_mgmt_raise_ap_disable_result_event(net_if*, wifi_ap_status) {}
void wifi_mgmt_raise_ap_sta_connected_event(net_if*, wifi_ap_sta_info*) { ++stations; }
void wifi_mgmt_raise_ap_sta_disconnected_event(net_if*, wifi_ap_sta_info*) { --stations; }
#endif
void credentials_lock() {}
void credentials_unlock() {}
tls_credential* credential_next_get(int tag, tls_credential* behind) {
    for (std::size_t i = 0; i < credential_count; ++i) {
        tls_credential& entry = credentials[i];
        if (entry.tag == tag && (behind == nullptr || &entry > behind)) return &entry;
    }
    return nullptr;
}

namespace nwp::shim {

const socket_dns_offload& names() { return *the_names; }
net_if& interface() { return the_interface; }
const Events<WifiEvent>& wifi_events() { return events; }
const Events<std::uint32_t>& net_events() { return interface_events; }
void add_credential(int tag, int type, ByteView value) {
    NWP_EXPECT(credential_count != 4);
    credentials[credential_count++] = {type, tag, value.data(), value.size()};
}

Taken::Taken(int fd, unsigned times) : fd_(fd), times_(times) {
    for (unsigned i = 0; i < times_; ++i) k_mutex_lock(&table[fd_].lock, K_FOREVER);
}
Taken::~Taken() {
    for (unsigned i = 0; i < times_; ++i) k_mutex_unlock(&table[fd_].lock);
}
const socket_op_vtable* Taken::operator->() const { return table[fd_].calls; }
void* Taken::object() const { return table[fd_].object; }
int Taken::control(unsigned request, ...) const {
    va_list arguments;
    va_start(arguments, request);
    const int result = table[fd_].calls->fd_vtable.ioctl(object(), request, arguments);
    va_end(arguments);
    return result;
}

void set_pin(unsigned pin, bool level) {
    const bool rose = level && !levels[pin];
    levels[pin] = level;
    if (pin == SHIM_PIN_reset_gpios && rose) ++reset_count;
    if (rose && pin_callback != nullptr && (pin_callback->pin_mask & 1U << pin) != 0) {
        pin_callback->handler(&shim_gpio, pin_callback, 1U << pin);
    }
}
unsigned resets() { return reset_count; }

bool boot() {
    static const device the_device{"nwp", shim_net_device.config, true};
    interface_device.dev = &the_device;
    if (shim_net_device.init(&the_device) != 0) return false;
    // Every version begins its table with this.
    static_cast<const net_if_api*>(shim_net_device.api)->init(&the_interface);
    return true;
}

#if SHIM_ZEPHYR < 37
const WifiCalls& wifi() { return *static_cast<const WifiCalls*>(shim_net_device.api); }
int scan(scan_result_cb_t found) { return wifi().scan(interface_device.dev, found); }
#else
const WifiCalls& wifi() {
    return *static_cast<const net_wifi_mgmt_offload*>(shim_net_device.api)->wifi_mgmt_api;
}
int scan(scan_result_cb_t found) {
    wifi_scan_params all{};
    wifi_scan_params narrow{};
    narrow.bands = 1;
    // What cannot be asked for is refused.
    if (wifi().scan(interface_device.dev, &narrow, found) != -ENOTSUP) return -EINVAL;
    return wifi().scan(interface_device.dev, &all, found);
}
#endif

int connect(int fd, const sockaddr* address, socklen_t length) {
    return call(fd, [=](Descriptor& of) { return of.calls->connect(of.object, address, length); });
}
ssize_t send(int fd, const void* bytes, std::size_t size, int flags) {
    return call(fd,
                [=](Descriptor& of) { return of.calls->sendto(of.object, bytes, size, flags, nullptr, 0); });
}
ssize_t recv(int fd, void* bytes, std::size_t size, int flags) {
    return call(fd, [=](Descriptor& of) {
        return of.calls->recvfrom(of.object, bytes, size, flags, nullptr, nullptr);
    });
}
int fcntl(int fd, int command, int argument) {
    return call(fd, [=](Descriptor& of) {
        return control(*of.calls, of.object, static_cast<unsigned>(command), argument);
    });
}
int setsockopt(int fd, int level, int option, const void* value, socklen_t size) {
    return call(fd,
                [=](Descriptor& of) { return of.calls->setsockopt(of.object, level, option, value, size); });
}
int getsockopt(int fd, int level, int option, void* value, socklen_t* size) {
    return call(fd,
                [=](Descriptor& of) { return of.calls->getsockopt(of.object, level, option, value, size); });
}
int close(int fd) {
    const int closed =
        call(fd, [](Descriptor& of) { return of.native ? 0 : of.calls->fd_vtable.close(of.object); });
    if (find(fd) != nullptr) z_free_fd(fd);
    return closed;
}

unsigned openings(int fd) { return times_reserved[fd]; }

int open_native() {
    const int fd = z_reserve_fd();
    if (fd >= 0) table[fd].native = true;
    return fd;
}
void ring(int fd) { k_poll_signal_raise(&table[fd].rang, 0); }

int poll(pollfd* set, std::size_t size, int timeout_ms) {
    k_poll_event polled[4];
    k_poll_event* next = polled;
    k_timeout_t limit = timeout_ms < 0 ? K_FOREVER : K_MSEC(timeout_ms);
    const std::int64_t end = k_uptime_ticks() + limit.ticks;
    for (pollfd* entry = set; entry != set + size; ++entry) {
        const int prepared =
            call(entry->fd, [&](Descriptor& of) { return prepare(of, entry, &next, polled + 4); });
        if (prepared == -EALREADY) limit = K_NO_WAIT;
        if (prepared == -ENOMEM) {
            errno = ENOMEM;
            return -1;
        }
    }
    for (;;) {
        k_poll(polled, static_cast<int>(next - polled), limit);
        k_poll_event* at = polled;
        bool again = false;
        int ready = 0;
        for (pollfd* entry = set; entry != set + size; ++entry) {
            entry->revents = 0;
            if (find(entry->fd) == nullptr) {
                entry->revents = POLLNVAL;
            } else {
                again = call(entry->fd, [&](Descriptor& of) { return update(of, entry, &at); }) == -EAGAIN ||
                        again;
            }
            ready += entry->revents != 0 ? 1 : 0;
        }
        if (ready != 0 || !again || limit.ticks == 0) return ready;
        if (limit.ticks > 0 && k_uptime_ticks() >= end) return 0;
        if (limit.ticks > 0) limit = {end - k_uptime_ticks()};
    }
}

} // namespace nwp::shim
