// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <zephyr/kernel.h>

namespace nwp::zephyr {

/// What Zephyr needs for one socket beside the host's and the C interface's tables. Its place is theirs.
struct SocketPlace {
    k_mutex* lock = nullptr; ///< of its descriptor: Zephyr holds it during each call
    k_poll_signal readable;  ///< raised while there is something for POLLIN; see zephyr/poll.h
    k_poll_signal writable;
    k_poll_signal failed;
    int tags[CONFIG_OPENNWP_SEC_TAGS]; ///< TLS_SEC_TAG_LIST
    std::uint8_t tag_count = 0;
    bool provided = false;  ///< what these tags named has been stored since they were set
    std::uint8_t calls = 0; ///< under way, guarded by CallsUnderWay::mutex
};

/// What SocketPlace::calls of all sockets stand on.
struct CallsUnderWay {
    k_mutex mutex;
    k_condvar one_ended;
};

/// Stores what the application has added under the socket's tags in the network processor.
///   any error of request::WriteCredential: the socket must not connect
Result<void> provide_credentials(const SocketPlace& place);

} // namespace nwp::zephyr
