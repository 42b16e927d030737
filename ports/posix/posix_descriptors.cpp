// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/posix_descriptors.h"

#include "ports/posix/posix_port.h"

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace nwp::posix {

Result<int> PosixDescriptors::reserve(std::uint16_t place, bool close_on_exec) {
    const int number = ::open("/", O_PATH | (close_on_exec ? O_CLOEXEC : 0));
    if (number < 0) return errno == ENFILE ? Error::too_many_files_in_system : Error::too_many_files;
    if (number >= kNumbers) {
        ::close(number);
        return Error::too_many_files;
    }
    places()[number].store(static_cast<std::uint16_t>(place + 1), std::memory_order_release);
    return number;
}

void PosixDescriptors::release(int number) {
    places()[number].store(0, std::memory_order_release);
    ::close(number);
}

void PosixDescriptors::set_close_on_exec(int number, bool on) {
    ::fcntl(number, F_SETFD, on ? FD_CLOEXEC : 0);
}

std::uint16_t PosixDescriptors::place_of(int number) const {
    if (number < 0 || number >= kNumbers) return kNoPlace;
    return static_cast<std::uint16_t>(places()[number].load(std::memory_order_acquire) - 1);
}

namespace {

/// ppoll() of the foreign numbers and the bell.
Result<int> poll_foreign(const c::Descriptors& ours, const Bell& bell, pollfd* set, std::size_t size,
                         const timespec* timeout) {
    const std::unique_ptr<pollfd[]> kernel{new pollfd[size + 1]};
    for (std::size_t i = 0; i < size; ++i) {
        const bool foreign = ours.place_of(set[i].fd) == c::Descriptors::kNoPlace;
        kernel[i] = {foreign ? set[i].fd : -1, set[i].events, 0};
    }
    kernel[size] = {bell.fd(), POLLIN, 0};
    const int polled = ::ppoll(kernel.get(), size + 1, timeout, nullptr);
    if (polled < 0) return errno == EINTR ? Error::interrupted : Error::no_memory;
    int count = 0;
    for (std::size_t i = 0; i < size; ++i) {
        if (kernel[i].fd < 0) continue;
        set[i].revents = kernel[i].revents;
        count += kernel[i].revents != 0 ? 1 : 0;
    }
    return count;
}

} // namespace

Result<int> PosixDescriptors::wait_with(Waiter& waiter, pollfd* set, std::size_t size, Instant until) {
    Bell bell;
    if (bell.fd() < 0) return Error::no_memory;
    {
        const Lock lock{port_};
        if (waiter.woken.exchange(false)) until = Instant{};
        waiter.native = static_cast<Sleeper*>(&bell);
    }
    const Duration left = until - port_.now();
    timespec timeout{};
    if (left > Duration{}) {
        timeout.tv_sec = static_cast<time_t>(left.microseconds() / 1000000);
        timeout.tv_nsec = static_cast<long>(left.microseconds() % 1000000 * 1000);
    }
    const Result<int> count =
        poll_foreign(*this, bell, set, size, until == Instant::never() ? nullptr : &timeout);
    const Lock lock{port_};
    waiter.native = nullptr;
    waiter.woken.store(false);
    return count;
}

} // namespace nwp::posix
