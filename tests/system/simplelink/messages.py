# SPDX-License-Identifier: Apache-2.0
"""Every message of the SimpleLink protocol: commands with their responses, asynchronous messages, framing of both
directions. Tables; what is done with them stands in driver.py."""

import dataclasses
import struct

from simplelink.layouts import Layout, no_garbage, pad4

LONG_SYNC = bytes.fromhex("ffeeddbb")
SHORT_SYNC = bytes.fromhex("21433412")
CNYS = bytes.fromhex("65877856")
PLAIN_SYNC = bytes.fromhex("badccdab")
SYNC_MASK = 0x7FFF7F7F
BAUD_CALL = bytes.fromhex("ffffffff55aa55aa")
BAUD_ANSWER = bytes.fromhex("55aa55aa")

RESPONSE_BIT = 0x0400
COMMAND_BIT = 0x8000
LONG_BIT = 0x2000  # file system and NetUtil: they may take longer

HEADER = Layout("sync:u32 opcode:u16 len:u16 credit:u8 status:u8 segment:u16 tx_failure:u16 non_blocking:u16")
STATE_SIZE = 8  # counted by `len` of every message to the host

# --- to the NWP -------------------------------------------------------------------------------------------------------

BASIC = Layout("status:i16 sender:u16")
SOCKET_STATUS = Layout("status:i16 sd:u8 .1")
ADDRESS4 = Layout("status:i16 sd:u8 family:u8 port:be16 ~2 address:4s")
ADDRESS6 = Layout("status:i16 sd:u8 family:u8 port:be16 ~2 address:16s")
SET = Layout("~2 id:u16 option:u16 size:u16")
SETGET = Layout("status:i16 id:u16 option:u16 size:u16")
GET_WITHOUT_SIZE = Layout("~2 id:u16 option:u16 ~2")
NOTHING = Layout()

SCAN_ENTRY = Layout("ssid:32s bssid:6s ssid_size:u8 rssi:i8 security:u16 channel:i8 .1")
EXTENDED_SCAN_ENTRY = Layout("ssid:32s bssid:6s ssid_size:u8 rssi:i8 security:u16 channel:i8 .1"
                             " country:2s channels_2g:u16 channels_5g:u32")
PROFILE = "security:i16 ssid_size:u8 priority:u8 bssid:6s password_size:u8 wep_key:u8"
EAP_PROFILE = PROFILE + " user_size:u8 anonymous_size:u8 certificate:u8 .1 eap:u32"
PROFILE_UPDATE = PROFILE + " index:u32"
EAP_PROFILE_UPDATE = PROFILE_UPDATE + " user_size:u8 anonymous_size:u8 certificate:u8 .1 eap:u32"
VERSION = Layout("chip:u32 firmware:u8*4 phy:u8*4 nwp:u8*4 rom:u16 .2")
DATE_TIME = Layout("sec:u32 min:u32 hour:u32 day:u32 mon:u32 year:u32 week_day:u32 year_day:u32 .12")
CONNECTION_INFO = Layout("mode:u8 status:u8 security:u8 .1 ssid_size:u8 ssid:32s bssid:6s .1 .36")
TLS_PARAMETERS = Layout("version:u32 suite:u32 validated:u32 alpn:u32 subject_hash:u16 issuer_hash:u16 from_date:8s"
                        " to_date:8s subject:16s issuer:16s subject_size:i8 issuer_size:i8 .2")
FILE_INFO = Layout("status:i16 flags:u16 size:u32 max_size:u32 tokens:u32*4 storage:u32 write_counter:u32")
STORAGE_INFO = Layout("device:u16*8 max_files:u8 development:u8 bundle:u8 .1 max_sys:u8 user_files:u8 sys_files:u8 .1"
                      " alerts:u32 alert_threshold:u32 fat_writes:u16 .2")
STATION_ENTRY = Layout("address:u32 mac:6s status:u16 name:32s")
DHCP_INFO = Layout("address:u32 gateway:u32 mask:u32 dns:u32*2 server:u32 lease:u32 renew:u32 state:u8 .3")
RX_STATISTICS = Layout("valid:u32 fcs_errors:u32 mismatches:u32 data_rssi:i16 management_rssi:i16 rates:u16*20"
                       " rssis:u16*6 begin:u32 end:u32")
RX_FILTER = Layout("rule_type:u8 flags:u8 filter:i8 .1 rule:56s trigger:12s action:8s")


