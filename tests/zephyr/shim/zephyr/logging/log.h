// SPDX-License-Identifier: Apache-2.0
#pragma once

// Lines go to the standard error output.

void shim_log(const char* level, const char* text);
#define LOG_MODULE_REGISTER(name, level) static_assert((level) >= 0)
#define LOG_ERR(format, text) shim_log("error", text)
#define LOG_WRN(format, text) shim_log("warning", text)
#define LOG_INF(format, text) shim_log("information", text)
