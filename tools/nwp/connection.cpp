// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/connection.h"

#include "wire/hello.h"

#include <algorithm>

namespace nwp::tool {
namespace {

std::string text_of(session::Version version) {
    return std::to_string(version.major) + '.' + std::to_string(version.minor);
}

} // namespace

posix::PosixHostSettings settings_for(const std::string& link) {
    posix::PosixHostSettings settings;
    settings.link = link;
    return settings;
}

std::string describe(Error error) {
    switch (error) {
        case Error::access_denied: return "not allowed: keys cannot be read back";
        case Error::cancelled: return "cancelled";
        case Error::connection_aborted: return "the link was lost meanwhile";
        case Error::exists: return "something else is there already; use --replace";
        case Error::invalid_argument: return "the value is not what it should be";
        case Error::name_again: return "no answer from the name servers, or no address yet; try again";
        case Error::name_no_data: return "the name exists, but has no such address";
        case Error::name_not_found: return "there is no such name";
        case Error::network_down: return "the link is down";
        case Error::network_unreachable: return "no network: join one with 'nwp wifi connect'";
        case Error::not_found: return "there is no such thing";
        case Error::operation_not_supported: return "this NWP has no radio";
        case Error::timed_out: return "it took too long";
        case Error::too_big: return "it is too long";
        case Error::unsupported: return "this NWP cannot do that";
        case Error::wifi_busy: return "another scan or join is running";
        case Error::wifi_no_network: return "there is no such network";
        case Error::wifi_rejected: return "the access point refused";
        case Error::wifi_wrong_key: return "the passphrase is wrong";
        default: return to_string(error);
    }
}

void start(posix::PosixHost& host, const std::string& link) {
    const Result<void> started = host.start();
    if (started) return;
    if (started.error() == Error::invalid_argument) {
        throw Failure(kUsage, "--link " + link + ": give unix:PATH or tty:PATH[:BAUD]");
    }
    throw Failure(kNoLink,
                  "nobody listens at " + link + ": is nwpd running? (--link or NWP_LINK says where)");
}

Failure no_session(const std::string& link, const Host& host, Error why) {
    if (why == Error::version_mismatch) {
        return {kNoLink, "nwpd at " + link + " speaks version " + text_of(host.nwp_version()) +
                             " of the protocol, this command " + text_of({wire::kMajor, wire::kMinor})};
    }
    return {kNoLink, "nobody answers at " + link + ": is nwpd running, and the line right?"};
}

Connection::Connection(const std::string& link) : posix_(settings_for(link)) {
    start(posix_, link);
    const Result<void> up = host().await_link(posix_.port().now() + kPatience);
    if (!up) throw no_session(link, host(), up.error());
}

void Connection::perform(Pending& request, const std::string& what, const std::vector<Meaning>& meanings) {
    const Result<void> done = host().perform(request);
    if (done) return;
    const auto meant = std::find_if(meanings.begin(), meanings.end(),
                                    [&](const Meaning& each) { return each.error == done.error(); });
    throw Failure(done.error() == Error::network_down ? kNoLink : kRefused,
                  what + ": " + (meant != meanings.end() ? meant->text : describe(done.error())));
}

} // namespace nwp::tool
