// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/access_point.h"
#include "nwpd/service/air.h"
#include "nwpd/service/credentials.h"
#include "nwpd/service/device.h"
#include "nwpd/service/files.h"
#include "nwpd/service/names.h"
#include "nwpd/service/network.h"
#include "nwpd/service/settings.h"
#include "nwpd/service/sockets.h"
#include "nwpd/service/wlan.h"

namespace nwp::service {

/// Everything a front end turns messages into. All of it lives longer than any front end.
struct Services {
    Device& device;
    Sockets& sockets;
    Names& names;
    Credentials& credentials;
    Wlan& wlan;
    Network& network;
    Settings& settings;
    Files& files;
    const net::Calendar& calendar;
    Air* air = nullptr;                  ///< none: nobody comes to access points of ours
    AccessPoint* access_point = nullptr; ///< none: there cannot be one
};

} // namespace nwp::service
