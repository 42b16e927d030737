// SPDX-License-Identifier: Apache-2.0
#pragma once

// Addresses of this silo are HostOrderIpv4 and HostOrderIpv6, ports little endian.

#include "simplelink/common.h"

namespace nwp::simplelink {

/// Bits of NetAppStart and NetAppStop, ids of NetAppSet and NetAppGet.
namespace net_app {
constexpr std::uint16_t http_server = 0x01;
constexpr std::uint16_t dhcp_server = 0x02;
constexpr std::uint16_t mdns = 0x04;
constexpr std::uint16_t dns_server = 0x08;
constexpr std::uint16_t device = 0x10;
constexpr std::uint16_t dns_client = 0x20;
constexpr std::uint16_t status = 0x40;
} // namespace net_app

template <std::uint16_t Opcode>
struct NetAppCommand {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 4;
    std::uint32_t apps = 0; ///< bits of net_app
    static constexpr auto fields() { return layout(at(0, "apps", &NetAppCommand::apps)); }
};
using NetAppStart = NetAppCommand<0x9C0A>;
using NetAppStartResponse = BasicResponse<0x1C0A>;
using NetAppStop = NetAppCommand<0x9C61>;
using NetAppStopResponse = BasicResponse<0x1C61>;

using NetAppSet = SettingCommand<0x9C0B>;
using NetAppSetResponse = BasicResponse<0x1C0B>;
using NetAppGet = SettingCommand<0x9C27>; ///< `length` is garbage
using NetAppGetResponse = SettingResponse<0x1C27>;

/// Value of net_app::dhcp_server, option 0.
struct DhcpServerRange {
    static constexpr std::size_t size = 12;
    std::uint32_t lease_s = 0;
    HostOrderIpv4 first = 0;
    HostOrderIpv4 last = 0;
    static constexpr auto fields() {
        return layout(at(0, "lease_s", &DhcpServerRange::lease_s), at(4, "first", &DhcpServerRange::first),
                      at(8, "last", &DhcpServerRange::last));
    }
};

/// Value of net_app::dns_client, option 0.
struct DnsClientTime {
    static constexpr std::size_t size = 4;
    std::uint16_t response_ms = 0; ///< at most 2000
    std::uint16_t retries = 0;     ///< at most 100
    static constexpr auto fields() {
        return layout(at(0, "response_ms", &DnsClientTime::response_ms),
                      at(2, "retries", &DnsClientTime::retries));
    }
};

/// Value of net_app::mdns, option 3. Times are in units of 10 ms.
struct MdnsTiming {
    static constexpr std::size_t size = 24;
    std::uint32_t t = 0;
    std::uint32_t p = 0;
    std::uint32_t k = 0;
    std::uint32_t retransmit_interval = 0;
    std::uint32_t max_interval = 0;
    std::uint32_t max_time = 0;
    static constexpr auto fields() {
        return layout(at(0, "t", &MdnsTiming::t), at(4, "p", &MdnsTiming::p), at(8, "k", &MdnsTiming::k),
                      at(12, "retransmit_interval", &MdnsTiming::retransmit_interval),
                      at(16, "max_interval", &MdnsTiming::max_interval),
                      at(20, "max_time", &MdnsTiming::max_time));
    }
};

/// The name follows as payload.
struct HostByName {
    static constexpr std::uint16_t opcode = 0x9C20;
    static constexpr std::size_t size = 4;
    std::uint16_t name_length = 0;
    Family family{};
    static constexpr auto fields() {
        return layout(at(0, "name_length", &HostByName::name_length), at(2, "family", &HostByName::family));
    }
};
using HostByNameResponse = BasicResponse<0x1C20>;

struct HostByNameResult {
    static constexpr std::uint16_t opcode = 0x1820;
    static constexpr std::size_t size = 8;
    std::int16_t status = 0;
    HostOrderIpv4 address = 0;
    static constexpr auto fields() {
        return layout(at(0, "status", &HostByNameResult::status),
                      at(4, "address", &HostByNameResult::address));
    }
};

/// Only for a question with that family; such a question may also be answered with HostByNameResult.
struct HostByNameResultV6 {
    static constexpr std::uint16_t opcode = 0x1A20;
    static constexpr std::size_t size = 20;
    std::int16_t status = 0;
    HostOrderIpv6 address{};
    static constexpr auto fields() {
        return layout(at(0, "status", &HostByNameResultV6::status),
                      at(4, "address", &HostByNameResultV6::address));
    }
};

template <std::uint16_t Opcode>
struct PingCommand {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 32;
    std::uint32_t interval_ms = 0;
    std::uint16_t data_size = 0;
    std::uint16_t timeout_ms = 0;
    std::uint32_t attempts = 0; ///< 0: without end
    std::uint32_t flags = 0;    ///< bits of ping_flag
    HostOrderIpv6 address{};    ///< of PingStart the first word alone; 0 there: stop
    static constexpr auto fields() {
        return layout(
            at(0, "interval_ms", &PingCommand::interval_ms), at(4, "data_size", &PingCommand::data_size),
            at(6, "timeout_ms", &PingCommand::timeout_ms), at(8, "attempts", &PingCommand::attempts),
            at(12, "flags", &PingCommand::flags), at(16, "address", &PingCommand::address));
    }
};
using PingStart = PingCommand<0x9C21>;
using PingStartV6 = PingCommand<0x9E21>;
using PingStartResponse = BasicResponse<0x1C21>; ///< 0 runs, 1 stopped: both are followed by a PingReport

namespace ping_flag {
constexpr std::uint32_t report_each = 1; ///< else one at the end
constexpr std::uint32_t stop_after_success = 2;
constexpr std::uint32_t do_not_fragment = 4;
} // namespace ping_flag

struct PingReport {
    static constexpr std::uint16_t opcode = 0x1822;
    static constexpr std::size_t size = 20;
    std::int16_t status = 0;
    std::uint16_t shortest_ms = 0;
    std::uint16_t longest_ms = 0;
    std::uint16_t average_ms = 0;
    std::uint32_t received = 0;
    std::uint32_t sent = 0;
    std::uint32_t duration_ms = 0;
    static constexpr auto fields() {
        return layout(at(0, "status", &PingReport::status), at(2, "shortest_ms", &PingReport::shortest_ms),
                      at(4, "longest_ms", &PingReport::longest_ms),
                      at(6, "average_ms", &PingReport::average_ms), at(8, "received", &PingReport::received),
                      at(12, "sent", &PingReport::sent), at(16, "duration_ms", &PingReport::duration_ms));
    }
};

using ArpFlush = EmptyCommand<0x9C24>;
using ArpFlushResponse = BasicResponse<0x1C24>;
using NeighbourFlush = EmptyCommand<0x9EC2>;
using NeighbourFlushResponse = BasicResponse<0x1EC3>;

/// Name and text follow as payload.
struct MdnsRegister {
    static constexpr std::uint16_t opcode = 0x9C34;
    static constexpr std::size_t size = 12;
    static constexpr std::uint32_t add = 0x80000000; ///< of options; else remove, without a name all of them
    static constexpr std::uint32_t not_persistent = 0x40000000;
    static constexpr std::uint32_t update_text = 0x20000000;
    static constexpr std::uint32_t ipv6_only = 0x10000000;
    static constexpr std::uint32_t both_families = 0x08000000;
    static constexpr std::uint32_t unique = 1;
    std::uint8_t name_length = 0;
    std::uint8_t text_length = 0;
    std::uint16_t port = 0;
    std::uint32_t ttl_s = 0;
    std::uint32_t options = 0;
    static constexpr auto fields() {
        return layout(at(0, "name_length", &MdnsRegister::name_length),
                      at(1, "text_length", &MdnsRegister::text_length), at(2, "port", &MdnsRegister::port),
                      at(4, "ttl_s", &MdnsRegister::ttl_s), at(8, "options", &MdnsRegister::options));
    }
};
using MdnsRegisterResponse = BasicResponse<0x1C34>;

/// The name follows as payload.
struct HostByService {
    static constexpr std::uint16_t opcode = 0x9C35;
    static constexpr std::size_t size = 4;
    std::uint8_t name_length = 0;
    Family family{};
    static constexpr auto fields() {
        return layout(at(0, "name_length", &HostByService::name_length),
                      at(1, "family", &HostByService::family));
    }
};
using HostByServiceResponse = BasicResponse<0x1C35>;

/// The text follows as payload; at most 120 bytes.
template <std::uint16_t Opcode, typename Address>
struct ServiceResult {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 8 + wire_size<Address>;
    std::int16_t status = 0;
    std::uint16_t text_length = 0;
    std::uint32_t port = 0;
    Address address{};
    static constexpr auto fields() {
        return layout(at(0, "status", &ServiceResult::status),
                      at(2, "text_length", &ServiceResult::text_length), at(4, "port", &ServiceResult::port),
                      at(8, "address", &ServiceResult::address));
    }
};
using HostByServiceResult = ServiceResult<0x1835, HostOrderIpv4>;
using HostByServiceResultV6 = ServiceResult<0x1A35, HostOrderIpv6>;

/// The peers heard of by mDNS. The response has their number as status, and entries of `type` as payload.
struct MdnsLookup {
    static constexpr std::uint16_t opcode = 0x9C71;
    static constexpr std::size_t size = 4;
    std::uint8_t index = 0;
    std::uint8_t max_count = 0;
    std::uint8_t type = 0; ///< 1 full with text, 2 full, 3 short; 4 to 6 the same with IPv6 addresses
    static constexpr auto fields() {
        return layout(at(0, "index", &MdnsLookup::index), at(1, "max_count", &MdnsLookup::max_count),
                      at(2, "type", &MdnsLookup::type));
    }
};
using MdnsLookupResponse = BasicResponse<0x1C72>;

/// Bytes of an entry of MdnsLookupResponse; 0 for a type that there is not. A list stays below 1480 bytes.
constexpr std::size_t mdns_entry_size(std::uint8_t type) {
    constexpr std::array<std::size_t, 7> sizes{0, 388, 132, 8, 400, 144, 20};
    return type < sizes.size() ? sizes[type] : 0;
}

/// The HTTP server asks for the value of a token; its name follows as payload, at most 20 bytes.
struct HttpTokenGet {
    static constexpr std::uint16_t opcode = 0x182E;
    static constexpr std::size_t size = 4;
    std::uint8_t name_length = 0;
    static constexpr auto fields() { return layout(at(0, "name_length", &HttpTokenGet::name_length)); }
};

/// The host's answer to it; the value follows as payload.
struct HttpTokenValue {
    static constexpr std::uint16_t opcode = 0x9C2F;
    static constexpr std::size_t size = 24;
    std::uint8_t value_length = 0;
    std::uint8_t name_length = 0;
    std::array<Byte, 20> name{};
    static constexpr auto fields() {
        return layout(at(0, "value_length", &HttpTokenValue::value_length),
                      at(1, "name_length", &HttpTokenValue::name_length),
                      at(2, "name", &HttpTokenValue::name));
    }
};

/// Action, name and value follow as payload.
struct HttpTokenPost {
    static constexpr std::uint16_t opcode = 0x1830;
    static constexpr std::size_t size = 4;
    std::uint8_t action_length = 0;
    std::uint8_t name_length = 0;
    std::uint8_t value_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "action_length", &HttpTokenPost::action_length),
                      at(1, "name_length", &HttpTokenPost::name_length),
                      at(2, "value_length", &HttpTokenPost::value_length));
    }
};

