/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where 3.3 has O_NONBLOCK and fcntl()'s commands. */
#include <zephyr/posix/fcntl.h>
