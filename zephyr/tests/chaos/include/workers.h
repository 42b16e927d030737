/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Those who use sockets while the network, the line and the network processor come and go. A round that fails
 * is nothing wrong; other bytes than were sent, or a call that does not return, are. */
enum { WORKERS = 5 };

void start_workers(void);
/* Somebody is at that port of the peer. */
bool answers(uint16_t port);
/* How many rounds that worker has ended well. */
unsigned rounds_of(int worker);
/* What was wrong so far. */
unsigned wrong(void);
/* They end their rounds; false: one does not. */
bool stop_workers(void);