/// Flags of the NetApp requests and responses.
namespace net_app_flag {
constexpr std::uint32_t continues = 1; ///< more follows
constexpr std::uint32_t metadata = 2;  ///< the data is metadata
constexpr std::uint32_t accumulate = 4;
constexpr std::uint32_t error = 0x80000000; ///< the last two bytes are a code
} // namespace net_app_flag

/// A request that the HTTP server hands to the host; metadata and data follow as payload.
struct NetAppRequest {
    static constexpr std::uint16_t opcode = 0x1878;
    static constexpr std::size_t size = 12;
    std::uint8_t app = 0;
    std::uint8_t type = 0; ///< 1 GET, 2 POST, 3 PUT, 4 DELETE
    std::uint16_t handle = 0;
    std::uint16_t metadata_length = 0;
    std::uint16_t data_length = 0;
    std::uint32_t flags = 0;
    static constexpr auto fields() {
        return layout(at(0, "app", &NetAppRequest::app), at(1, "type", &NetAppRequest::type),
                      at(2, "handle", &NetAppRequest::handle),
                      at(4, "metadata_length", &NetAppRequest::metadata_length),
                      at(6, "data_length", &NetAppRequest::data_length),
                      at(8, "flags", &NetAppRequest::flags));
    }
};

/// The host's answer; metadata and data follow as payload. The NWP does not answer it.
struct NetAppResponse {
    static constexpr std::uint16_t opcode = 0x9C78;
    static constexpr std::size_t size = 12;
    std::uint16_t handle = 0;
    std::uint16_t status = 0; ///< of HTTP
    std::uint16_t metadata_length = 0;
    std::uint16_t data_length = 0;
    std::uint32_t flags = 0;
    static constexpr auto fields() {
        return layout(at(0, "handle", &NetAppResponse::handle), at(2, "status", &NetAppResponse::status),
                      at(4, "metadata_length", &NetAppResponse::metadata_length),
                      at(6, "data_length", &NetAppResponse::data_length),
                      at(8, "flags", &NetAppResponse::flags));
    }
};

