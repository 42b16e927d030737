// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every opcode, once: what a host may send and how it is answered, what the NWP tells by itself.

#include <array>
#include <cstddef>
#include <cstdint>

namespace nwp::simplelink {

/// Bits of an opcode.
constexpr std::uint16_t kFromHost = 0x8000; ///< else from the NWP
constexpr std::uint16_t kSync = 0x0400;     ///< a command or its response, else an event
constexpr std::uint16_t kIpv6 = 0x0200;     ///< IPv6 flavour

enum class Silo : std::uint8_t {
    device = 0,
    wlan = 1,
    socket = 2,
    netapp = 3,
    file = 4,
    netcfg = 5,
    netutil = 6
};

/// The silo that an opcode's bits name. Those of netcfg say device.
constexpr Silo silo_of(std::uint16_t opcode) { return static_cast<Silo>(opcode >> 11U & 0xFU); }

/// What a command is owed.
enum class Answer : std::uint8_t {
    response,           ///< one response
    response_and_event, ///< one response; if and only if its status is 0 (PingStart: or 1), one event later
    event,              ///< one event, nothing else
    nothing,            ///< nothing; sending gives back credit
};

/// Which drivers send it; each sends what stands before it too.
enum class Sender : std::uint8_t {
    nobody,   ///< defined, that is all
    driver_3, ///< 3.0.1.39
    driver_2, ///< 2.0.1.22 and later
    zephyr,   ///< Zephyr's Wi-Fi driver, by way of either
};

/// Where the status stands in the args; width 0: nowhere, so that such a command always succeeds.
struct StatusField {
    std::uint8_t offset = 0;
    std::uint8_t width = 0; ///< bytes
};

struct CommandRow {
    std::uint16_t opcode;
    const char* name;
    Answer answer;
    std::uint16_t response;      ///< its opcode; 0: none
    std::uint16_t response_size; ///< exact size of its args, padding included: a host reads that much
    StatusField status;          ///< of the response, or of the event where there is no response
    bool payload;                ///< the response may be followed by one
    std::uint16_t event;         ///< 0: none
    Sender sender;
    const char* call; ///< public function of TI's driver that sends it
};

struct EventRow {
    std::uint16_t opcode;
    const char* name;
    std::uint16_t size; ///< of the args, without padding
    StatusField status;
    bool payload;
};

namespace detail {
constexpr StatusField kNone{0, 0};
constexpr StatusField kFirst16{0, 2};
constexpr StatusField kFirst32{0, 4};
constexpr auto kA = Answer::response;
constexpr auto kB = Answer::response_and_event;
constexpr auto kC = Answer::event;
constexpr auto kD = Answer::nothing;
constexpr auto kZ = Sender::zephyr;
constexpr auto k2 = Sender::driver_2;
constexpr auto k3 = Sender::driver_3;
constexpr auto kNo = Sender::nobody;
} // namespace detail

// clang-format off
inline constexpr auto kCommands = [] {
    using namespace detail;
    return std::array<CommandRow, 96>{{
    {0x8473, "DeviceStop", kB, 0x0473, 4, kFirst16, false, 0x0073, kZ, "sl_Stop"},
    {0x8466, "DeviceGet", kA, 0x0466, 8, kFirst16, true, 0, k2, "sl_DeviceGet"},
    {0x84B7, "DeviceSet", kA, 0x04B7, 4, kFirst16, false, 0, k2, "sl_DeviceSet"},
    {0x8464, "EventMaskSet", kA, 0x0464, 4, kFirst16, false, 0, k2, "sl_DeviceEventMaskSet"},
    {0x8465, "EventMaskGet", kA, 0x0465, 8, kNone, false, 0, k2, "sl_DeviceEventMaskGet"},
    {0x846B, "UartModeSet", kA, 0x046B, 4, kFirst16, false, 0, k2, "sl_DeviceUartSetMode"},
    {0x846A, "DebugLevelSet", kA, 0x046A, 4, kFirst16, false, 0, kNo, ""},
    {0x8470, "VersionRead", kA, 0x0470, 44, kNone, false, 0, kNo, ""},
    {0x8432, "NetCfgSet", kA, 0x0432, 4, kFirst16, false, 0, kZ, "sl_NetCfgSet"},
    {0x8433, "NetCfgGet", kA, 0x0433, 8, kFirst16, true, 0, kZ, "sl_NetCfgGet"},

    {0x8C80, "WlanConnect", kA, 0x0C80, 4, kFirst16, false, 0, kZ, "sl_WlanConnect"},
    {0x8C82, "WlanConnectEap", kA, 0x0C82, 4, kFirst16, false, 0, k2, "sl_WlanConnect"},
    {0x8C81, "WlanDisconnect", kA, 0x0C81, 4, kFirst16, false, 0, kZ, "sl_WlanDisconnect"},
    {0x8C83, "ProfileAdd", kA, 0x0C83, 4, kFirst16, false, 0, k2, "sl_WlanProfileAdd"},
    {0x8C67, "ProfileAddEap", kA, 0x0C67, 4, kFirst16, false, 0, k2, "sl_WlanProfileAdd"},
    {0x8C84, "ProfileGet", kA, 0x0C84, 244, kFirst16, false, 0, k2, "sl_WlanProfileGet"},
    {0x8C85, "ProfileDelete", kA, 0x0C85, 4, kFirst16, false, 0, kZ, "sl_WlanProfileDel"},
    {0x8C86, "PolicySet", kA, 0x0C86, 4, kFirst16, false, 0, kZ, "sl_WlanPolicySet"},
    {0x8C87, "PolicyGet", kA, 0x0C87, 4, kNone, true, 0, k2, "sl_WlanPolicyGet"},
    {0x8C88, "OldFilterAdd", kA, 0x0C88, 4, kFirst16, false, 0, kNo, ""},
    {0x8C89, "OldFilterGet", kA, 0x0C89, 4, kFirst16, false, 0, kNo, ""},
    {0x8C8A, "OldFilterDelete", kA, 0x0C8A, 4, kFirst16, false, 0, kNo, ""},
    {0x8C8C, "ScanResultsGet", kA, 0x0C8C, 4, kFirst16, true, 0, kZ, "sl_WlanGetNetworkList"},
    {0x8C8D, "ExtendedScanResultsGet", kA, 0x0C8D, 4, kFirst16, true, 0, k3, "sl_WlanGetExtNetworkList"},
    {0x8C8E, "SmartConfigOptionGet", kA, 0x0C8E, 4, kFirst16, false, 0, kNo, ""},
    {0x8C8F, "WlanStatusGet", kA, 0x0C8F, 4, kFirst16, false, 0, kNo, ""},
    {0x8C98, "Provisioning", kA, 0x0C98, 4, kFirst16, false, 0, kZ, "sl_WlanProvisioning"},
    {0x8CAA, "ContinuousTxStart", kA, 0x0CAA, 4, kFirst16, false, 0, kNo, ""},
    {0x8CAB, "ContinuousTxStop", kA, 0x0CAB, 4, kFirst16, false, 0, kNo, ""},
    {0x8CAC, "RxStatisticsStart", kA, 0x0CAC, 4, kFirst16, false, 0, k2, "sl_WlanRxStatStart"},
    {0x8CAD, "RxStatisticsStop", kA, 0x0CAD, 4, kFirst16, false, 0, k2, "sl_WlanRxStatStop"},
    {0x8CAF, "RxStatisticsGet", kA, 0x0CAF, 76, kNone, false, 0, k2, "sl_WlanRxStatGet"},
    {0x8CB0, "PolicySetNew", kA, 0x0CB0, 4, kFirst16, false, 0, kNo, ""},
    {0x8CB1, "PolicyGetNew", kA, 0x0CB1, 4, kFirst16, false, 0, kNo, ""},
    {0x8CB4, "WlanModeSet", kA, 0x0CB4, 4, kFirst16, false, 0, kZ, "sl_WlanSetMode"},
    {0x8CB5, "WlanSet", kA, 0x0CB5, 4, kFirst16, false, 0, kZ, "sl_WlanSet"},
    {0x8CB6, "WlanGet", kA, 0x0CB6, 8, kFirst16, true, 0, k2, "sl_WlanGet"},
    {0x8C6C, "RxFilterAdd", kA, 0x0C6C, 8, {2, 2}, false, 0, k2, "sl_WlanRxFilterAdd"},
    {0x8C6E, "RxFilterStatisticsGet", kA, 0x0C6E, 4, kFirst16, false, 0, kNo, ""},
    {0x8C70, "RxFilterInfoGet", kA, 0x0C70, 4, kFirst16, false, 0, kNo, ""},
    {0x8CC2, "ProfileUpdate", kA, 0x0CC2, 4, kFirst16, false, 0, k3, "sl_WlanProfileUpdate"},
    {0x8CC3, "ProfileUpdateEap", kA, 0x0CC3, 4, kFirst16, false, 0, k3, "sl_WlanProfileUpdate"},

    {0x9401, "SocketOpen", kA, 0x1401, 4, kFirst16, false, 0, kZ, "sl_Socket"},
    {0x9402, "SocketClose", kB, 0x1402, 4, kFirst16, false, 0x1010, kZ, "sl_Close"},
    {0x9403, "SocketAccept", kB, 0x1403, 4, kFirst16, false, 0x1003, kZ, "sl_Accept"},
    {0x9404, "SocketBind", kA, 0x1404, 4, kFirst16, false, 0, kZ, "sl_Bind"},
    {0x9604, "SocketBindV6", kA, 0x1404, 4, kFirst16, false, 0, kZ, "sl_Bind"},
    {0x9405, "SocketListen", kA, 0x1405, 4, kFirst16, false, 0, kZ, "sl_Listen"},
    {0x9406, "SocketConnect", kB, 0x1406, 4, kFirst16, false, 0x1006, kZ, "sl_Connect"},
    {0x9606, "SocketConnectV6", kB, 0x1406, 4, kFirst16, false, 0x1006, kZ, "sl_Connect"},
    {0x9407, "SocketSelect", kB, 0x1407, 4, kFirst16, false, 0x1007, kZ, "sl_Select"},
    {0x9408, "SocketOptionSet", kA, 0x1408, 4, kFirst16, false, 0, kZ, "sl_SetSockOpt"},
    {0x9409, "SocketOptionGet", kA, 0x1409, 4, kFirst16, true, 0, kZ, "sl_GetSockOpt"},
    {0x940A, "SocketReceive", kC, 0, 0, kFirst16, false, 0x100A, kZ, "sl_Recv"},
    {0x940B, "SocketReceiveFrom", kC, 0, 0, kFirst16, false, 0x100B, kZ, "sl_RecvFrom"},
    {0x940C, "SocketSend", kD, 0, 0, kNone, false, 0, kZ, "sl_Send"},
    {0x940D, "SocketSendTo", kD, 0, 0, kNone, false, 0, kZ, "sl_SendTo"},
    {0x960D, "SocketSendToV6", kD, 0, 0, kNone, false, 0, kZ, "sl_SendTo"},

    {0x9C0A, "NetAppStart", kA, 0x1C0A, 4, kFirst16, false, 0, k2, "sl_NetAppStart"},
    {0x9C61, "NetAppStop", kA, 0x1C61, 4, kFirst16, false, 0, k2, "sl_NetAppStop"},
    {0x9C0B, "NetAppSet", kA, 0x1C0B, 4, kFirst16, false, 0, k2, "sl_NetAppSet"},
    {0x9C27, "NetAppGet", kA, 0x1C27, 8, kFirst16, true, 0, k2, "sl_NetAppGet"},
    {0x9C20, "HostByName", kB, 0x1C20, 4, kFirst16, false, 0x1820, kZ, "sl_NetAppDnsGetHostByName"},
    {0x9C26, "HostByAddress", kA, 0x1C26, 4, kFirst16, false, 0x1826, kNo, ""},
    {0x9C21, "PingStart", kB, 0x1C21, 4, kFirst16, false, 0x1822, k2, "sl_NetAppPing"},
    {0x9E21, "PingStartV6", kB, 0x1C21, 4, kFirst16, false, 0x1822, k2, "sl_NetAppPing"},
    {0x9C22, "PingReportRequest", kC, 0, 0, kFirst16, false, 0x1822, kNo, ""},
    {0x9C24, "ArpFlush", kA, 0x1C24, 4, kFirst16, false, 0, k3, "sl_NetAppArpFlush"},
    {0x9EC2, "NeighbourFlush", kA, 0x1EC3, 4, kFirst16, false, 0, k3, "sl_NetAppNdFlush"},
    {0x9C28, "IperfStart", kA, 0x1C28, 4, kFirst16, false, 0, kNo, ""},
    {0x9C29, "IperfStop", kA, 0x1C29, 4, kFirst16, false, 0, kNo, ""},
    {0x9C2A, "CtestStart", kA, 0x1C2A, 4, kFirst16, false, 0x182A, kNo, ""},
    {0x9C2B, "CtestStop", kA, 0x1C2B, 4, kFirst16, false, 0, kNo, ""},
    {0x9C2F, "HttpTokenValue", kD, 0, 0, kNone, false, 0, k2, ""},
    {0x9C34, "MdnsRegister", kA, 0x1C34, 4, kFirst16, false, 0, kZ, "sl_NetAppMDNSRegisterService"},
    {0x9C35, "HostByService", kB, 0x1C35, 4, kFirst16, false, 0x1835, k2, "sl_NetAppDnsGetHostByService"},
    {0x9C71, "MdnsLookup", kA, 0x1C72, 4, kFirst16, true, 0, k2, "sl_NetAppGetServiceList"},
    {0x9C78, "NetAppResponse", kD, 0, 0, kNone, false, 0, k2, ""},
    {0x9C79, "NetAppSend", kA, 0x1C79, 4, kFirst16, false, 0, k2, "sl_NetAppSend"},
    {0x9C7A, "NetAppReceive", kC, 0, 0, kNone, false, 0x187B, k2, "sl_NetAppRecv"},

    {0xA43C, "FileOpen", kA, 0x243C, 8, kFirst32, false, 0, k2, "sl_FsOpen"},
    {0xA43D, "FileClose", kA, 0x243D, 4, kFirst16, false, 0, k2, "sl_FsClose"},
    {0xA440, "FileRead", kA, 0x2440, 4, kFirst16, true, 0, k2, "sl_FsRead"},
    {0xA441, "FileWrite", kA, 0x2441, 4, kFirst16, false, 0, k2, "sl_FsWrite"},
    {0xA442, "FileInfoGet", kA, 0x2442, 36, kFirst16, false, 0, k2, "sl_FsGetInfo"},
    {0xA443, "FileDelete", kA, 0x2443, 4, kFirst16, false, 0, k2, "sl_FsDel"},
    {0xA444, "FileSystemFormat", kA, 0x2444, 4, kFirst16, false, 0, kNo, ""},
    {0xA448, "FileListGet", kA, 0x2448, 12, kFirst32, true, 0, k2, "sl_FsGetFileList"},
    {0xA44A, "FileProgram", kA, 0x244A, 4, kFirst32, false, 0, k2, "sl_FsProgram"},
    {0xA44B, "FileControl", kA, 0x244B, 12, kFirst32, true, 0, k2, "sl_FsCtl"},
    {0xA44C, "BundleControl", kA, 0x244C, 4, kFirst16, false, 0, kNo, ""},

    {0xB4BE, "NetUtilSet", kA, 0x34BE, 4, kFirst16, false, 0, kNo, "sl_NetUtilSet"},
    {0xB4C0, "NetUtilGet", kA, 0x34C0, 12, {4, 2}, true, 0, k2, "sl_NetUtilGet"},
    {0xB4C1, "NetUtilCommand", kB, 0x34C1, 4, kFirst16, false, 0x30C1, k2, "sl_NetUtilCmd"},

    {0xCCCB, "FreeSocketBuffer", kD, 0, 0, kNone, false, 0, kNo, ""},
    {0xCCCD, "FreeReadBuffer", kD, 0, 0, kNone, false, 0, kNo, ""},
    }};
}();

inline constexpr auto kEvents = [] {
    using namespace detail;
    return std::array<EventRow, 51>{{
    {0x0008, "InitComplete", 12, kNone, false},
    {0x000C, "DeviceAbort", 4, kNone, false},
    {0x0063, "Dummy", 0, kNone, false},
    {0x0073, "DeviceStopped", 4, kFirst16, false},
    {0x0078, "GeneralError", 4, kFirst16, false},
    {0x0079, "FlowControl", 8, kNone, false},
    {0x0099, "ResetRequest", 8, kNone, false},

    {0x0880, "WlanConnected", 40, kNone, false},
    {0x0881, "WlanDisconnected", 40, kNone, false},
    {0x0892, "P2pConnected", 76, kNone, false},
    {0x0894, "P2pDisconnected", 76, kNone, false},
    {0x082E, "StationAdded", 8, kNone, false},
    {0x082F, "StationRemoved", 8, kNone, false},
    {0x0896, "P2pClientAdded", 72, kNone, false},
    {0x0898, "P2pClientRemoved", 72, kNone, false},
    {0x0830, "P2pDeviceFound", 40, kNone, false},
    {0x0831, "P2pFailed", 4, kNone, false},
    {0x0832, "P2pRequested", 40, kNone, false},
    {0x089A, "ProvisioningStatus", 40, kNone, false},
    {0x08B2, "ProvisioningProfileAdded", 76, kNone, false},
    {0x089D, "RxFilterMatched", 9, kNone, false},

    {0x1003, "SocketAccepted", 12, kFirst16, false}, // 24 with family 3
    {0x1203, "SocketAcceptedV6", 24, kFirst16, false}, // never sent: no host hears it
    {0x1006, "SocketConnected", 4, kFirst16, false},
    {0x1007, "SocketSelected", 8, kFirst16, false},
    {0x100A, "SocketReceived", 4, kFirst16, true},
    {0x100B, "SocketReceivedFrom", 12, kFirst16, true},
    {0x120B, "SocketReceivedFromV6", 24, kFirst16, true},
    {0x100E, "SocketTxFailed", 4, kFirst16, false},
    {0x100F, "SocketEvent", 132, kNone, false},
    {0x1010, "SocketClosed", 4, kFirst16, false},

    {0x1820, "HostByNameResult", 8, kFirst16, false},
    {0x1A20, "HostByNameResultV6", 20, kFirst16, false},
    {0x1822, "PingReport", 20, kFirst16, false},
    {0x1825, "Ipv4Acquired", 12, kNone, false},
    {0x1A25, "Ipv6Acquired", 32, kNone, false},
    {0x1826, "HostByAddressResult", 4, kFirst16, true}, // layout unknown: nobody sends it
    {0x182A, "CtestResult", 4, kFirst16, true},         // same
    {0x182C, "DhcpLeased", 16, kNone, false},
    {0x182D, "DhcpReleased", 12, kNone, false},
    {0x182E, "HttpTokenGet", 4, kNone, true},
    {0x1830, "HttpTokenPost", 4, kNone, true},
    {0x1831, "IpCollision", 16, kNone, false},
    {0x1832, "Ipv4Lost", 4, kFirst16, false},
    {0x1833, "DhcpTimedOut", 4, kFirst16, false},
    {0x1A32, "Ipv6Lost", 16, kNone, false},
    {0x1835, "HostByServiceResult", 12, kFirst16, true},
    {0x1A35, "HostByServiceResultV6", 24, kFirst16, true},
    {0x1878, "NetAppRequest", 12, kNone, true},
    {0x187B, "NetAppReceived", 8, kNone, true},

    {0x30C1, "NetUtilResult", 12, {4, 2}, true},
    }};
}();
// clang-format on

/// The row of what a host sends, or none.
const CommandRow* find_command(std::uint16_t opcode);
/// The row of the first command that is answered with this response, or none.
const CommandRow* find_command_of_response(std::uint16_t response);
/// The row of an event, or none.
const EventRow* find_event(std::uint16_t opcode);

} // namespace nwp::simplelink
