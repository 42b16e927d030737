// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/link_host.h"

#include <poll.h>

namespace nwp::kit {

LinkHost::LinkHost(link::Link& link, std::uint32_t nonce_seed)
    : host_(port_, link, memory_.parts(), HostMemory::settings(nonce_seed)),
      attachment_(memory_.attachment(host_, port_, descriptors_)) {
    host_.service_waiter().native = static_cast<posix::Sleeper*>(&bell_);
    host_.start();
    thread_ = std::thread([this] { run(); });
}

LinkHost::~LinkHost() {
    if (c::attached() == &attachment_) c::detach();
    stopping_ = true;
    bell_.ring();
    thread_.join();
}

void LinkHost::run() {
    while (!stopping_) {
        host_.service_waiter().woken.store(false); // from here on a wake rings the bell
        while (host_.service() && !stopping_) {
        }
        sleep();
    }
}

void LinkHost::sleep() {
    const Instant until = host_.next_deadline();
    const Duration left = until - port_.now();
    timespec timeout{};
    if (left > Duration{}) {
        timeout.tv_sec = static_cast<time_t>(left.microseconds() / 1000000);
        timeout.tv_nsec = static_cast<long>(left.microseconds() % 1000000 * 1000);
    }
    pollfd bell{bell_.fd(), POLLIN, 0};
    if (::ppoll(&bell, 1, until == Instant::never() ? nullptr : &timeout, nullptr) > 0) bell_.silence();
}

} // namespace nwp::kit