/// More data for a request, or room for more of it: what a host sends and what it gets.
template <std::uint16_t Opcode>
struct NetAppData {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 8;
    std::uint16_t handle = 0;
    std::uint16_t length = 0; ///< of the payload; of NetAppReceive, the host's room
    std::uint32_t flags = 0;
    static constexpr auto fields() {
        return layout(at(0, "handle", &NetAppData::handle), at(2, "length", &NetAppData::length),
                      at(4, "flags", &NetAppData::flags));
    }
};
using NetAppSend = NetAppData<0x9C79>;
using NetAppSendResponse = BasicResponse<0x1C79>;
using NetAppReceive = NetAppData<0x9C7A>;
using NetAppReceived = NetAppData<0x187B>;

struct Ipv4Acquired {
    static constexpr std::uint16_t opcode = 0x1825;
    static constexpr std::size_t size = 12;
    HostOrderIpv4 address = 0;
    HostOrderIpv4 gateway = 0;
    HostOrderIpv4 dns = 0;
    static constexpr auto fields() {
        return layout(at(0, "address", &Ipv4Acquired::address), at(4, "gateway", &Ipv4Acquired::gateway),
                      at(8, "dns", &Ipv4Acquired::dns));
    }
};

struct Ipv6Acquired {
    static constexpr std::uint16_t opcode = 0x1A25;
    static constexpr std::size_t size = 32;
    HostOrderIpv6 address{};
    HostOrderIpv6 dns{};
    static constexpr auto fields() {
        return layout(at(0, "address", &Ipv6Acquired::address), at(16, "dns", &Ipv6Acquired::dns));
    }
};

