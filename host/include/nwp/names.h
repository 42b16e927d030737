// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/request.h"
#include "wire/names.h"

namespace nwp {

/// One answer to a name.
struct ResolvedAddress {
    Address address; ///< with the port of the service
    SocketType type{};
    Protocol protocol{};
};

/// AI_* of getaddrinfo, as they travel.
namespace resolve_flag {
constexpr std::uint16_t passive = 1;
constexpr std::uint16_t canonical_name = 2;
constexpr std::uint16_t numeric_host = 4;
constexpr std::uint16_t v4_mapped = 8;
constexpr std::uint16_t all = 16;
constexpr std::uint16_t address_configured = 32;
constexpr std::uint16_t numeric_service = 1024;
} // namespace resolve_flag

struct ResolveHints {
    Family family = Family::unspecified;
    SocketType type{}; ///< 0: any
    Protocol protocol = Protocol::any;
    std::uint16_t flags = 0; ///< of resolve_flag
};

namespace request {

/// getaddrinfo. Answers beyond `into` are cut.
///   name_...         RFC 3493 6.1, as Error has them; name_again also without an address or in silence
///   name_too_long    (begin) node or service longer than 255 bytes
class Resolve final : public Asking<wire::Resolve, wire::ResolvedAddress, kSlowDeadlineMs> {
public:
    Resolve(std::string_view node, std::string_view service, const ResolveHints& hints,
            Span<ResolvedAddress> into);

    /// Before begin(): room for the canonical name; a longer one is cut. Without it none is kept.
    void canonical_into(Bytes into) { canonical_ = into; }

    /// How many elements of `into` were filled, in the order to try them.
    std::size_t count() const { return count_; }
    std::string_view canonical() const { return as_text(canonical_.first(canonical_size_)); }

private:
    Error prepare() override;
    void take_item(const void* item) override;
    Error take(const void* reply) override;

    Span<ResolvedAddress> into_;
    Bytes canonical_;
    std::size_t count_ = 0;
    std::size_t canonical_size_ = 0;
};

} // namespace request
} // namespace nwp
