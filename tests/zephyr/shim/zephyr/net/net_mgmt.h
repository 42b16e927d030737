// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events are kept for the test.

#include <cstddef>
#include <cstdint>
#include <zephyr/net/net_if.h>

void net_mgmt_event_notify_with_info(std::uint32_t event, net_if* interface, const void* info,
                                     std::size_t size);
