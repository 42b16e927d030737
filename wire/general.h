// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wire/layout.h"

namespace nwp::wire {

struct Done {
    static constexpr std::uint16_t id = 0x0010;
    static constexpr const char* name = "Done";
    static constexpr const char* meaning = "Reply: it is done.";
    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<Done>());

struct Failed {
    static constexpr std::uint16_t id = 0x0011;
    static constexpr const char* name = "Failed";
    static constexpr const char* meaning = "Reply to any request: it was not done.";

    Error error{};
    std::uint32_t detail = 0;

    static constexpr auto fields() {
        return layout(field("error", &Failed::error, "a number of the error table"),
                      field("detail", &Failed::detail,
                            "for people and logs only: a TLS alert, a Wi-Fi cause, an errno"));
    }
};
static_assert(well_formed<Failed>());

/// Comes back as it went; for measuring and testing a link.
struct Echo {
    static constexpr std::uint16_t id = 0x0012;
    static constexpr const char* name = "Echo";
    static constexpr const char* meaning =
        "Request, and its reply with the same content: measures and tests a link.";
    using Reply = Echo;

    ByteView content{};

    static constexpr auto fields() { return layout(field("content", &Echo::content, "anything")); }
};
static_assert(well_formed<Echo>());

/// How many items came before this reply.
struct Listed {
    static constexpr std::uint16_t id = 0x0013;
    static constexpr const char* name = "Listed";
    static constexpr const char* meaning = "Reply that ends a list of items.";

    std::uint16_t count = 0;

    static constexpr auto fields() { return layout(field("count", &Listed::count, "items that were sent")); }
};
static_assert(well_formed<Listed>());

} // namespace nwp::wire
