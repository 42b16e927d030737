// SPDX-License-Identifier: Apache-2.0
#include "docs/recipes/port/condition_port.h"

#include "tests/contract/port_contract.h"

namespace nwp::contract {

struct Example {
    example::ConditionPort port;
};

INSTANTIATE_TYPED_TEST_SUITE_P(On, PortContract, Example);

} // namespace nwp::contract
