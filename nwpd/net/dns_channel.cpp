// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dns_channel.h"

#include "nwpd/net/sockaddr.h"

#include <ares.h>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <string>
#include <utility>

namespace nwp::net {
namespace {

constexpr std::size_t kMaxAddresses = 20;
/// The first try of each server; c-ares doubles it from round to round. The lookup's own limit stands above.
constexpr int kTryMilliseconds = 1500;
constexpr int kTries = 4;

using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

Error error_from_ares(int status) {
    switch (status) {
        case ARES_ENOTFOUND:
        case ARES_EBADNAME: return Error::name_not_found;
        case ARES_ENODATA: return Error::name_no_data;
        case ARES_ENOMEM: return Error::name_memory;
        // c-ares says "connection refused" after SERVFAIL, REFUSED and NOTIMP from every server, too.
        case ARES_ECONNREFUSED:
        case ARES_ESERVFAIL:
        case ARES_EREFUSED:
        case ARES_ENOTIMP:
        case ARES_ETIMEOUT:
        case ARES_ECANCELLED:
        case ARES_EDESTRUCTION: return Error::name_again;
        default: return Error::name_fail;
    }
}

Address address_of(const ares_addrinfo_node& node) {
    SocketAddress name;
    if (node.ai_addr == nullptr || node.ai_addrlen > sizeof name.storage) return {};
    std::memcpy(&name.storage, node.ai_addr, node.ai_addrlen);
    Address address = name.address();
    address.port = 0;
    return address;
}

std::vector<Address> addresses_of(const ares_addrinfo& info) {
    std::vector<Address> found;
    for (const ares_addrinfo_node* node = info.nodes; node != nullptr; node = node->ai_next) {
        const Address address = address_of(*node);
        const bool is_new = std::find(found.begin(), found.end(), address) == found.end();
        if (address.family != Family::unspecified && is_new) found.push_back(address);
    }
    // Which answer came first is chance; an application that takes the first address shall not notice.
    std::stable_partition(found.begin(), found.end(),
                          [](const Address& a) { return a.family == Family::ipv4; });
    if (found.size() > kMaxAddresses) found.resize(kMaxAddresses);
    return found;
}

std::string canonical_of(const ares_addrinfo& info, const std::string& asked) {
    std::string name = asked;
    for (const ares_addrinfo_cname* link = info.cnames; link != nullptr; link = link->next)
        if (link->name != nullptr) name = link->name;
    return name;
}

/// What one question hands to c-ares, which owns it until the answer.
struct Question {
    Lookup lookup;
    DnsChannel::Done done;
};

Result<LookupAnswer> answer_from(int status, const ares_addrinfo* info, const Lookup& lookup) {
    if (status != ARES_SUCCESS) return error_from_ares(status);
    if (info == nullptr) return Error::name_fail;
    LookupAnswer answer;
    answer.addresses = addresses_of(*info);
    if (answer.addresses.empty()) return Error::name_no_data;
    if (lookup.want_canonical) answer.canonical = canonical_of(*info, lookup.name);
    return answer;
}

void on_answer(void* object, int status, int, ares_addrinfo* info) {
    const std::unique_ptr<Question> question{static_cast<Question*>(object)};
    const auto answer = answer_from(status, info, question->lookup);
    if (info != nullptr) ares_freeaddrinfo(info);
    // The channel is going: whoever asked has been told otherwise.
    if (status != ARES_EDESTRUCTION) question->done(answer);
}

int family_number(Family family) {
    return family == Family::ipv4 ? AF_INET : family == Family::ipv6 ? AF_INET6 : AF_UNSPEC;
}

} // namespace

struct DnsChannel::Impl : std::enable_shared_from_this<DnsChannel::Impl> {
    enum class Side { read, write };
    /// A socket of c-ares; the descriptor object only watches it.
    struct Watched {
        explicit Watched(boost::asio::io_context& context, int socket) : descriptor(context, socket) {}
        Descriptor descriptor;
        bool wanted[2] = {};
        bool armed[2] = {};
    };

    explicit Impl(boost::asio::io_context& made_on) : context(made_on), timer(made_on) {}

    bool open(const std::vector<Address>& servers);
    void close();
    void on_socket_state(int socket, bool read, bool write);
    void watch(int socket, Side side);
    void process(ares_socket_t readable, ares_socket_t writable);
    void set_timer();

