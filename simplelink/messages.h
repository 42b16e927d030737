// SPDX-License-Identifier: Apache-2.0
#pragma once

// All messages of the protocol; messages.cpp holds them against opcodes.h. For whoever handles every one of
// them.

#include "simplelink/device.h"
#include "simplelink/file.h"
#include "simplelink/netapp.h"
#include "simplelink/netcfg.h"
#include "simplelink/netutil.h"
#include "simplelink/rx_filter.h"
#include "simplelink/socket.h"
#include "simplelink/wlan.h"
#include "simplelink/wlan_events.h"

namespace nwp::simplelink {

using Commands =
    Messages<DeviceStop, DeviceGet, DeviceSet, EventMaskSet, EventMaskGet, UartModeSet, VersionRead, //
             NetCfgSet, NetCfgGet, WlanConnect, WlanConnectEap, WlanDisconnect, ProfileAdd, ProfileAddEap,
             ProfileGet, ProfileDelete, PolicySet, PolicyGet, ScanResultsGet, ExtendedScanResultsGet,
             Provisioning, RxStatisticsStart, RxStatisticsStop, RxStatisticsGet, WlanModeSet, WlanSet,
             WlanGet, RxFilterAdd, ProfileUpdate, ProfileUpdateEap, //
             SocketOpen, SocketClose, SocketAccept, SocketBind, SocketBindV6, SocketListen, SocketConnect,
             SocketConnectV6, SocketSelect, SocketOptionSet, SocketOptionGet, SocketReceive,
             SocketReceiveFrom, SocketSend, SocketSendTo, SocketSendToV6, //
             NetAppStart, NetAppStop, NetAppSet, NetAppGet, HostByName, PingStart, PingStartV6, ArpFlush,
             NeighbourFlush, HttpTokenValue, MdnsRegister, HostByService, MdnsLookup, NetAppResponse,
             NetAppSend,
             NetAppReceive, //
             FileOpen, FileClose, FileRead, FileWrite, FileInfoGet, FileDelete, FileSystemFormat, FileListGet,
             FileProgram, FileControl, BundleControl, //
             NetUtilGet, NetUtilCommand>;

using Responses = Messages<
    DeviceStopResponse, DeviceGetResponse, DeviceSetResponse, EventMaskSetResponse, EventMaskGetResponse,
    UartModeSetResponse, VersionReadResponse, //
    NetCfgSetResponse, NetCfgGetResponse, WlanConnectResponse, WlanConnectEapResponse, WlanDisconnectResponse,
    ProfileAddResponse, ProfileAddEapResponse, ProfileGetResponse, ProfileDeleteResponse, PolicySetResponse,
    PolicyGetResponse, ScanResultsGetResponse, ExtendedScanResultsGetResponse, ProvisioningResponse,
    RxStatisticsStartResponse, RxStatisticsStopResponse, RxStatisticsGetResponse, WlanModeSetResponse,
    WlanSetResponse, WlanGetResponse, RxFilterAddResponse, ProfileUpdateResponse, ProfileUpdateEapResponse, //
    SocketOpenResponse, SocketCloseResponse, SocketAcceptResponse, SocketBindResponse, SocketListenResponse,
    SocketConnectResponse, SocketSelectResponse, SocketOptionSetResponse, SocketOptionGetResponse, //
    NetAppStartResponse, NetAppStopResponse, NetAppSetResponse, NetAppGetResponse, HostByNameResponse,
    PingStartResponse, ArpFlushResponse, NeighbourFlushResponse, MdnsRegisterResponse, HostByServiceResponse,
    MdnsLookupResponse, NetAppSendResponse, //
    FileOpenResponse, FileCloseResponse, FileReadResponse, FileWriteResponse, FileInfoGetResponse,
    FileDeleteResponse, FileSystemFormatResponse, FileListGetResponse, FileProgramResponse,
    FileControlResponse, BundleControlResponse, //
    NetUtilGetResponse, NetUtilCommandResponse>;

/// SocketAcceptedV6 shares its opcode with SocketAccepted, which stands first.
using Events =
    Messages<InitComplete, DeviceAbort, Dummy, DeviceStopped, GeneralError, FlowControl, ResetRequest, //
             WlanConnected, WlanDisconnected, P2pConnected, P2pDisconnected, StationAdded, StationRemoved,
             P2pClientAdded, P2pClientRemoved, P2pDeviceFound, P2pFailed, P2pRequested, ProvisioningStatus,
             ProvisioningProfileAdded, RxFilterMatched, //
             SocketAccepted, SocketAcceptedV6, SocketConnected, SocketSelected, SocketReceived,
             SocketReceivedFrom, SocketReceivedFromV6, SocketTxFailed, SocketEvent, SocketClosed, //
             HostByNameResult, HostByNameResultV6, PingReport, Ipv4Acquired, Ipv6Acquired, DhcpLeased,
             DhcpReleased, HttpTokenGet, HttpTokenPost, IpCollision, Ipv4Lost, DhcpTimedOut, Ipv6Lost,
             HostByServiceResult, HostByServiceResultV6, NetAppRequest, NetAppReceived, //
             NetUtilResult>;

/// What stands in payloads: of settings, lists, commands.
using Values =
    Messages<DateTime, DeviceVersion, TlsConnectionParams, SleepPolicy, ScanEntry, ScanEntryExtension,
             ScanParameters, InformationElement, ConnectionInfo, RxFilterHeaderRule, RxFilterCombination,
             RxFilterIds, RxFilterArguments, DhcpServerRange, DnsClientTime, MdnsTiming, Ipv4Settings,
             Ipv6Settings, DhcpClientInfo, StationEntry, FileListEntry, StorageInfo, ObjectAttributes,
             SignAttributes, VerifyAttributes, ArpAttributes, InstallInput>;

} // namespace nwp::simplelink
