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

/// The foreign numbers of a poll() set, and a place for the bell.
class ForeignSet {
public:
    ForeignSet(const c::Descriptors& ours, pollfd* set, std::size_t size)
        : set_(set), size_(size), kernel_(new pollfd[size + 1]) {
        for (std::size_t i = 0; i < size; ++i) {
            const bool foreign = ours.place_of(set[i].fd) == c::Descriptors::kNoPlace;
            kernel_[i] = {foreign ? set[i].fd : -1, set[i].events, 0};
        }
        kernel_[size] = {-1, POLLIN, 0};
    }

    void add(const Bell& bell) { kernel_[size_].fd = bell.fd(); }

    /// Without a timeout it sleeps for ever.
    Result<int> poll(const timespec* timeout) {
        if (::ppoll(kernel_.get(), size_ + 1, timeout, nullptr) < 0) {
            return errno == EINTR ? Error::interrupted : Error::no_memory;
        }
        int count = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            if (kernel_[i].fd < 0) continue;
            set_[i].revents = kernel_[i].revents;
            count += kernel_[i].revents != 0 ? 1 : 0;
        }
        return count;
    }

private:
    pollfd* set_;
    std::size_t size_;
    std::unique_ptr<pollfd[]> kernel_;
};

} // namespace

Result<int> PosixDescriptors::wait_with(Waiter& waiter, pollfd* set, std::size_t size, Instant until) {
    ForeignSet foreign{*this, set, size};
    // First without a bell: that would take the number of a descriptor that was closed and make it a good
    // one.
    const timespec at_once{};
    Result<int> count = foreign.poll(&at_once);
    if (!count || *count != 0 || port_.now() >= until) return count;

    Bell bell;
    if (bell.fd() < 0) return Error::no_memory;
    foreign.add(bell);
    {
        const Lock lock{port_};
        if (waiter.woken.exchange(false)) return count;
        waiter.native = static_cast<Sleeper*>(&bell);
    }
    const timespec timeout = time_until(until, port_.now());
    count = foreign.poll(until == Instant::never() ? nullptr : &timeout);
    const Lock lock{port_};
    waiter.native = nullptr;
    waiter.woken.store(false);
    return count;
}

} // namespace nwp::posix
