// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/values.h"

#include "base/ip_text.h"
#include "tools/nwp/connection.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

namespace nwp::tool {

std::string text_of(const Address& address) {
    if (address.family == Family::unspecified) return "none";
    return std::string(ip_text(address).view());
}

std::string endpoint_text(const Address& address) {
    const std::string ip = text_of(address);
    return (address.family == Family::ipv6 ? '[' + ip + ']' : ip) + ':' + std::to_string(address.port);
}

std::string text_of(const Bssid& bssid) {
    std::array<char, 18> text{};
    const Byte* octets = bssid.octets;
    std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", octets[0], octets[1], octets[2],
                  octets[3], octets[4], octets[5]);
    return text.data();
}

bool parse_bssid(std::string_view text, Bssid& bssid) {
    const std::string copy(text);
    int read = 0;
    Byte* octets = bssid.octets;
    const int count = std::sscanf(copy.c_str(), "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &octets[0],
                                  &octets[1], &octets[2], // NOLINT(cert-err34-c)
                                  &octets[3], &octets[4], &octets[5], &read);
    return count == 6 && read == static_cast<int>(copy.size());
}

std::string printable(std::string_view bytes) {
    std::string text;
    for (const char letter : bytes) {
        const auto byte = static_cast<unsigned char>(letter);
        std::array<char, 5> escaped{};
        if (byte >= 0x20 && byte != 0x7F)
            text += letter;
        else if (std::snprintf(escaped.data(), escaped.size(), "\\x%02x", byte) > 0)
            text += escaped.data();
    }
    return text;
}

std::vector<Byte> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Failure(kUsage, path + ": " + std::strerror(errno));
    std::vector<Byte> content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file.bad()) throw Failure(kUsage, path + ": cannot be read");
    return content;
}

std::string read_passphrase(const std::string& path) {
    const std::vector<Byte> content = read_file(path);
    std::string text(content.begin(), content.end());
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

} // namespace nwp::tool
