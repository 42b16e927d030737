// SPDX-License-Identifier: Apache-2.0
// Any bytes are a regulatory database or refused; every country of one has an answer for every channel.
#include "base/expect.h"
#include "nwpd/wifi/regulatory_database.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nwp;
    const auto parsed = wifi::RegulatoryDatabase::parse({data, size});
    NWP_EXPECT(parsed || parsed.error() == Error::malformed);
    if (!parsed) return 0;
    std::size_t countries = 0;
    for (char first = 'A'; first <= 'Z'; ++first) {
        for (char second = 'A'; second <= 'Z'; ++second) {
            const auto domain = parsed->domain(std::string{first, second});
            if (!domain) continue;
            ++countries;
            for (unsigned channel = 0; channel <= 255; ++channel) {
                const auto number = static_cast<std::uint8_t>(channel);
                NWP_EXPECT(domain->allows_station(number) || !domain->allows_access_point(number));
            }
        }
    }
    NWP_EXPECT(countries == parsed->size());
    return 0;
}
