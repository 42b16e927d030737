// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every message of the native dialect by what it is used as. A new message is added to one of these lists and
// is then routed, documented, traced, fuzzed and kept as a golden file.

#include "wire/credentials.h"
#include "wire/device.h"
#include "wire/general.h"
#include "wire/hello.h"
#include "wire/names.h"
#include "wire/server_socket.h"
#include "wire/socket.h"
#include "wire/socket_list.h"
#include "wire/wifi.h"

namespace nwp::wire {

using Hellos = Messages<HelloRequest, HelloReply>;

using Requests =
    Messages<Echo, DeviceInfoGet, DeviceStatusGet, SimulatedFault, SocketOpen, SocketConnect, SocketOptionSet,
             SocketOptionGet, SocketShutdown, SocketClose, SocketNameGet, SocketVerdictGet, SocketBind,
             SocketListen, SocketAccept, SocketRouteCheck, SocketList, Resolve, CredentialWrite,
             CredentialDelete, CredentialRead, CredentialList, KeyGenerate, SigningRequestGet, FileWrite,
             FileDelete, FileList, WifiScan, WifiConnect, WifiDisconnect, WifiStatusGet, WifiCountrySet,
             WifiCountryGet, WifiPowerSaveSet, WifiPowerSaveGet, WifiStatisticsGet, WifiAccessPointStart,
             WifiAccessPointStop, WifiAccessPointGet, WifiStationRemove>;

using Replies =
    Messages<Done, Failed, Echo, Listed, DeviceInfo, DeviceStatus, SocketOpened, SocketConnected,
             SocketOptionValue, SocketName, SocketVerdict, SocketAccepted, Resolved, CredentialPart,
             WifiJoined, WifiStatus, WifiCountry, WifiPowerSave, WifiStatistics, WifiAccessPoint>;

/// Parts of a longer answer; they carry the number of the request and come before its reply.
using Items = Messages<SocketEntry, ResolvedAddress, CredentialEntry, FileEntry, WifiNetworkFound,
                       WifiAccessPointStation>;

using Events = Messages<SocketFailed, SocketSnapshot, SocketAcceptable, SocketProblem, WifiChanged,
                        AddressChanged, WifiStationChanged>;

} // namespace nwp::wire
