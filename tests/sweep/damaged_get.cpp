// SPDX-License-Identifier: Apache-2.0
#include "tests/sweep/damaged_get.h"

#include "nwp/socket.h"

#include <arpa/inet.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace nwp::sweep {
namespace {

constexpr std::string_view kRequest = "GET / HTTP/1.0\r\n\r\n";
/// No call takes so long, not even one that ends by its deadline.
constexpr Duration kHangs = seconds(1000);

kit::FaultyPipeSettings a_serial_line(std::size_t frame_room) {
    kit::FaultyPipeSettings settings;
    settings.frame_room = frame_room;
    settings.bytes_per_second = 92160; // 921600 baud
    settings.latency = microseconds(200);
    return settings;
}

HostSettings without_connect_deadline() {
    HostSettings settings;
    settings.connect_deadline = seconds(100000); // TCP is real, and takes as long as it likes
    return settings;
}

} // namespace

Laboratory::Laboratory() : nwp({.store = folder / "store", .radio_file = {}, .date = {}, .clock = &clock}) {}

DamagedGet::DamagedGet(Laboratory& laboratory, kit::Mutator damage)
    : laboratory_(laboratory), line_(a_serial_line(kFrameRoom)),
      host_(*this, line_.host(), storage_.parts(), without_connect_deadline()),
      attachment_(table_.attachment(host_, *this, numbers_, kReceiveBytes)) {
    line_.advance_to(time());
    line_.on_passage(std::move(damage));
    laboratory_.nwp.serve(line_.nwp());
    c::attach(attachment_);
    host_.start();
}

DamagedGet::~DamagedGet() {
    c::detach();
    laboratory_.nwp.unplug();
    laboratory_.web.hang_up();
}

// ---- time

/// One turn of everything; false when nothing moved.
bool DamagedGet::move() {
    const std::uint64_t frames = line_.frames_sent(kit::End::host) + line_.frames_sent(kit::End::nwp);
    line_.advance_to(time());
    bool moved = host_.service();
    moved = laboratory_.nwp.turn() || moved;
    moved = laboratory_.web.turn() || moved;
    return moved || frames != line_.frames_sent(kit::End::host) + line_.frames_sent(kit::End::nwp);
}

/// Everything happens that happens without time; false when there is no end of it.
bool DamagedGet::settle() {
    int still = 0;
    for (int turns = 0; turns < 10000; ++turns) {
        still = move() ? 0 : still + 1;
        if (still < 2) continue; // what the last frame caused is seen before time passes
        if (!loopback_is_busy()) return true;
        std::this_thread::sleep_for(std::chrono::microseconds(50)); // the kernel's time is another one
        still = 0;
    }
    return false;
}

/// All that happens now, then time goes to what is next; false: `until` has come.
bool DamagedGet::turn(Instant until) {
    if (!settle()) throw std::runtime_error("something goes round in a circle");
    if (time() >= until) return false;
    const Instant next =
        earlier(line_.next_event(), earlier(host_.next_deadline(), laboratory_.nwp.next_deadline()));
    if (next == Instant::never() && until == Instant::never())
        throw std::runtime_error("a wait that nothing can end");
    laboratory_.clock.advance_to(earlier(next, until));
    return true;
}

bool DamagedGet::wait(Waiter& waiter, Lock&, Instant until) {
    const Instant limit = earlier(until, time() + kHangs);
    while (!waiter.woken && turn(limit)) {
    }
    if (!waiter.woken && limit != until) throw std::runtime_error("a call hangs");
    return waiter.woken.exchange(false);
}

bool DamagedGet::await(LinkState state) {
    const Instant until = time() + seconds(10);
    while (host_.link_state() != state && turn(until)) {
    }
    return host_.link_state() == state;
}

bool DamagedGet::new_session() {
    host_.restart();
    host_.service(); // from here on the old one is over
    return await(LinkState::up);
}

// ---- http_get

template <typename Call>
auto DamagedGet::timed(Get& get, const char* name, Call call) {
    const Instant begin = time();
    const auto result = call();
    const int error = errno;
    const Duration took = time() - begin;
    if (took > get.longest) get.longest = took;
    if (result < 0 && get.failed.empty()) {
        get.failed = name;
        get.error = error;
    }
    return result;
}

Get DamagedGet::get() {
    try {
        return walk();
    } catch (const std::runtime_error& error) {
        hangs_ = true;
        return {.page = {}, .failed = error.what(), .error = 0, .longest = {}};
    }
}

Get DamagedGet::walk() {
    Get get;
    const int socket = timed(get, "socket", [] { return nwp_socket(AF_INET, SOCK_STREAM, 0); });
    if (socket < 0) return get;

    const Address web = laboratory_.web.address();
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(web.port);
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timed(get, "connect",
          [&] { return nwp_connect(socket, reinterpret_cast<const sockaddr*>(&peer), sizeof peer); });
    if (get.failed.empty())
        timed(get, "send", [&] { return nwp_send(socket, kRequest.data(), kRequest.size(), 0); });
    std::array<char, 64> bytes;
    ssize_t got = get.failed.empty() ? 1 : -1;
    while (got > 0) {
        got = timed(get, "recv", [&] { return nwp_recv(socket, bytes.data(), bytes.size(), 0); });
        if (got > 0) get.page.append(bytes.data(), static_cast<std::size_t>(got));
    }
    timed(get, "close", [socket] { return nwp_close(socket); });
    return get;
}

} // namespace nwp::sweep