@dataclasses.dataclass(frozen=True)
class Command:
    """`kind` as the protocol sorts them: A response, B response and then one asynchronous message, C the asynchronous
    message alone, D no answer. `payload` says how many bytes follow the arguments of a response that carries some."""
    name: str
    opcode: int
    args: Layout
    kind: str = "A"
    response: Layout = BASIC
    response_opcode: int = None
    error: str = "status"
    payload: object = None
    asynchronous: tuple = ()

    @property
    def answer(self):
        return self.opcode & ~COMMAND_BIT if self.response_opcode is None else self.response_opcode


def _per_entry(size):
    return lambda args, _: size * max(args["status"], 0)


def _get(args, _):
    return args["size"] if args["status"] >= 0 else 0


SERVICE_ENTRY_SIZES = {1: 388, 2: 132, 3: 8, 4: 400, 5: 144, 6: 20}


def _lookup(args, request):
    return SERVICE_ENTRY_SIZES.get(request["type"], 0) * max(args["status"], 0)


def _rows():
    def row(name, opcode, args="", kind="A", **rest):
        return Command(name, opcode, args if isinstance(args, Layout) else Layout(args), kind, **rest)

    device = [
        row("STOP", 0x8473, "timeout:u16 ~2", "B", asynchronous=(0x0073,)),
        row("DEVICEGET", 0x8466, GET_WITHOUT_SIZE, response=SETGET, payload=_get),
        row("DEVICESET", 0x84B7, SET),
        row("EVENTMASKSET", 0x8464, "group:u32 mask:u32"),
        row("EVENTMASKGET", 0x8465, "group:u32", response=Layout("group:u32 mask:u32"), error=None),
        row("SETUARTMODE", 0x846B, "baud:u32 flow:u8 .3"),
        row("NETCFGSET", 0x8432, SET),
        row("NETCFGGET", 0x8433, SETGET, response=SETGET, payload=_get),
    ]
    common = "security:u8 ssid_size:u8 bssid:6s password_size:u8"
    wlan = [
        row("WLANCONNECT", 0x8C80, common),
        row("WLANCONNECTEAP", 0x8C82, common + " user_size:u8 anonymous_size:u8 certificate:u8 eap:u32"),
        row("WLANDISCONNECT", 0x8C81),
        row("PROFILEADD", 0x8C83, PROFILE),
        row("EAPPROFILEADD", 0x8C67, EAP_PROFILE),
        row("PROFILEUPDATE", 0x8CC2, PROFILE_UPDATE),
        row("EAPPROFILEUPDATE", 0x8CC3, EAP_PROFILE_UPDATE),
        row("PROFILEGET", 0x8C84, "index:u8 ~3", response=Layout(EAP_PROFILE + " strings:224s"), error="security"),
        row("PROFILEDEL", 0x8C85, "index:u8 ~3"),
        row("POLICYSET", 0x8C86, "type:u8 ~1 option:u8 size:u8"),
        row("POLICYGET", 0x8C87, "type:u8 ~3", response=Layout("type:u8 .1 option:u8 size:u8"), error=None,
            payload=lambda args, _: args["size"]),
        row("SCANRESULTSGET", 0x8C8C, "index:u8 count:u8 ~2", payload=_per_entry(SCAN_ENTRY.size)),
        row("EXTSCANRESULTSGET", 0x8C8D, "index:u8 count:u8 ~2", payload=_per_entry(EXTENDED_SCAN_ENTRY.size)),
        row("PROVISIONING", 0x8C98, "command:u8 role:u8 timeout:u16 flags:u32 group:u32 cipher:u8 key_size:u8 .2 key:16s"),
        row("STARTRXSTAT", 0x8CAC),
        row("STOPRXSTAT", 0x8CAD),
        row("GETRXSTAT", 0x8CAF, response=RX_STATISTICS, error=None),
        row("SETMODE", 0x8CB4, "mode:u8 ~3"),
        row("CFGSET", 0x8CB5, SET),
        row("CFGGET", 0x8CB6, "~2 id:u16 option:u16 size:u16", response=SETGET, payload=_get),
        row("RXFILTERADD", 0x8C6C, RX_FILTER, response=Layout("filter:i8 .1 status:i16 .2")),
    ]
    option = "sd:u8 level:u8 option:u8 size:u8"
    socket = [
        row("SOCKET", 0x9401, "domain:u8 type:u8 protocol:u8 ~1", response=SOCKET_STATUS),
        row("CLOSE", 0x9402, "sd:u8 ~3", "B", response=SOCKET_STATUS, asynchronous=(0x1010,)),
        row("ACCEPT", 0x9403, "sd:u8 family:u8 ~2", "B", response=SOCKET_STATUS, asynchronous=(0x1003,)),
        row("BIND", 0x9404, ADDRESS4, response=SOCKET_STATUS),
        row("BIND_V6", 0x9604, ADDRESS6, response=SOCKET_STATUS, response_opcode=0x1404),
        row("LISTEN", 0x9405, "sd:u8 backlog:u8 ~2"),
        row("CONNECT", 0x9406, ADDRESS4, "B", response=SOCKET_STATUS, asynchronous=(0x1006,)),
        row("CONNECT_V6", 0x9606, ADDRESS6, "B", response=SOCKET_STATUS, response_opcode=0x1406,
            asynchronous=(0x1006,)),
        row("SELECT", 0x9407, "nfds:u8 .3 read:u16 write:u16 usec:u16 sec:u16", "B", asynchronous=(0x1007,)),
        row("SETSOCKOPT", 0x9408, option, response=SOCKET_STATUS),
        row("GETSOCKOPT", 0x9409, option, response=Layout("status:i16 sd:u8 size:u8"),
            payload=lambda args, _: args["size"] if args["status"] >= 0 else 0),
        row("RECV", 0x940A, "size:u16 sd:u8 flags:u8", "C", asynchronous=(0x100A,)),
        row("RECVFROM", 0x940B, "size:u16 sd:u8 flags:u8", "C", asynchronous=(0x100B, 0x120B)),
        row("SEND", 0x940C, "size:u16 sd:u8 ~1", "D"),
        row("SENDTO", 0x940D, ADDRESS4, "D"),
        row("SENDTO_V6", 0x960D, ADDRESS6, "D"),
    ]
    ping = "interval:u32 size:u16 timeout:u16 attempts:u32 flags:u32"
    netapp = [
        row("NETAPPSTART", 0x9C0A, "apps:u32"),
        row("NETAPPSTOP", 0x9C61, "apps:u32"),
        row("NETAPPSET", 0x9C0B, SET),
        row("NETAPPGET", 0x9C27, GET_WITHOUT_SIZE, response=SETGET, payload=_get),
        row("DNSGETHOSTBYNAME", 0x9C20, "size:u16 family:u8 ~1", "B", asynchronous=(0x1820, 0x1A20)),
        row("PINGSTART", 0x9C21, ping + " address:u32 ~12", "B", asynchronous=(0x1822,)),
        row("PINGSTART_V6", 0x9E21, ping + " address:u32*4", "B", response_opcode=0x1C21, asynchronous=(0x1822,)),
        row("ARPFLUSH", 0x9C24),
        row("NDFLUSH_V6", 0x9EC2, response_opcode=0x1EC3),
        row("HTTPSENDTOKENVALUE", 0x9C2F, "value_size:u8 name_size:u8 token:20s ~2", "D"),
        row("MDNSREGISTERSERVICE", 0x9C34, "name_size:u8 text_size:u8 port:u16 ttl:u32 options:u32"),
        row("MDNSGETHOSTBYSERVICE", 0x9C35, "name_size:u8 family:u8 ~2", "B", asynchronous=(0x1835, 0x1A35)),
        row("MDNSLOOKUP", 0x9C71, "index:u8 count:u8 type:u8 .1", response_opcode=0x1C72, payload=_lookup),
        row("NETAPPRESPONSE", 0x9C78, "handle:u16 status:u16 metadata_size:u16 payload_size:u16 flags:u32", "D"),
        row("NETAPPSEND", 0x9C79, "handle:u16 size:u16 flags:u32"),
        row("NETAPPRECEIVE", 0x9C7A, "handle:u16 size:u16 flags:u32", "C", asynchronous=(0x187B,)),
    ]
    files = [
        row("FILEOPEN", 0xA43C, "mode:u32 token:u32", response=Layout("handle:i32 token:u32"), error="handle"),
        row("FILECLOSE", 0xA43D, "handle:u32 certificate_size:u32 signature_size:u32"),
        row("FILEREAD", 0xA440, "handle:u32 offset:u32 size:u16 ~2", payload=_per_entry(1)),
        row("FILEWRITE", 0xA441, "handle:u32 offset:u32 size:u16 ~2"),
        row("FILEGETINFO", 0xA442, "token:u32", response=FILE_INFO),
        row("FILEDEL", 0xA443, "token:u32"),
        row("GETFILELIST", 0xA448, "index:i32 count:u8 entry_size:u8 flags:u8 ~1",
            response=Layout("status:i32 index:i32 size:u32"), payload=lambda args, _: args["size"]),
        row("FSPROGRAMMING", 0xA44A, "key_size:u16 chunk_size:u16 flags:u32", response=Layout("status:i32")),
        row("FILESYSTEMCONTROL", 0xA44B, "token:u32 operation:u8 ~3 name_size:u32 buffer_size:u32",
            response=Layout("status:i32 token:u32 size:u32"), payload=lambda args, _: args["size"]),
    ]
    utilities = [
        row("NETUTILGET", 0xB4C0, "object:u32 ~2 option:u16 size:u16 ~2",
            response=Layout("object:u32 status:i16 option:u16 size:u16 .2"), payload=_get),
        row("NETUTILCOMMAND", 0xB4C1, "command:u16 attributes_size:u16 input_size:u16 output_size:u16", "B",
            asynchronous=(0x30C1,)),
    ]
    never_sent = [row(f"NEVER_{opcode:04X}", opcode) for opcode in (
        0x846A, 0x8C88, 0x8C89, 0x8C8A, 0x8C8E, 0x8C8F, 0x8CAA, 0x8CAB, 0x8CB0, 0x8CB1, 0x8C6E, 0x8C70, 0x9C26,
        0x9C28, 0x9C29, 0x9C2A, 0x9C2B, 0xA444, 0xA44C, 0xB4BE)]
    never_sent += [
        row("NEVER_8470", 0x8470, response=Layout("chip:u32 firmware:u32*4 phy:u8*4 nwp:u32*4 rom:u16 .2"), error=None),
        row("NEVER_9C22", 0x9C22, kind="D"),  # no response is known, only the report
        row("NEVER_CCCB", 0xCCCB, kind="D"),
        row("NEVER_CCCD", 0xCCCD, kind="D"),
    ]
    return device + wlan + socket + netapp + files + utilities + never_sent