    boost::asio::io_context& context;
    boost::asio::steady_timer timer;
    ares_channel channel = nullptr;
    std::map<int, std::unique_ptr<Watched>> sockets;
};

bool DnsChannel::Impl::open(const std::vector<Address>& servers) {
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) return false;
    ares_options options{};
    char lookups[] = "b";         // DNS alone: no hosts file
    char no_file[] = "/dev/null"; // and nothing of the machine's resolv.conf
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    options.timeout = kTryMilliseconds;
    options.tries = kTries;
    options.ndots = 1;
    options.lookups = lookups;
    options.resolvconf_path = no_file;
    options.sock_state_cb_data = this;
    options.sock_state_cb = [](void* self, ares_socket_t socket, int read, int write) {
        static_cast<Impl*>(self)->on_socket_state(socket, read != 0, write != 0);
    };
    const int given = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
                      ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS | ARES_OPT_SORTLIST | ARES_OPT_NOROTATE |
                      ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB;
    if (ares_init_options(&channel, &options, given) != ARES_SUCCESS) {
        channel = nullptr;
        ares_library_cleanup();
        return false;
    }
    std::string list;
    for (Address server : servers) {
        if (server.port == 0) server.port = 53;
        list += (list.empty() ? "" : ",") + to_text(server);
    }
    if (ares_set_servers_ports_csv(channel, list.c_str()) == ARES_SUCCESS) return true;
    close();
    return false;
}

void DnsChannel::Impl::close() {
    if (channel == nullptr) return;
    timer.cancel();
    ares_destroy(std::exchange(channel, nullptr));
    ares_library_cleanup();
}

void DnsChannel::Impl::on_socket_state(int socket, bool read, bool write) {
    auto found = sockets.find(socket);
    if (!read && !write) { // c-ares is about to close it
        if (found == sockets.end()) return;
        found->second->descriptor.release();
        sockets.erase(found);
        return;
    }
    if (found == sockets.end())
        found = sockets.emplace(socket, std::make_unique<Watched>(context, socket)).first;
    found->second->wanted[0] = read;
    found->second->wanted[1] = write;
    watch(socket, Side::read);
    watch(socket, Side::write);
}

void DnsChannel::Impl::watch(int socket, Side side) {
    const auto found = sockets.find(socket);
    const auto index = static_cast<std::size_t>(side);
    if (found == sockets.end() || !found->second->wanted[index] || found->second->armed[index]) return;
    found->second->armed[index] = true;
    const auto kind = side == Side::read ? Descriptor::wait_read : Descriptor::wait_write;
    found->second->descriptor.async_wait(
        kind, [weak = weak_from_this(), socket, side](boost::system::error_code error) {
            const auto self = weak.lock();
            if (error || !self || self->channel == nullptr)
                return; // released: the number may be another socket by now
            const auto still = self->sockets.find(socket);
            if (still == self->sockets.end()) return;
            still->second->armed[static_cast<std::size_t>(side)] = false;
            self->process(side == Side::read ? socket : ARES_SOCKET_BAD,
                          side == Side::write ? socket : ARES_SOCKET_BAD);
            self->watch(socket, side);
        });
}

void DnsChannel::Impl::process(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(channel, readable, writable);
    set_timer();
}

void DnsChannel::Impl::set_timer() {
    timeval wait{};
    if (ares_timeout(channel, nullptr, &wait) == nullptr) {
        timer.cancel();
        return;
    }
    // c-ares rounds down: a millisecond more spares a round in which nothing is due yet.
    timer.expires_after(std::chrono::seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec + 1000));
    timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (!error && self && self->channel != nullptr) self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
}

DnsChannel::DnsChannel(boost::asio::io_context& context, const std::vector<Address>& servers)
    : impl_(std::make_shared<Impl>(context)) {
    impl_->open(servers);
}

DnsChannel::~DnsChannel() { impl_->close(); }

void DnsChannel::ask(const Lookup& lookup, Done done) {
    if (impl_->channel == nullptr) return done(Error::name_again);
    ares_addrinfo_hints hints{};
    hints.ai_family = family_number(lookup.family);
    hints.ai_flags = ARES_AI_NOSORT | (lookup.want_canonical ? ARES_AI_CANONNAME : 0);
    auto question = std::make_unique<Question>(Question{lookup, std::move(done)});
    ares_getaddrinfo(impl_->channel, lookup.name.c_str(), nullptr, &hints, on_answer, question.release());
    impl_->set_timer();
}

} // namespace nwp::net
