// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/ip_network.h"

#include <charconv>

namespace nwp::wifi {

namespace {

/// The bits of byte `index` that belong to the network part.
Byte network_bits(std::size_t index, std::size_t prefix_length) {
    const std::size_t first = index * 8;
    if (prefix_length >= first + 8) return 0xff;
    if (prefix_length <= first) return 0;
    return static_cast<Byte>(0xffU << (8 - (prefix_length - first)));
}

bool read_prefix_length(std::string_view text, std::size_t longest, std::uint8_t& into) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
    unsigned value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || value > longest) return false;
    into = static_cast<std::uint8_t>(value);
    return true;
}

} // namespace

bool IpNetwork::contains(const Address& address) const {
    if (address.family != base.family || base.family == Family::unspecified) return false;
    for (std::size_t i = 0; i < base.ip_size(); ++i) {
        if (((address.ip[i] ^ base.ip[i]) & network_bits(i, prefix_length)) != 0) return false;
    }
    return true;
}

IpNetwork network_of(const Address& address, std::uint8_t prefix_length) {
    IpNetwork network;
    network.base.family = address.family;
    network.prefix_length = prefix_length;
    for (std::size_t i = 0; i < address.ip_size(); ++i) {
        network.base.ip[i] = static_cast<Byte>(address.ip[i] & network_bits(i, prefix_length));
    }
    return network;
}

IpNetwork network_of(const Address& address) {
    return network_of(address, static_cast<std::uint8_t>(address.ip_size() * 8));
}

Result<IpNetwork> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return Error::invalid_argument;

    const auto address = parse_ip(text.substr(0, slash));
    if (!address) return address.error();

    std::uint8_t prefix_length = 0;
    if (!read_prefix_length(text.substr(slash + 1), address->ip_size() * 8, prefix_length)) {
        return Error::invalid_argument;
    }
    const IpNetwork network = network_of(*address, prefix_length);
    if (network.base != *address) return Error::domain_error;
    return network;
}

std::string to_string(const IpNetwork& network) {
    return std::string{ip_text(network.base).view()} + '/' + std::to_string(network.prefix_length);
}

Address combined(const IpNetwork& network, const Address& host) {
    Address address = host;
    for (std::size_t i = 0; i < network.base.ip_size(); ++i) {
        const Byte mask = network_bits(i, network.prefix_length);
        address.ip[i] = static_cast<Byte>((network.base.ip[i] & mask) | (host.ip[i] & ~mask));
    }
    return address;
}

} // namespace nwp::wifi
