// SPDX-License-Identifier: Apache-2.0
#include "base/expect.h"

#include <cstdio>
#include <cstdlib>

namespace nwp {

void panic(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: broken expectation: %s\n", file, line, condition);
    std::abort();
}

} // namespace nwp
