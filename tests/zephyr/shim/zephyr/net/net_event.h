// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events that the driver raises itself; the numbers are no one's but the test's.

#define NET_EVENT_IPV6_ADDR_ADD 1
#define NET_EVENT_IPV6_ADDR_DEL 2
#define NET_EVENT_IPV6_DAD_SUCCEED 3
