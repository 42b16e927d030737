// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/credentials.h"
#include "nwpd/service/device.h"
#include "nwpd/service/names.h"
#include "nwpd/service/network.h"
#include "nwpd/service/sockets.h"
#include "nwpd/service/wlan.h"

namespace nwp::native {

/// Everything a front end turns messages into. All of it lives longer than any front end.
struct Services {
    service::Device& device;
    service::Sockets& sockets;
    service::Names& names;
    service::Credentials& credentials;
    service::Wlan& wlan;
    service::Network& network;
};

} // namespace nwp::native
