// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/baseline/stream.h"

/// The TLS 1.2 client of a program, by mbed TLS: one connection. What goes wrong ends the program with its
/// reason.
namespace nwp::baseline::tls {

/// The handshake over `stream`, which stays: the peer's chain must end in the CA of authority.h and its name
/// be this.
void connect(Stream& stream, const char* host_name);
void send(const char* bytes, std::size_t size);
/// Waits for bytes; 0: the peer closed in order.
std::size_t receive(char* into, std::size_t room);
/// Says goodbye and frees everything.
void close();

} // namespace nwp::baseline::tls
