// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/lazy_memory.h"

#include "base/expect.h"

#include <sys/mman.h>

namespace nwp::posix {

LazyMemory::LazyMemory(std::size_t size) {
    if (size == 0) return;
    void* const memory =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    NWP_EXPECT(memory != MAP_FAILED); // as operator new would: no address space left
    bytes_ = {static_cast<Byte*>(memory), size};
}

LazyMemory::~LazyMemory() {
    if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

} // namespace nwp::posix
