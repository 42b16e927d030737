// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nwp {

/// Ends the program: a bug of ours was found. Supplied once per image: by the port on a host, by
/// base/panic_abort.cpp in the daemon and in tests. Never returns.
#ifdef NWP_PANIC_WITHOUT_WORDS
/// Where flash is dear: the return address tells which expectation it was (addr2line).
[[noreturn]] void panic();
#else
[[noreturn]] void panic(const char* condition, const char* file, int line);
#endif

} // namespace nwp

/// A precondition that only a bug of ours can break. Never use it on anything that came over a wire.
#ifdef NWP_PANIC_WITHOUT_WORDS
#define NWP_EXPECT(condition) (static_cast<bool>(condition) ? static_cast<void>(0) : ::nwp::panic())
#else
#define NWP_EXPECT(condition)                                                                                \
    (static_cast<bool>(condition) ? static_cast<void>(0) : ::nwp::panic(#condition, __FILE__, __LINE__))
#endif
