// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/names.h"

#include "nwpd/service/mapped_address.h"
#include "nwpd/service/name_rules.h"
#include "nwpd/service/steady_time.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace nwp::service {
namespace {

constexpr std::size_t kMostAddresses = 20; // contracts 8

bool is_ipv4(const Address& address) { return address.family == Family::ipv4 || is_ipv4_mapped(address); }

} // namespace

struct Names::Impl : std::enable_shared_from_this<Names::Impl> {
    using Done = std::function<void(Result<NameAnswer>)>;

    struct Pending {
        Pending(boost::asio::io_context& context, NameQuestion asked, Done call)
            : question(std::move(asked)), done(std::move(call)), timer(context) {}

        NameQuestion question;
        std::vector<NameTransport> transports;
        Done done;
        Instant until;
        boost::asio::steady_timer timer;     ///< runs while it waits for the access point
        std::optional<std::uint64_t> lookup; ///< while DNS is asked
        bool waits_for_gate = false;
    };

    Impl(boost::asio::io_context& on, net::Resolver& asks, Network& of)
        : context(on), resolver(asks), network(of), services(ServiceTable::of_system()) {}
    ~Impl() { stop(); }

    void begin(std::uint64_t id, Duration limit);
    void ask(std::uint64_t id);
    void wait_for_gate(std::uint64_t id, Pending& pending);
    void gate_opened();
    void looked_up(std::uint64_t id, const Result<net::LookupAnswer>& found);
    void finish_later(std::uint64_t id, Result<NameAnswer> answer);
    void finish(std::uint64_t id, const Result<NameAnswer>& answer);
    NameAnswer answer_of(const Pending& pending, std::vector<Address> addresses) const;
    void stop();

    boost::asio::io_context& context;
    net::Resolver& resolver;
    Network& network;
    const ServiceTable services;
    std::map<std::uint64_t, Pending> pending;
    std::uint64_t last_id = 0;
    std::optional<net::Gate::Registration> registration;
};

void Names::Impl::begin(std::uint64_t id, Duration limit) {
    Pending& entry = pending.at(id);
    entry.until = steady_now() + limit;
    if (auto checked = check_question(entry.question); !checked) return finish_later(id, checked.error());
    auto transports = transports_of(entry.question, services);
    if (!transports) return finish_later(id, transports.error());
    entry.transports = std::move(*transports);

    const auto known = addresses_without_dns(entry.question);
    if (!known) return ask(id);
    if (!*known) return finish_later(id, known->error());
    NameAnswer answer = answer_of(entry, **known);
    if ((entry.question.flags & name_flag::canonical_name) != 0) answer.canonical = entry.question.node;
    finish_later(id, std::move(answer));
}

void Names::Impl::ask(std::uint64_t id) {
    Pending& entry = pending.at(id);
    if (network.lease() && !network.gate().open()) return wait_for_gate(id, entry);

    const auto family = family_to_look_up(entry.question, network.has_address(Family::ipv4),
                                          network.has_address(Family::ipv6));
    if (!family) return finish_later(id, family.error());
    const net::Lookup lookup{.name = entry.question.node,
                             .family = *family,
                             .want_canonical = (entry.question.flags & name_flag::canonical_name) != 0};
    // Without an address the resolver has no servers, and says name_again.
    entry.lookup = resolver.resolve(lookup, entry.until - steady_now(),
                                    [weak = weak_from_this(), id](const Result<net::LookupAnswer>& found) {
                                        if (auto self = weak.lock()) self->looked_up(id, found);
                                    });
}

void Names::Impl::wait_for_gate(std::uint64_t id, Pending& entry) {
    entry.waits_for_gate = true;
    entry.timer.expires_after(to_chrono(entry.until - steady_now()));
    entry.timer.async_wait([weak = weak_from_this(), id](boost::system::error_code error) {
        const auto self = weak.lock();
        if (self && !error) self->finish(id, Error::name_again);
    });
}

void Names::Impl::gate_opened() {
    for (auto& [id, entry] : pending) {
        if (!std::exchange(entry.waits_for_gate, false)) continue;
        entry.timer.cancel();
        ask(id);
    }
}

void Names::Impl::looked_up(std::uint64_t id, const Result<net::LookupAnswer>& found) {
    const auto at = pending.find(id);
    if (at == pending.end()) return;
    Pending& entry = at->second;
    entry.lookup.reset();
    // What comes while the access point is lost did not come over the air; asked again once it is back.
    if (network.lease() && !network.gate().open()) return wait_for_gate(id, entry);
    if (!found) return finish(id, found.error());

    const auto addresses = wanted_addresses(entry.question, found->addresses);
    if (addresses.empty()) return finish(id, Error::name_no_data);
    NameAnswer answer = answer_of(entry, addresses);
    answer.canonical = found->canonical;
    finish(id, answer);
}

NameAnswer Names::Impl::answer_of(const Pending& entry, std::vector<Address> addresses) const {
    // RFC 6724 6: rule 1 (what can be reached first), rule 6 (IPv6 before IPv4 by the default table), rule 10
    // (else as DNS ordered them).
    std::stable_sort(addresses.begin(), addresses.end(), [this](const Address& a, const Address& b) {
        const bool reaches_a = network.real(a).ok();
        const bool reaches_b = network.real(b).ok();
        if (reaches_a != reaches_b) return reaches_a;
        return !is_ipv4(a) && is_ipv4(b);
    });
    if (addresses.size() > kMostAddresses) addresses.resize(kMostAddresses);

    NameAnswer answer;
    for (Address address : addresses)
        for (const NameTransport& transport : entry.transports) {
            address.port = transport.port;
            answer.entries.push_back({address, transport.type, transport.protocol});
        }
    return answer;
}

void Names::Impl::finish_later(std::uint64_t id, Result<NameAnswer> answer) {
    boost::asio::post(context, [weak = weak_from_this(), id, answer = std::move(answer)] {
        if (auto self = weak.lock()) self->finish(id, answer);
    });
}

void Names::Impl::finish(std::uint64_t id, const Result<NameAnswer>& answer) {
    const auto entry = pending.extract(id);
    if (!entry.empty()) entry.mapped().done(answer);
}

void Names::Impl::stop() {
    for (auto& [id, entry] : pending)
        if (entry.lookup) resolver.cancel(*entry.lookup);
    pending.clear();
    if (registration) network.gate().remove(*registration);
    registration.reset();
}

Names::Names(boost::asio::io_context& context, net::Resolver& resolver, Network& network)
    : impl_(std::make_shared<Impl>(context, resolver, network)) {
    impl_->registration = network.gate().add([impl = impl_.get()] { impl->gate_opened(); });
}

Names::~Names() { impl_->stop(); }

std::uint64_t Names::resolve(const NameQuestion& question, Duration limit,
                             std::function<void(Result<NameAnswer>)> done) {
    const std::uint64_t id = ++impl_->last_id;
    impl_->pending.emplace(id, Impl::Pending{impl_->context, question, std::move(done)});
    impl_->begin(id, limit);
    return id;
}

void Names::cancel(std::uint64_t question) {
    const auto at = impl_->pending.find(question);
    if (at == impl_->pending.end()) return;
    if (at->second.lookup) impl_->resolver.cancel(*std::exchange(at->second.lookup, std::nullopt));
    at->second.timer.cancel();
    at->second.waits_for_gate = false;
    impl_->finish_later(question, Error::cancelled);
}

} // namespace nwp::service
