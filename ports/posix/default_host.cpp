// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/default_host.h"

#include "nwp/device.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <pthread.h>

namespace nwp::posix {
namespace {

constexpr const char* kDefaultLink = "unix:/run/nwp.sock";
constexpr Duration kPatience = seconds(5);

// One for the process, made on first use and never destroyed: other threads may be inside it at exit.
std::mutex making;
PosixHost* the_host = nullptr;

/// What was sent is to reach the network processor before the process goes: the echo comes behind all of it.
void drain() {
    if (c::attached() == nullptr || the_host == nullptr) return;
    request::Echo echo{{}};
    echo.set_deadline(seconds(2));
    static_cast<void>(the_host->host().perform(echo));
}

/// The child of a fork() has no servicing thread, and the link belongs to the parent.
void forget_in_child() { c::detach(); }

const char* variable(const char* name, const char* otherwise) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : otherwise;
}

PosixHost* start_host() {
    PosixHostSettings settings;
    settings.link = variable("NWP_LINK", kDefaultLink);
    settings.token_file = variable("NWP_TOKEN_FILE", "");
    auto host = std::make_unique<PosixHost>(settings);
    Result<void> started = host->start();
    if (started) started = host->host().await_link(host->port().now() + kPatience);
    if (!started) {
        std::fprintf(stderr, "nwp: no network processor on %s: %s\n", settings.link.c_str(),
                     to_string(started.error()));
        return nullptr;
    }
    return host.release();
}

} // namespace

PosixHost* default_host() {
    const std::lock_guard<std::mutex> guard{making};
    if (the_host != nullptr) return the_host;
    the_host = start_host();
    if (the_host == nullptr) return nullptr;
    the_host->attach();
    std::atexit(drain);
    ::pthread_atfork(nullptr, nullptr, forget_in_child);
    return the_host;
}

} // namespace nwp::posix

nwp::c::Attachment* nwp_attach_default_host() {
    return nwp::posix::default_host() != nullptr ? nwp::c::attached() : nullptr;
}
