/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Its types stand where they are used. */
#include <zephyr/net/wifi_mgmt.h>
