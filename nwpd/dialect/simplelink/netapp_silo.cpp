// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/netapp_silo.h"

#include "base/text.h"
#include "nwpd/dialect/simplelink/host_order.h"
#include "nwpd/dialect/simplelink/setting_values.h"
#include "simplelink/config_ids.h"
#include "simplelink/errors.h"
#include "simplelink/netcfg.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace nwp::simplelink {
namespace {

constexpr std::string_view kAppsName = "netapp.apps";
constexpr std::uint32_t kKnownApps =
    net_app::http_server | net_app::dhcp_server | net_app::mdns | net_app::dns_server;
constexpr std::uint32_t kFirstApps = net_app::http_server | net_app::mdns; ///< a chip starts with these
constexpr std::size_t kLongestName = 255;                                  // RFC 1035 2.3.4
constexpr std::uint16_t kLongestDnsWait = 2000;
constexpr std::uint16_t kMostDnsRetries = 100;
constexpr std::uint16_t kStopped = 1; ///< response to PingStart

std::string name_of(std::uint16_t app, std::uint16_t option) {
    return config_name(Silo::netapp, app, option);
}

bool is_label_character(Byte c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool is_label(ByteView name) { return std::all_of(name.begin(), name.end(), is_label_character); }

bool is_domain(ByteView name) {
    return std::all_of(name.begin(), name.end(), [](Byte c) { return is_label_character(c) || c == '.'; });
}

/// Options of the HTTP server that are on or off.
bool is_switch(std::uint16_t option) { return option == 1 || option == 5 || option == 7 || option == 8; }

/// What a chip has from the start.
std::vector<Byte> default_of(std::uint16_t app, std::uint16_t option) {
    if (app == net_app::http_server) {
        switch (option) {
            case 0: return {80, 0};
            case 5: return {1};
            case 6: return {0x90, 0x1F}; // 8080
            case 1:
            case 7:
            case 8: return {0};
            case 2:
            case 3: return bytes_of("admin");
            case 4: return bytes_of("Simple Link CC31xx");
            case 14: return {0, 0, 0, 0};
            default: return {};
        }
    }
    if (app == net_app::dhcp_server) {
        const auto range = encode(DhcpServerRange{4096, 0x0A7B2D02, 0x0A7B2DFE});
        return {range.begin(), range.end()};
    }
    if (app == net_app::mdns && option == 2) return {0, 0, 0, 0};
    if (app == net_app::mdns && option == 3) {
        const auto timing = encode(MdnsTiming{100, 1, 3, 100, 3600, 100});
        return {timing.begin(), timing.end()};
    }
    if (app == net_app::dns_server || (app == net_app::device && option == 0))
        return bytes_of("mysimplelink");
    if (app == net_app::dns_client) {
        const auto time = encode(DnsClientTime{2000, 30});
        return {time.begin(), time.end()};
    }
    return {};
}

std::int16_t problem_of_http(std::uint16_t option, ByteView value) {
    if (is_switch(option)) return check(value[0] <= 1, code::invalid_param);
    if (option == 0 || option == 6) return check((value[0] | value[1]) != 0, code::invalid_param);
    return code::success;
}

std::int16_t problem_of(std::uint16_t app, std::uint16_t option, ByteView value) {
    if (app == net_app::http_server) return problem_of_http(option, value);
    if (app == net_app::device && option == 0)
        return check(is_label(value), code::netapp_device_name_invalid);
    if (app == net_app::device || app == net_app::dns_server)
        return check(is_domain(value), code::netapp_domain_name_invalid);
    if (app == net_app::dhcp_server) {
        const auto range = *decode<DhcpServerRange>(value);
        return check(range.first != 0 && range.first <= range.last && range.lease_s != 0,
                     code::invalid_param);
    }
    if (app == net_app::dns_client) {
        const auto time = *decode<DnsClientTime>(value);
        const bool fits =
            time.response_ms != 0 && time.response_ms <= kLongestDnsWait && time.retries <= kMostDnsRetries;
        return check(fits, code::netapp_dns_param_error);
    }
    return code::success;
}

/// A value of the wrong length.
std::int16_t problem_of_length(std::uint16_t app, std::uint16_t option) {
    if (app == net_app::device)
        return option == 0 ? code::netapp_device_name_len_err : code::netapp_domain_name_len_err;
    if (app == net_app::dns_server) return code::netapp_domain_name_len_err;
    return code::invalid_param;
}

std::int16_t code_of_name_error(Error error) {
    switch (error) {
        case Error::name_not_found:
        case Error::name_no_data: return code::netapp_dns_query_failed;
        case Error::name_fail: return code::netapp_dns_malformed_packet;
        case Error::no_memory: return code::netapp_dns_alloc_error;
        default: return code::netapp_dns_query_no_response;
    }
}

std::int16_t code_of_ping_error(Error error) {
    switch (error) {
        case Error::not_permitted:
        case Error::access_denied: return code::bsd_eacces;
        case Error::invalid_argument:
        case Error::message_too_long: return code::bsd_einval;
        default: return code::bsd_enetunreach;
    }
}

std::uint16_t milliseconds_of(Duration duration) {
    const std::int64_t rounded = (duration.microseconds() + 999) / 1000;
    return static_cast<std::uint16_t>(std::min<std::int64_t>(rounded, 0xFFFF));
}

} // namespace

NetAppSilo::NetAppSilo(const Power& power)
    : board_(power.board), out_(power.out), flash_(power.board.services.settings),
      pinger_(power.board.loop, power.board.services.network), mdns_(flash_),
      apps_(flash_.number(kAppsName, kFirstApps)) {}

NetAppSilo::~NetAppSilo() {
    alive_.reset();
    if (question_) board_.services.names.cancel(*question_);
}

bool NetAppSilo::take(const HostMessage& message) {
    using Commands = Messages<NetAppStart, NetAppStop, NetAppSet, NetAppGet, HostByName, PingStart,
                              PingStartV6, ArpFlush, NeighbourFlush, MdnsRegister, HostByService, MdnsLookup,
                              HttpTokenValue, NetAppResponse, NetAppSend, NetAppReceive>;
    return route(Commands{}, message, out_, *this);
}

// ---- the chip's own servers

void NetAppSilo::set_apps(std::uint32_t apps) {
    apps_ = apps;
    const Byte kept = static_cast<Byte>(apps);
    flash_.put(kAppsName, {&kept, 1});
}

void NetAppSilo::on(const NetAppStart& command, ByteView) {
    if (command.apps == 0 || (command.apps & ~kKnownApps) != 0)
        return out_.refuse(code::netapp_incorect_app_mask);
    if ((command.apps & net_app::mdns) != 0 && runs(net_app::mdns))
        return out_.refuse(code::netapp_mdns_already_started);
    if ((command.apps & net_app::http_server) != 0 && runs(net_app::http_server))
        return out_.refuse(code::netapp_http_server_already_started);
    set_apps(apps_ | command.apps);
    out_.respond(NetAppStartResponse{});
}

void NetAppSilo::on(const NetAppStop& command, ByteView) {
    if (command.apps == 0 || (command.apps & ~kKnownApps) != 0)
        return out_.refuse(code::netapp_incorect_app_mask);
    set_apps(apps_ & ~command.apps);
    out_.respond(NetAppStopResponse{});
}

void NetAppSilo::on(const NetAppSet& command, ByteView payload) {
    const ConfigRow* row = find_config(ConfigGroup::netapp, command.id, command.option);
    if (row == nullptr || !row->set.any() || payload.size() < command.length)
        return out_.refuse(code::invalid_param);
    if (!row->set.allows(command.length)) return out_.refuse(problem_of_length(command.id, command.option));
    const ByteView value = payload.first(command.length);
    const std::int16_t problem = problem_of(command.id, command.option, value);
    if (problem != code::success) return out_.refuse(problem);
    // A name of no length is the chip's own again.
    if (value.empty() && command.id == net_app::device)
        flash_.remove(name_of(command.id, command.option));
    else
        flash_.put(name_of(command.id, command.option), value);
    out_.respond(NetAppSetResponse{});
}

void NetAppSilo::on(const NetAppGet& command, ByteView) {
    const ConfigRow* row = find_config(ConfigGroup::netapp, command.id, command.option);
    if (row == nullptr || !row->get.any()) return out_.refuse(code::invalid_param);
    std::vector<Byte> value = default_of(command.id, command.option);
    if (const auto kept = flash_.get(name_of(command.id, command.option)))
        value.assign(kept->begin(), kept->end());
    if (command.id == net_app::status) {
        value.resize(4);
        value[0] = static_cast<Byte>(apps_);
    }
    out_.respond_value<NetAppGetResponse>(command, value);
}

// ---- names

void NetAppSilo::on(const HostByName& command, ByteView payload) {
    const bool ipv6 = command.family == Family::ipv6;
    if (!ipv6 && command.family != Family::ipv4) return out_.refuse(code::netapp_dns_invalid_family_type);
    if (command.name_length == 0 || command.name_length > kLongestName ||
        command.name_length > payload.size())
        return out_.refuse(code::netapp_dns_param_error);
    if (question_) return out_.refuse(code::netapp_enobufs); // the driver asks one at a time
    service::NameQuestion question;
    question.node = std::string(as_text(payload.first(command.name_length)));
    question.family = ipv6 ? nwp::Family::ipv6 : nwp::Family::ipv4;
    question.type = nwp::SocketType::stream;
    const auto kept = flash_.get(name_of(net_app::dns_client, 0));
    const std::vector<Byte> first = default_of(net_app::dns_client, 0);
    const auto time = *decode<DnsClientTime>(kept.value_or(first));
    const Duration limit = milliseconds(std::int64_t{time.response_ms} * (time.retries + 1));
    out_.respond(HostByNameResponse{});
    question_ = board_.services.names.resolve(
        question, limit,
        [this, ipv6, alive = std::weak_ptr<bool>{alive_}](const Result<service::NameAnswer>& answer) {
            if (!alive.expired()) name_found(ipv6, answer);
        });
}

void NetAppSilo::name_found(bool ipv6, const Result<service::NameAnswer>& answer) {
    question_.reset();
    if (answer && !answer->entries.empty())
        return tell_name(ipv6, code::success, answer->entries.front().address);
    const bool no_server = !board_.services.wlan.status().lease.has_value();
    const Error error = answer ? Error::name_no_data : answer.error();
    const bool silent = error == Error::name_again && no_server;
    tell_name(ipv6, silent ? std::int16_t{code::netapp_dns_no_server} : code_of_name_error(error), {});
}

void NetAppSilo::tell_name(bool ipv6, std::int16_t status, const Address& address) {
    if (ipv6)
        out_.complete(HostByNameResultV6{status, ipv6_of(address)});
    else
        out_.complete(HostByNameResult{status, ipv4_of(address)});
}

// ---- ping

template <typename Command>
void NetAppSilo::start_ping(const Command& command, const Address& to) {
    service::PingPlan plan;
    plan.to = to;
    plan.interval = milliseconds(command.interval_ms);
    plan.timeout = milliseconds(command.timeout_ms);
    plan.data_size = command.data_size;
    plan.attempts = command.attempts;
    plan.report_each = (command.flags & ping_flag::report_each) != 0;
    plan.stop_after_success = (command.flags & ping_flag::stop_after_success) != 0;
    plan.dont_fragment = (command.flags & ping_flag::do_not_fragment) != 0;
    const auto started =
        pinger_.start(plan, [this](const service::PingResult& result) { tell_ping(result); });
    if (started) return out_.respond(PingStartResponse{});
    if (started.error() == Error::not_permitted)
        spdlog::warn(
            "{}: ping is refused: nwpd has neither CAP_NET_RAW nor a group in net.ipv4.ping_group_range",
            board_.policy.name);
    out_.refuse(code_of_ping_error(started.error()));
}

void NetAppSilo::on(const PingStart& command, ByteView) {
    if (command.address[0] != 0) return start_ping(command, address_of(command.address[0]));
    out_.respond(PingStartResponse{kStopped, 0});
    if (pinger_.is_running()) return pinger_.stop();
    out_.complete(PingReport{});
}

void NetAppSilo::on(const PingStartV6& command, ByteView) {
    start_ping(command, address_of(command.address));
}

void NetAppSilo::tell_ping(const service::PingResult& result) {
    PingReport report;
    const bool asked = result.outcome || result.outcome.error() == Error::timed_out;
    report.status = asked ? std::int16_t{code::success} : code_of_ping_error(result.outcome.error());
    report.shortest_ms = milliseconds_of(result.shortest);
    report.longest_ms = milliseconds_of(result.longest);
    report.average_ms = milliseconds_of(result.average);
    report.received = result.received;
    report.sent = result.sent;
    report.duration_ms = static_cast<std::uint32_t>(result.elapsed.microseconds() / 1000);
    if (result.last)
        out_.complete(report);
    else
        out_.tell(report);
}

/// There is no table of neighbours of ours to forget: the machine's kernel keeps its own.
void NetAppSilo::on(const ArpFlush&, ByteView) { out_.respond(ArpFlushResponse{}); }
void NetAppSilo::on(const NeighbourFlush&, ByteView) { out_.respond(NeighbourFlushResponse{}); }

// ---- mDNS

void NetAppSilo::on(const MdnsRegister& command, ByteView payload) {
    out_.respond(MdnsRegisterResponse{mdns_.change(command, payload), 0});
}

void NetAppSilo::on(const HostByService& command, ByteView payload) {
    const bool ipv6 = command.family == Family::ipv6;
    if (command.name_length == 0 || command.name_length > payload.size())
        return out_.refuse(code::netapp_mdns_param_error);
    if (!runs(net_app::mdns)) return out_.refuse(code::netapp_mdns_not_started);
    out_.respond(HostByServiceResponse{});
    if (ipv6)
        out_.complete(HostByServiceResultV6{code::netapp_mdns_no_answer, 0, 0, {}});
    else
        out_.complete(HostByServiceResult{code::netapp_mdns_no_answer, 0, 0, {}});
}

void NetAppSilo::on(const MdnsLookup& command, ByteView) {
    if (!runs(net_app::mdns)) return out_.refuse(code::netapp_mdns_not_started);
    if (mdns_entry_size(command.type) == 0) return out_.refuse(code::netapp_mdns_get_service_list_flag_error);
    out_.respond(MdnsLookupResponse{}); // nobody was heard of
}

// ---- requests of the HTTP server, which does not run: no handle is ever given out

void NetAppSilo::on(const HttpTokenValue&, ByteView) {}
void NetAppSilo::on(const NetAppResponse&, ByteView) {}
void NetAppSilo::on(const NetAppSend&, ByteView) { out_.refuse(code::netapp_http_general_error); }

void NetAppSilo::on(const NetAppReceive& command, ByteView) {
    const auto status = static_cast<std::uint16_t>(std::int16_t{code::netapp_http_general_error});
    const std::array<Byte, 2> why{static_cast<Byte>(status), static_cast<Byte>(status >> 8U)};
    out_.complete(NetAppReceived{command.handle, why.size(), net_app_flag::error}, why);
}

} // namespace nwp::simplelink
