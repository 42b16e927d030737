// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/resolver.h"

#include "nwpd/net/dns_channel.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace nwp::net {
namespace {

constexpr std::size_t kMaxName = 254; // RFC 1035 2.3.4, with a trailing dot

/// "localhost" and everything under it (RFC 6761 6.3).
bool is_localhost(std::string_view name) {
    constexpr std::string_view kName = "localhost";
    if (!name.empty() && name.back() == '.') name.remove_suffix(1);
    if (name.size() < kName.size()) return false;
    const std::string_view end = name.substr(name.size() - kName.size());
    const bool same = std::equal(end.begin(), end.end(), kName.begin(),
                                 [](unsigned char a, char b) { return std::tolower(a) == b; });
    return same && (name.size() == kName.size() || name[name.size() - kName.size() - 1] == '.');
}

LookupAnswer loopback(const Lookup& lookup) {
    LookupAnswer answer;
    Address six;
    six.family = Family::ipv6;
    six.ip[15] = 1;
    if (lookup.family != Family::ipv6) answer.addresses.push_back(Address::ipv4(127, 0, 0, 1));
    if (lookup.family != Family::ipv4) answer.addresses.push_back(six);
    if (lookup.want_canonical) answer.canonical = lookup.name;
    return answer;
}

bool can_be_asked(const std::string& name) {
    return !name.empty() && name.size() <= kMaxName && name.find('\0') == std::string::npos;
}

} // namespace

struct Resolver::Impl : std::enable_shared_from_this<Resolver::Impl> {
    struct Pending {
        Pending(boost::asio::io_context& context, Lookup asked)
            : lookup(std::move(asked)), deadline(context) {}
        Lookup lookup;
        std::function<void(Result<LookupAnswer>)> done;
        boost::asio::steady_timer deadline;
    };

    explicit Impl(boost::asio::io_context& made_on) : context(made_on) {}
    void begin(std::uint64_t number);
    void complete(std::uint64_t number, Result<LookupAnswer> answer);

    boost::asio::io_context& context;
    std::map<std::uint64_t, Pending> pending;
    std::uint64_t last = 0;
    std::optional<DnsChannel> channel; ///< none without servers
};

void Resolver::Impl::begin(std::uint64_t number) {
    const Lookup& lookup = pending.at(number).lookup;
    if (is_localhost(lookup.name)) return complete(number, loopback(lookup));
    if (!can_be_asked(lookup.name)) return complete(number, Error::name_not_found);
    if (!channel) return complete(number, Error::name_again);
    channel->ask(lookup, [weak = weak_from_this(), number](Result<LookupAnswer> answer) {
        if (auto self = weak.lock()) self->complete(number, std::move(answer));
    });
}

/// The first answer counts; those of the deadline, of cancel() and of c-ares may all come.
void Resolver::Impl::complete(std::uint64_t number, Result<LookupAnswer> answer) {
    auto entry = pending.extract(number);
    if (entry.empty()) return;
    boost::asio::post(context, [weak = weak_from_this(), done = std::move(entry.mapped().done),
                                answer = std::move(answer)] {
        if (weak.lock()) done(answer);
    });
}

Resolver::Resolver(boost::asio::io_context& context) : impl_(std::make_shared<Impl>(context)) {}
Resolver::~Resolver() = default;

void Resolver::set_servers(const std::vector<Address>& servers) {
    impl_->channel.reset();
    if (!servers.empty()) impl_->channel.emplace(impl_->context, servers);
    std::vector<std::uint64_t> numbers;
    for (const auto& entry : impl_->pending) numbers.push_back(entry.first);
    for (const std::uint64_t number : numbers) impl_->begin(number);
}

std::uint64_t Resolver::resolve(const Lookup& lookup, Duration limit,
                                std::function<void(Result<LookupAnswer>)> done) {
    const std::uint64_t number = ++impl_->last;
    auto& entry = impl_->pending.try_emplace(number, impl_->context, lookup).first->second;
    entry.done = std::move(done);
    entry.deadline.expires_after(std::chrono::microseconds(limit.microseconds()));
    entry.deadline.async_wait([weak = impl_->weak_from_this(), number](boost::system::error_code error) {
        if (auto self = weak.lock(); self && !error) self->complete(number, Error::name_again);
    });
    impl_->begin(number);
    return number;
}

void Resolver::cancel(std::uint64_t lookup) { impl_->complete(lookup, Error::cancelled); }

} // namespace nwp::net