COMMANDS = {command.name: command for command in _rows()}


@dataclasses.dataclass(frozen=True)
class Call:
    """A command with its values. `strings` follow the arguments unaligned; `leading` goes before the payload and is
    padded alone; `payload` is padded at its end."""
    command: Command
    values: dict
    strings: bytes = b""
    leading: bytes = b""
    payload: bytes = b""

    def body(self, garbage=no_garbage):
        """What follows the header, and what `len` says about it."""
        args = self.command.args.pack(self.values, garbage) + self.strings
        body = b""
        for part in (args, self.leading, self.payload):
            body += part + garbage(pad4(len(part)) - len(part))
        return body, pad4(len(args)) + len(self.leading) + pad4(len(self.payload))


def call(name, strings=b"", leading=b"", payload=b"", **values):
    return Call(COMMANDS[name], values, strings, leading, payload)


def message(request, garbage=no_garbage, spi=False):
    """The bytes of a Call to the NWP."""
    body, size = request.body(garbage)
    sync = SHORT_SYNC if spi else LONG_SYNC + SHORT_SYNC
    return sync + struct.pack("<HH", request.command.opcode, size) + body


def file_name(name, garbage=no_garbage):
    """NUL terminated; the driver reads on after the NUL up to a multiple of 4."""
    octets = name.encode() + b"\0"
    return octets + garbage(pad4(len(octets)) - len(octets))