template <std::uint16_t Opcode>
struct AddressStatusEvent {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 4;
    std::int16_t status = 0;
    static constexpr auto fields() { return layout(at(0, "status", &AddressStatusEvent::status)); }
};
using Ipv4Lost = AddressStatusEvent<0x1832>;
using DhcpTimedOut = AddressStatusEvent<0x1833>;

struct Ipv6Lost {
    static constexpr std::uint16_t opcode = 0x1A32;
    static constexpr std::size_t size = 16;
    HostOrderIpv6 address{};
    static constexpr auto fields() { return layout(at(0, "address", &Ipv6Lost::address)); }
};

struct IpCollision {
    static constexpr std::uint16_t opcode = 0x1831;
    static constexpr std::size_t size = 16;
    HostOrderIpv4 address = 0;
    MacAddress dhcp_server{};
    MacAddress other{};
    static constexpr auto fields() {
        return layout(at(0, "address", &IpCollision::address),
                      at(4, "dhcp_server", &IpCollision::dhcp_server), at(10, "other", &IpCollision::other));
    }
};

struct DhcpLeased {
    static constexpr std::uint16_t opcode = 0x182C;
    static constexpr std::size_t size = 16;
    HostOrderIpv4 address = 0;
    std::uint32_t lease_s = 0;
    MacAddress mac{};
    static constexpr auto fields() {
        return layout(at(0, "address", &DhcpLeased::address), at(4, "lease_s", &DhcpLeased::lease_s),
                      at(8, "mac", &DhcpLeased::mac));
    }
};

struct DhcpReleased {
    static constexpr std::uint16_t opcode = 0x182D;
    static constexpr std::size_t size = 12;
    HostOrderIpv4 address = 0;
    MacAddress mac{};
    std::uint16_t reason = 0; ///< 0 released, 1 declined, 2 expired
    static constexpr auto fields() {
        return layout(at(0, "address", &DhcpReleased::address), at(4, "mac", &DhcpReleased::mac),
                      at(10, "reason", &DhcpReleased::reason));
    }
};

} // namespace nwp::simplelink
