// SPDX-License-Identifier: Apache-2.0
// getnameinfo(): addresses and ports as numbers. The network processor has no request for names of addresses
// or of services.
#include "nwp/socket.h"

#include "base/ip_text.h"
#include "host/c/socket_address.h"

namespace nwp::c {
namespace {

constexpr int kKnownFlags = NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM;

/// Text behind text in memory of the caller.
class Output {
public:
    Output(char* into, std::size_t room) : into_(into), room_(room) {}

    void add(char letter) {
        if (length_ < room_) into_[length_] = letter;
        ++length_;
    }
    void add_number(std::uint32_t number) {
        if (number >= 10) add_number(number / 10);
        add(static_cast<char>('0' + number % 10));
    }
    /// With a NUL behind it.   EAI_OVERFLOW
    int finish() {
        add('\0');
        return length_ <= room_ ? 0 : EAI_OVERFLOW;
    }

private:
    char* into_;
    std::size_t room_;
    std::size_t length_ = 0;
};

int write_host(const Address& address, Output out) {
    const IpText text = ip_text(address);
    for (const char letter : text.view()) out.add(letter);
    if (address.scope != 0) { // RFC 4007 11
        out.add('%');
        out.add_number(address.scope);
    }
    return out.finish();
}

int name_info(const sockaddr* address, socklen_t length, char* host, socklen_t host_room, char* service,
              socklen_t service_room, int flags) {
    if ((flags & ~kKnownFlags) != 0) return EAI_BADFLAGS;
    Address read;
    const Family family = family_with(family_in(address, length));
    if (family == Family::unspecified || !read_address(family, address, length, read)) return EAI_FAMILY;

    const bool wants_host = host != nullptr && host_room != 0;
    const bool wants_service = service != nullptr && service_room != 0;
    if ((flags & NI_NAMEREQD) != 0) { // as glibc: only what is asked for as a number has no need of a name
        const bool as_number = wants_host ? (flags & NI_NUMERICHOST) != 0 : wants_service;
        if (!as_number) return EAI_NONAME;
    }
    if (wants_host) {
        const int written = write_host(read, {host, host_room});
        if (written != 0) return written;
    }
    if (!wants_service) return 0;
    Output out{service, service_room};
    out.add_number(read.port);
    return out.finish();
}

} // namespace
} // namespace nwp::c

int nwp_getnameinfo(const struct sockaddr* address, socklen_t length, char* host, socklen_t host_room,
                    char* service, socklen_t service_room, int flags) {
    return nwp::c::name_info(address, length, host, host_room, service, service_room, flags);
}
