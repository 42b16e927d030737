// SPDX-License-Identifier: Apache-2.0
// What a host gives as a credential, as a file's content or as a subject: the first byte says which. Nothing
// may crash or leak, and what is taken must hold what its declaration promises.
#include "base/expect.h"
#include "base/text.h"
#include "nwpd/vault/credential_intake.h"
#include "nwpd/vault/credential_value.h"
#include "nwpd/vault/distinguished_name.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace {

using namespace nwp;
using namespace nwp::vault;

constexpr std::array<CredentialType, 7> kTypes{CredentialType::none,
                                               CredentialType::ca_certificate,
                                               CredentialType::own_certificate,
                                               CredentialType::private_key,
                                               CredentialType::psk,
                                               CredentialType::psk_id,
                                               CredentialType::crl};

bool is_secret(CredentialType type) { return type == CredentialType::psk || type == CredentialType::psk_id; }

/// What Vault::add does with a value before it touches the store.
void take(CredentialType type, ByteView value) {
    const auto intake = take_in(type, value);
    if (!intake) {
        NWP_EXPECT(intake.error() == Error::invalid_argument || intake.error() == Error::too_big);
        return;
    }
    NWP_EXPECT(intake->value.data() == value.data() && value.size() - intake->value.size() <= 1);
    NWP_EXPECT((intake->form == ValueForm::secret) == is_secret(type));
    if (intake->form == ValueForm::file_name) {
        NWP_EXPECT(is_file_name(as_text(intake->value)));
        return;
    }
    if (intake->form == ValueForm::secret) return;
    const bool fits = check_value(type, intake->value).ok();
    const std::string summary = summary_of(type, intake->value);
    NWP_EXPECT(fits == (summary != "unreadable"));
    if (fits && type == CredentialType::private_key) NWP_EXPECT(holds_private_key(intake->value));
}

/// A file may hold anything; each type is tried on it.
void take_file(ByteView content) {
    for (const CredentialType type : kTypes) static_cast<void>(check_value(type, content));
    static_cast<void>(holds_private_key(content));
}

void take_subject(std::string_view text) {
    const auto parsed = parse_distinguished_name(text);
    if (!parsed) return;
    NWP_EXPECT(!parsed->empty() && !parsed->back().joins_next);
    static_cast<void>(make_name(*parsed));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView rest = ByteView(data, size).from(1);
    const std::size_t what = data[0] % (kTypes.size() + 2);
    if (what < kTypes.size()) {
        take(kTypes[what], rest);
    } else if (what == kTypes.size()) {
        take_file(rest);
    } else {
        take_subject(as_text(rest));
    }
    return 0;
}
