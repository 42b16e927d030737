// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/names.h"
#include "nwpd/service/service_table.h"

#include <optional>
#include <vector>

namespace nwp::service {

// What getaddrinfo decides without the network; RFC 3493 6.1 unless said otherwise.

/// One kind of socket that the question is about.
struct NameTransport {
    SocketType type{};
    Protocol protocol{};
    std::uint16_t port = 0;
};

/// Whether flags and family make sense. Errors as Names::resolve().
Result<void> check_question(const NameQuestion& question);
/// The kinds of sockets asked for, with the service's port in each. Errors as Names::resolve().
Result<std::vector<NameTransport>> transports_of(const NameQuestion& question, const ServiceTable& services);

/// The answer where none needs to be asked for: no node, or a numeric one. No value: DNS knows.
std::optional<Result<std::vector<Address>>> addresses_without_dns(const NameQuestion& question);

/// Which of our families DNS is asked for. `has` says which families have an address of ours.
///   name_not_found   address_configured leaves no family
Result<Family> family_to_look_up(const NameQuestion& question, bool has_ipv4, bool has_ipv6);
/// What the question takes of what DNS gave: families and v4_mapped. May be empty.
std::vector<Address> wanted_addresses(const NameQuestion& question, const std::vector<Address>& found);

} // namespace nwp::service
