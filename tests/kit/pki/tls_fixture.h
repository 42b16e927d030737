// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small things that every test of TLS needs.

#include "base/socket_types.h"
#include "base/text.h"
#include "base/verdict.h"
#include "nwpd/net/calendar.h"
#include "nwpd/net/openssl.h"
#include "tests/kit/pki/pki.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace nwp::kit {

struct FixedCalendar final : net::Calendar {
    std::int64_t now() const override { return date; }
    std::int64_t floor() const override { return earliest; }
    std::int64_t date = kToday;
    std::int64_t earliest = kToday - 365 * kDay;
};

/// The set with these rules, to compare with a verdict's.
template <typename... Rules>
RuleSet rules(Rules... each) {
    RuleSet set;
    (set.add(each), ...);
    return set;
}

/// The names of the rules, for a failed test's message.
inline std::string text_of(RuleSet rules) {
    std::string text;
    for (unsigned bit = 0; bit < 32; ++bit)
        if ((rules.bits() >> bit & 1U) != 0)
            text += (text.empty() ? "" : " ") + std::string{to_string(static_cast<Rule>(bit))};
    return text;
}

inline std::string text_of(const Verdict& verdict) {
    return text_of(verdict.rules) + ", alert " + std::to_string(verdict.alert) + ", depth " +
           std::to_string(verdict.depth) + " of " + std::string{verdict.subject.view()};
}

inline std::string version_name(const ::testing::TestParamInfo<Protocol>& tested) {
    return tested.param == Protocol::tls_1_3 ? "tls_1_3" : "tls_1_2";
}

/// The own certificate first; its key.
inline net::Identity identity_of(const std::vector<Certificate>& chain) {
    net::Identity identity;
    for (const Certificate& each : chain) identity.chain_der.push_back(each.der());
    EVP_PKEY_up_ref(chain.front().key());
    identity.key = net::PrivateKey::Access::wrap(chain.front().key());
    return identity;
}

inline std::shared_ptr<net::Trust> trust_of(const std::vector<Certificate>& cas,
                                            const std::string& crls = {}) {
    auto trust = std::make_shared<net::Trust>();
    for (const Certificate& ca : cas) EXPECT_TRUE(trust->add_ca(as_bytes(ca.pem())));
    EXPECT_TRUE(crls.empty() || trust->add_crl(as_bytes(crls)));
    return trust;
}

} // namespace nwp::kit