def address_word(text):
    """A literal IPv4 address as every silo but the sockets carries it: the number, little endian."""
    return int.from_bytes(bytes(int(part) for part in text.split(".")), "big")


# --- to the host ------------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Event:
    """An asynchronous message. `group` and `number` are the application's event, which EVENTMASKSET can silence;
    `payload` says how many bytes follow the arguments."""
    name: str
    opcode: int
    args: Layout
    group: int = 0
    number: int = 0
    payload: object = None


DEVICE, WLAN, BSD, NETAPP = 1, 2, 3, 4

SHORT_ADDRESS = Layout("status:i16 sd:u8 family:u8 port:be16 .2 address:4s")
LONG_ADDRESS = Layout("status:i16 sd:u8 family:u8 port:be16 .2 address:16s")
STATION = "ssid_size:u8 ssid:32s bssid:6s"
P2P = STATION + " reason:u8 name_size:u8 name:32s .3"
P2P_CLIENT = "mac:6s name_size:u8 name:32s ssid_size:u8 ssid:32s"
P2P_DEVICE = "name_size:u8 name:32s mac:6s method:u8"


def _received(args, _=None):
    return max(args["status"], 0)


def _events():
    def row(name, opcode, args="", group=0, number=0, payload=None):
        return Event(name, opcode, args if isinstance(args, Layout) else Layout(args), group, number, payload)

    return [
        row("INIT COMPLETE", 0x0008, "status:i32 chip:i32 more:i32"),
        row("ABORT", 0x000C, "data:u32"),
        row("dummy", 0x0063),
        row("stop", 0x0073, BASIC),
        row("general error", 0x0078, "code:i16 source:u16", DEVICE, 7),
        row("flow control", 0x0079, "segment:u16 .6"),
        row("reset request", 0x0099, "session:u32 caller:u16 .2", DEVICE, 6),
        row("connected", 0x0880, STATION + " .1", WLAN, 1),
        row("disconnected", 0x0881, STATION + " reason:u8", WLAN, 2),
        row("station added", 0x082E, "mac:6s .2", WLAN, 3),
        row("station removed", 0x082F, "mac:6s .2", WLAN, 4),
        row("P2P connected", 0x0892, P2P, WLAN, 5),
        row("P2P disconnected", 0x0894, P2P, WLAN, 6),
        row("P2P client added", 0x0896, P2P_CLIENT, WLAN, 7),
        row("P2P client removed", 0x0898, P2P_CLIENT, WLAN, 8),
        row("P2P device found", 0x0830, P2P_DEVICE, WLAN, 9),
        row("P2P negotiation request", 0x0832, P2P_DEVICE, WLAN, 10),
        row("P2P connection failed", 0x0831, "status:u16 .2", WLAN, 11),
        row("rx filter", 0x089D, "type:u8 ids:8s", WLAN, 12),
        row("provisioning status", 0x089A, "status:u8 role:u8 wlan:u8 ssid_size:u8 ssid:32s .4", WLAN, 13),
        row("provisioning profile added", 0x08B2, "status:u32 ssid_size:u32 ssid:32s more_size:u32 more:32s", WLAN, 14),
        row("accept", 0x1003, SHORT_ADDRESS),
        row("connect", 0x1006, SOCKET_STATUS),
        row("select", 0x1007, "status:u16 read_count:u8 write_count:u8 read:u16 write:u16"),
        row("recv", 0x100A, SOCKET_STATUS, payload=_received),
        row("recvfrom", 0x100B, SHORT_ADDRESS, payload=_received),
        row("recvfrom v6", 0x120B, LONG_ADDRESS, payload=_received),
        row("tx failed", 0x100E, SOCKET_STATUS, BSD, 1),
        row("socket event", 0x100F, "sd:u8 type:u8 value:i16 extra:128s", BSD, 2),
        row("close", 0x1010, SOCKET_STATUS),
        row("host by name", 0x1820, "status:i16 .2 address:u32"),
        row("host by name v6", 0x1A20, "status:i16 .2 address:u32*4"),
        row("ping report", 0x1822, "status:i16 rtt_min:u16 rtt_max:u16 rtt_avg:u16 received:u32 sent:u32 time:u32"),
        row("IPv4 acquired", 0x1825, "address:u32 gateway:u32 dns:u32", NETAPP, 1),
        row("IPv6 acquired", 0x1A25, "address:u32*4 dns:u32*4", NETAPP, 2),
        row("IP collision", 0x1831, "address:u32 server:6s other:6s", NETAPP, 3),
        row("DHCP leased", 0x182C, "address:u32 lease:u32 mac:6s .2", NETAPP, 4),
        row("DHCP released", 0x182D, "address:u32 mac:6s reason:u16", NETAPP, 5),
        row("HTTP token get", 0x182E, "name_size:u8 .3", NETAPP, 6, lambda args: args["name_size"]),
        row("HTTP token post", 0x1830, "action_size:u8 name_size:u8 value_size:u8 .1", NETAPP, 7,
            lambda args: args["action_size"] + args["name_size"] + args["value_size"]),
        row("IPv4 lost", 0x1832, "status:i16 .2", NETAPP, 8),
        row("DHCP timeout", 0x1833, "status:i16 .2", NETAPP, 9),
        row("IPv6 lost", 0x1A32, "address:u32*4", NETAPP, 10),
        row("host by service", 0x1835, "status:i16 text_size:u16 port:u32 address:u32", payload=lambda args:
            args["text_size"]),
        row("host by service v6", 0x1A35, "status:i16 text_size:u16 port:u32 address:u32*4", payload=lambda args:
            args["text_size"]),
        row("netapp request", 0x1878, "app:u8 type:u8 handle:u16 metadata_size:u16 payload_size:u16 flags:u32",
            payload=lambda args: args["metadata_size"] + args["payload_size"]),
        row("netapp receive", 0x187B, "handle:u16 size:u16 flags:u32", payload=lambda args: args["size"]),
        row("netutil result", 0x30C1, "object:u32 status:i16 command:u16 size:u16 .2", payload=lambda args:
            args["size"]),
    ]


EVENTS = {event.opcode: event for event in _events()}
EVENT_OPCODES = {event.name: event.opcode for event in EVENTS.values()}
