// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/descriptors.h"
#include "ports/posix/lazy_memory.h"

namespace nwp::posix {

/// Numbers that the kernel reserves for us: each belongs to an O_PATH descriptor, on which every kernel call
/// for bytes fails with EBADF. So they never clash with other descriptors, and select() can have them.
class PosixDescriptors final : public c::Descriptors {
public:
    explicit PosixDescriptors(Port& port) : port_(port), places_(kNumbers * sizeof(Place)) {}

    Result<int> reserve(std::uint16_t place, bool close_on_exec) override;
    void release(int number) override;
    void set_close_on_exec(int number, bool on) override;
    std::uint16_t place_of(int number) const override;
    Result<int> wait_with(Waiter& waiter, pollfd* set, std::size_t size, Instant until) override;

private:
    using Place = std::atomic<std::uint16_t>; ///< one more than the place; 0: none
    static constexpr int kNumbers = 1 << 20;  ///< Linux's own limit, fs.nr_open

    Place* places() const { return reinterpret_cast<Place*>(places_.bytes().data()); }

    Port& port_;
    LazyMemory places_;
};

} // namespace nwp::posix
