// SPDX-License-Identifier: Apache-2.0
#include "docs/recipes/link/memory_link.h"

#include "tests/contract/link_contract.h"

namespace nwp::contract {

class Memory {
public:
    Memory() {
        ends_[0].connect(ends_[1]);
        ends_[1].connect(ends_[0]);
    }
    link::Link& end(End end) { return ends_[kit::index(end)]; }
    void turn() {} // nothing is between the ends

private:
    example::MemoryLink ends_[2];
};

INSTANTIATE_TYPED_TEST_SUITE_P(OverMemory, LinkContract, Memory);

// Memory makes no noise, is never taken away and never reset.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NoisyLinkContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AttentiveLinkContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ResetLinkContract);

} // namespace nwp::contract
