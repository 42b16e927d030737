// SPDX-License-Identifier: Apache-2.0
// Any text is a configuration or a list of complaints; in one that is right every endpoint has a path and a
// policy.
#include "base/expect.h"
#include "base/text.h"
#include "nwpd/main/configuration.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nwp::daemon;
    const std::string_view text = nwp::as_text({data, size});
    const auto parsed = parse_configuration(text, "fuzz.toml");
    if (const auto* problems = std::get_if<Problems>(&parsed)) {
        NWP_EXPECT(!problems->empty());
        for (const auto& problem : *problems) NWP_EXPECT(!problem.message().empty());
    } else {
        const auto& configuration = std::get<Configuration>(parsed);
        for (const EndpointSettings& endpoint : configuration.endpoints) {
            NWP_EXPECT(!endpoint.path.empty());
            NWP_EXPECT(configuration.policy(endpoint.client).name == endpoint.client);
        }
    }
    const auto endpoint = parse_endpoint(text);
    NWP_EXPECT(!endpoint || !endpoint->path.empty());
    return 0;
}
