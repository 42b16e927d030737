/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Since 4.2 the table of descriptors has the numbers itself. */
#include <zephyr/sys/fdtable.h>

#ifndef O_NONBLOCK
#define O_NONBLOCK ZVFS_O_NONBLOCK
#endif
#ifndef F_GETFL
#define F_GETFL ZVFS_F_GETFL
#define F_SETFL ZVFS_F_SETFL
#endif
