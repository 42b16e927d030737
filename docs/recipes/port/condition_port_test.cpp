// SPDX-License-Identifier: Apache-2.0
#include "ports/example/condition_port.h"

#include "tests/contract/port_contract.h"

namespace nwp::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(Example, PortContract, example::ConditionPort);

} // namespace nwp::contract
