// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/port_contract.h"

#include "ports/posix/posix_port.h"

namespace nwp::contract {

struct Posix {
    posix::PosixPort port;
};

INSTANTIATE_TYPED_TEST_SUITE_P(On, PortContract, Posix);

} // namespace nwp::contract
