// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nwp::firmware {

/// With what an image ends; each failure also prints a line.
enum ExitStatus : int {
    kDone = 0,
    kBadArguments = 2,
    kNoNetworkProcessor = 3, ///< nobody answers on the link, or with another version
    kNoWifi = 4,             ///< not joined, or no address
    kUnresolved = 5,
    kNoSocket = 6,
    kNotConnected = 7, ///< TCP, or TLS refused
    kTransferFailed = 8,
    kNotEnrolled = 9, ///< no certificate for the key made in the network processor
    kRefused = 10,    ///< the peer of an application protocol (MQTT's broker) said no
};

} // namespace nwp::firmware
