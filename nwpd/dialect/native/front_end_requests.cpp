// SPDX-License-Identifier: Apache-2.0
// Requests that are not about a socket: each turns into a call of the service and its answer into messages.
#include "nwpd/dialect/native/front_end.h"

#include "base/text.h"

#include <algorithm>

namespace nwp::native {
namespace {

/// The part of `whole` that a host asked for.
void reply_part(const RequestPointer& request, ByteView whole, std::uint32_t offset, std::uint16_t room) {
    constexpr std::size_t kOverhead = 16; // id, total, length of the part
    const std::size_t fits = std::min<std::size_t>(room, session::kMessageRoom - kOverhead);
    request->reply(wire::CredentialPart{static_cast<std::uint32_t>(whole.size()), whole.sub(offset, fits)});
}

wire::WifiNetworkFound found_message(const WifiNetwork& network) {
    return {network.ssid.view(), network.bssid, network.channel, network.rssi_dbm, network.security};
}

} // namespace

// ---- device

void FrontEnd::on(const wire::Echo& echo, const RequestPointer& request) { request->reply(echo); }

void FrontEnd::on(const wire::DeviceInfoGet&, const RequestPointer& request) {
    const service::DeviceInfo info = shared_.services.device.info();
    request->reply(wire::DeviceInfo{info.product, info.version, wire::kMajor, wire::kMinor,
                                    static_cast<std::uint64_t>(info.uptime.milliseconds()),
                                    static_cast<std::uint16_t>(policy_.socket_limit),
                                    static_cast<std::uint8_t>(info.radio)});
}

void FrontEnd::on(const wire::DeviceStatusGet&, const RequestPointer& request) {
    const service::DeviceStatus status = shared_.services.device.status();
    request->reply(wire::DeviceStatus{
        status.clients, static_cast<std::uint16_t>(status.sockets.sockets),
        static_cast<std::uint16_t>(status.sockets.tls_sockets), status.sockets.handshakes_done,
        status.sockets.handshakes_refused, status.wrong_tokens, status.version_mismatches, status.frames.in,
        status.frames.out, status.frames.resent, status.frames.broken, status.resident_kib,
        status.last_mismatch, status.sockets.datagrams_dropped, status.sockets.records_dropped});
}

void FrontEnd::on(const wire::SimulatedFault& fault, const RequestPointer& request) {
    request->finish(shared_.services.device.simulate(fault.fault, fault.bssid));
}

// ---- names

void FrontEnd::on(const wire::Resolve& question, const RequestPointer& request) {
    const service::NameQuestion asked{std::string(question.node),
                                      std::string(question.service),
                                      question.family,
                                      question.type,
                                      question.protocol,
                                      question.flags};
    const auto answer = [request](const Result<service::NameAnswer>& answered) {
        if (!answered) return request->fail(answered.error());
        for (const service::NameEntry& entry : answered->entries) {
            request->item(wire::ResolvedAddress{entry.address, entry.type, entry.protocol});
        }
        request->reply(
            wire::Resolved{static_cast<std::uint8_t>(answered->entries.size()), answered->canonical});
    };
    const std::uint64_t number = shared_.services.names.resolve(asked, request->limit(), answer);
    request->on_cancel([this, number] { shared_.services.names.cancel(number); });
}

// ---- credentials

void FrontEnd::on(const wire::CredentialWrite& part, const RequestPointer& request) {
    if (part.total > kMaxCredentialSize) return request->fail(Error::too_big);
    const std::string key = "credential " + std::to_string(part.tag) + ' ' +
                            std::to_string(static_cast<unsigned>(part.type)) + ' ' +
                            std::to_string(part.replace);
    const Result<bool> whole = upload_.add(key, part.total, part.offset, part.part);
    if (!whole) return request->fail(whole.error());
    if (!*whole) return request->reply(wire::Done{});
    shared_.services.credentials.add(part.tag, part.type, upload_.take(), part.replace != 0,
                                     [request](const Result<void>& added) { request->finish(added); });
}

void FrontEnd::on(const wire::CredentialDelete& which, const RequestPointer& request) {
    shared_.services.credentials.remove(which.tag, which.type,
                                        [request](const Result<void>& removed) { request->finish(removed); });
}

void FrontEnd::on(const wire::CredentialRead& which, const RequestPointer& request) {
    shared_.services.credentials.get(
        which.tag, which.type,
        [request, offset = which.offset, room = which.room](const Result<std::vector<Byte>>& value) {
            if (value)
                reply_part(request, *value, offset, room);
            else
                request->fail(value.error());
        });
}

void FrontEnd::on(const wire::CredentialList&, const RequestPointer& request) {
    shared_.services.credentials.list([request](const Result<std::vector<vault::CredentialInfo>>& list) {
        if (!list) return request->fail(list.error());
        for (const vault::CredentialInfo& entry : *list) {
            request->item(
                wire::CredentialEntry{entry.tag, entry.type, entry.kind, entry.size, entry.summary});
        }
        request->reply(wire::Listed{static_cast<std::uint16_t>(list->size())});
    });
}

void FrontEnd::on(const wire::KeyGenerate& key, const RequestPointer& request) {
    shared_.services.credentials.generate_key(
        key.tag, key.replace != 0, [request](const Result<void>& generated) { request->finish(generated); });
}

void FrontEnd::on(const wire::SigningRequestGet& key, const RequestPointer& request) {
    shared_.services.credentials.signing_request(
        key.tag, std::string(key.subject),
        [request, offset = key.offset, room = key.room](const Result<std::string>& pem) {
            if (pem)
                reply_part(request, as_bytes(*pem), offset, room);
            else
                request->fail(pem.error());
        });
}

void FrontEnd::on(const wire::FileWrite& part, const RequestPointer& request) {
    const Result<bool> whole =
        upload_.add("file " + std::string(part.file), part.total, part.offset, part.part);
    if (!whole) return request->fail(whole.error());
    if (!*whole) return request->reply(wire::Done{});
    shared_.services.credentials.write_file(
        std::string(part.file), upload_.take(),
        [request](const Result<void>& written) { request->finish(written); });
}

void FrontEnd::on(const wire::FileDelete& which, const RequestPointer& request) {
    shared_.services.credentials.remove_file(
        std::string(which.file), [request](const Result<void>& removed) { request->finish(removed); });
}

void FrontEnd::on(const wire::FileList&, const RequestPointer& request) {
    shared_.services.credentials.list_files([request](const Result<std::vector<vault::FileInfo>>& list) {
        if (!list) return request->fail(list.error());
        for (const vault::FileInfo& file : *list) request->item(wire::FileEntry{file.name, file.size});
        request->reply(wire::Listed{static_cast<std::uint16_t>(list->size())});
    });
}

// ---- Wi-Fi

void FrontEnd::on(const wire::WifiScan&, const RequestPointer& request) {
    const auto count = std::make_shared<std::uint16_t>(std::uint16_t{0});
    const std::uint64_t number = shared_.services.wlan.scan(
        host_->client(), request->limit(),
        [request, count](const WifiNetwork& network) {
            ++*count;
            request->item(found_message(network));
        },
        [request, count](const Result<void>& scanned) {
            if (scanned)
                request->reply(wire::Listed{*count});
            else
                request->fail(scanned.error());
        });
    request->on_cancel([this, number] { shared_.services.wlan.cancel(number); });
}

void FrontEnd::on(const wire::WifiConnect& connect, const RequestPointer& request) {
    if (connect.ssid.size() > Ssid::capacity || connect.passphrase.size() > Passphrase::capacity) {
        return request->fail(Error::invalid_argument);
    }
    const wifi::JoinRequest join{Ssid(connect.ssid), Passphrase(connect.passphrase), connect.security,
                                 connect.bssid, connect.channel};
    const std::uint64_t number = shared_.services.wlan.connect(
        host_->client(), join, request->limit(), [this, request](const Result<WifiNetwork>& joined) {
            if (!joined) {
                const auto cause = shared_.services.wlan.status().cause;
                return request->fail(joined.error(), static_cast<std::uint32_t>(cause));
            }
            request->reply(wire::WifiJoined{joined->ssid.view(), joined->bssid, joined->channel,
                                            joined->rssi_dbm, joined->security});
        });
    request->on_cancel([this, number] { shared_.services.wlan.cancel(number); });
}

void FrontEnd::on(const wire::WifiDisconnect&, const RequestPointer& request) {
    shared_.services.wlan.disconnect(host_->client(),
                                     [request](const Result<void>& left) { request->finish(left); });
}

void FrontEnd::on(const wire::WifiStatusGet&, const RequestPointer& request) {
    const service::WlanStatus status = shared_.services.wlan.status();
    const wifi::Lease lease = status.lease.value_or(wifi::Lease{{}, 0, {}, {}});
    const Address dns = lease.dns_servers.empty() ? Address{} : lease.dns_servers.front();
    request->reply(wire::WifiStatus{status.state, status.cause, status.network.ssid.view(),
                                    status.network.bssid, status.network.channel, status.network.rssi_dbm,
                                    status.network.security, lease.address, lease.prefix_length,
                                    lease.gateway, dns});
}

} // namespace nwp::native
