// SPDX-License-Identifier: Apache-2.0
//
// An application on the shim's Zephyr. The command line:
//
//   zephyr|SSID|PASSPHRASE|page|HOST|PORT|PATH|FILE
//   zephyr|SSID|PASSPHRASE|share|HOST|PORT
//
// It scans, joins the network, and then gets a page by HTTPS, trusting the CA of that file in the network
// processor's store; or shares a connection to an echo server between two threads and polls it together with
// a descriptor of Zephyr's own. firmware/exit_status.h has the statuses.
#include "firmware/body.h"
#include "firmware/exit_status.h"
#include "firmware/network.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "tests/zephyr/board.h"
#include "tests/zephyr/cortex_m/scheduler.h"
#include "zephyr/registration.h"

#include <cstring>
#include <zephyr/kernel.h>

extern "C" int (*const shim_at_start)(const device*);

namespace nwp::shim {
namespace {

using firmware::Line;
using firmware::Words;

constexpr int kTag = 7;
constexpr int kCaType = 1;
constexpr std::size_t kShared = 6000; // more than the driver and the line hold

void say(const Line& line) { mps2::board().write_line(line.text()); }

int failed(int status, const char* what, int why) {
    say(Line{}.add("error: ").add(what).add(": ").add(std::strerror(why < 0 ? -why : why)));
    return status;
}

void pause(int ms) {
    k_sem never;
    k_sem_init(&never, 0, 1);
    k_sem_take(&never, K_MSEC(ms));
}

// ---- Wi-Fi ------------------------------------------------------------------------------------------------

struct Search {
    const char* wanted = nullptr;
    bool found = false;
    k_sem done;
};
Search search;

void on_found(net_if*, int, wifi_scan_result* network) {
    if (network == nullptr) {
        k_sem_give(&search.done);
    } else if (network->ssid_length == std::strlen(search.wanted)) {
        search.found = search.found || std::memcmp(network->ssid, search.wanted, network->ssid_length) == 0;
    }
}

int find_network(const char* ssid) {
    search.wanted = ssid;
    k_sem_init(&search.done, 0, 1);
    int begun = -ENETDOWN;
    for (int tries = 0; begun == -ENETDOWN && tries < 60; ++tries) { // until there is a network processor
        pause(50);
        begun = scan(&on_found);
    }
    if (begun != 0) return failed(firmware::kNoNetworkProcessor, "scan", begun);
    if (k_sem_take(&search.done, K_MSEC(10000)) != 0)
        return failed(firmware::kNoNetworkProcessor, "scan", ETIMEDOUT);
    return search.found ? firmware::kDone : failed(firmware::kNoWifi, ssid, ENOENT);
}

int join(const char* ssid, const char* passphrase) {
    const int found = find_network(ssid);
    if (found != firmware::kDone) return found;
    wifi_connect_req_params wanted{};
    wanted.ssid = reinterpret_cast<const std::uint8_t*>(ssid);
    wanted.ssid_length = static_cast<std::uint8_t>(std::strlen(ssid));
    std::uint8_t key[64];
    wanted.psk = key;
    wanted.psk_length = static_cast<std::uint8_t>(std::strlen(passphrase));
    std::memcpy(key, passphrase, wanted.psk_length);
    wanted.channel = WIFI_CHANNEL_ANY;
    wanted.security = WIFI_SECURITY_TYPE_PSK;
    const std::size_t before = wifi_events().size();
    const int begun = wifi().connect(interface().if_dev->dev, &wanted);
    if (begun != 0) return failed(firmware::kNoWifi, "connect", begun);
    while (wifi_events().size() == before) pause(10);
    const WifiEvent event = wifi_events()[before];
    if (!event.joined || event.status != 0) {
        say(Line{}.add("error: joining ended with ").add_number(static_cast<std::uint32_t>(event.status)));
        return firmware::kNoWifi;
    }
    shim_at_start(nullptr); // waits for the address
    return interface().addressed ? firmware::kDone : failed(firmware::kNoWifi, "address", EADDRNOTAVAIL);
}

// ---- Sockets ----------------------------------------------------------------------------------------------

/// A connected socket; or a failure's status, negative. `secured` in `how` sets it up before.
int open_connected(const char* host, const char* port, int protocol) {
    addrinfo* found = nullptr;
    const int resolved = names().getaddrinfo(host, port, nullptr, &found);
    if (resolved != 0) {
        say(Line{}
                .add("error: ")
                .add(host)
                .add(": DNS error ")
                .add_number(static_cast<std::uint32_t>(-resolved)));
        return -firmware::kUnresolved;
    }
    const int fd = shim_family.supports(AF_INET, SOCK_STREAM, protocol)
                       ? shim_family.create(AF_INET, SOCK_STREAM, protocol)
                       : -1;
    if (fd < 0) return -failed(firmware::kNoSocket, "socket", errno);
    const int tags[] = {kTag};
    const bool set =
        protocol == IPPROTO_TCP ||
        (setsockopt(fd, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof tags) == 0 &&
         setsockopt(fd, SOL_TLS, TLS_HOSTNAME, host, static_cast<socklen_t>(std::strlen(host))) == 0);
    if (!set) return -failed(firmware::kNoSocket, "setsockopt", errno);
    const int connected = connect(fd, found->ai_addr, found->ai_addrlen);
    names().freeaddrinfo(found);
    return connected == 0 ? fd : -failed(firmware::kNotConnected, "connect", errno);
}

int get_page(const Words& words) {
    add_credential(kTag, kCaType, as_bytes({words[7], std::strlen(words[7])}));
    const int fd = open_connected(words[4], words[5], IPPROTO_TLS_1_2);
    if (fd < 0) return -fd;
    const Line request =
        Line{}.add("GET ").add(words[6]).add(" HTTP/1.0\r\nHost: ").add(words[4]).add("\r\n\r\n");
    if (send(fd, request.text(), request.size(), 0) != static_cast<ssize_t>(request.size()))
        return failed(firmware::kTransferFailed, "send", errno);
    firmware::Body body;
    for (;;) {
        pollfd set{fd, POLLIN, 0};
        static char buffer[700];
        if (poll(&set, 1, -1) != 1) return failed(firmware::kTransferFailed, "poll", errno);
        const ssize_t size = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (size < 0) return failed(firmware::kTransferFailed, "recv", errno);
        if (size == 0) break;
        body.add(buffer, static_cast<std::size_t>(size));
    }
    say(Line{}.add("received ").add_number(body.size()).add(" bytes, hash ").add_hex(body.hash()));
    return close(fd) == 0 ? firmware::kDone : failed(firmware::kTransferFailed, "close", errno);
}

/// What another thread receives on a socket; it waits in recv() from its start on.
struct Listener {
    int fd = -1;
    ssize_t count = 0;
    char bytes[kShared];
    k_sem done;
};
Listener listener;
K_THREAD_STACK_DEFINE(listener_stack, 1024);

void listen_to_all(void*, void*, void*) {
    listener.count = recv(listener.fd, listener.bytes, kShared, MSG_WAITALL);
    k_sem_give(&listener.done);
    for (;;) pause(1000);
}

/// One thread waits in recv() while another sends.
int share(int fd) {
    static k_thread thread;
    k_sem_init(&listener.done, 0, 1);
    listener.fd = fd;
    k_thread_create(&thread, listener_stack, K_THREAD_STACK_SIZEOF(listener_stack), &listen_to_all, nullptr,
                    nullptr, nullptr, -1, 0, K_NO_WAIT);
    pause(1); // now it waits
    char letters[kShared];
    for (std::size_t i = 0; i < kShared; ++i) letters[i] = static_cast<char>('a' + i % 26);
    for (std::size_t sent = 0; sent < kShared;) {
        const ssize_t size = send(fd, letters + sent, kShared - sent, 0);
        if (size < 0) return failed(firmware::kTransferFailed, "send", errno);
        sent += static_cast<std::size_t>(size);
    }
    k_sem_take(&listener.done, K_FOREVER);
    const bool whole = listener.count == kShared && std::memcmp(letters, listener.bytes, kShared) == 0;
    if (!whole) return failed(firmware::kTransferFailed, "echo", EIO);
    say(Line{}.add("echoed ").add_number(kShared).add(" bytes between two threads"));
    return firmware::kDone;
}

/// Sleeps on both kinds of descriptors at once; each ends the sleep.
int poll_both(int fd) {
    const int native = open_native();
    pollfd set[] = {{fd, POLLIN, 0}, {native, POLLIN, 0}};
    if (poll(set, 2, 20) != 0) return failed(firmware::kTransferFailed, "poll with a limit", errno);
    if (send(fd, "x", 1, 0) != 1 || poll(set, 2, -1) != 1 || set[0].revents != POLLIN || set[1].revents != 0)
        return failed(firmware::kTransferFailed, "poll of a socket", errno);
    char byte = 0;
    recv(fd, &byte, 1, 0);
    ring(native);
    if (poll(set, 2, -1) != 1 || set[0].revents != 0 || set[1].revents != POLLIN)
        return failed(firmware::kTransferFailed, "poll of a native descriptor", errno);
    if (recv(fd, &byte, 1, MSG_DONTWAIT) != -1 || errno != EAGAIN)
        return failed(firmware::kTransferFailed, "recv of nothing", errno);
    say(Line{}.add("polled both kinds"));
    return close(native) == 0 && close(fd) == 0 ? firmware::kDone
                                                : failed(firmware::kTransferFailed, "close", errno);
}

int run(const Words& words) {
    start_scheduler();
    if (!boot()) return failed(firmware::kNoNetworkProcessor, "start", ENODEV);
    const int joined = join(words[1], words[2]);
    if (joined != firmware::kDone) return joined;
    if (std::strcmp(words[3], "page") == 0) return get_page(words);
    const int fd = open_connected(words[4], words[5], IPPROTO_TCP);
    if (fd < 0) return -fd;
    const int shared = share(fd);
    return shared == firmware::kDone ? poll_both(fd) : shared;
}

} // namespace
} // namespace nwp::shim

int main() {
    const nwp::firmware::Words words;
    if (words.size() < 6) return nwp::firmware::kBadArguments;
    const int status = nwp::shim::run(words);
    nwp::shim::say(nwp::shim::Line{}
                       .add("stack of the driver's thread: ")
                       .add_number(nwp::shim::stack_used("opennwp"))
                       .add(" of ")
                       .add_number(CONFIG_OPENNWP_THREAD_STACK_SIZE)
                       .add(" bytes"));
    return status;
}
