// SPDX-License-Identifier: Apache-2.0
// Any text is a radio file or a list of complaints; a file that is right has a map that leads back.
#include "base/expect.h"
#include "nwpd/wifi/radio_file.h"

namespace {

using namespace nwp;
using namespace nwp::wifi;

void check_way_back(const AddressMap& map, Address lease) {
    constexpr std::uint16_t kPorts[] = {0, 53, 443, 8443};
    for (const std::uint16_t port : kPorts) {
        lease.port = port;
        const auto real = map.to_real(lease);
        if (!real) continue;
        const auto back = map.to_lease(*real, lease);
        NWP_EXPECT(back && *back == lease);
        const auto unhinted = map.to_lease(*real);
        NWP_EXPECT(!unhinted || *map.to_real(*unhinted) == *real);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parsed = parse_radio_file(as_text({data, size}), "fuzz.toml");
    if (const auto* problems = std::get_if<RadioFileProblems>(&parsed)) {
        NWP_EXPECT(!problems->empty());
        for (const auto& problem : *problems) NWP_EXPECT(!problem.message().empty());
        return 0;
    }
    const auto& file = std::get<RadioFile>(parsed);
    NWP_EXPECT(!file.access_points.empty());
    const AddressMap map{file.map};
    for (const auto& entry : file.map) check_way_back(map, entry.network.base);
    for (const auto& access_point : file.access_points) {
        if (!access_point.lease) continue;
        check_way_back(map, access_point.lease->address);
        for (const auto& server : access_point.lease->dns_servers) NWP_EXPECT(map.to_real(server).ok());
    }
    return 0;
}
