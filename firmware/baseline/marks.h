// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Places in the program that the instruction counter knows by name; the functions do nothing.
extern "C" {
void mark_started();   ///< the board runs, the network does not
void mark_joined();    ///< there is an address
void mark_resolved();  ///< so is the server's
void mark_connected(); ///< TCP and, above it, TLS
void mark_requested(); ///< the request went out
void mark_received();  ///< the page is there
void mark_closed();
}
