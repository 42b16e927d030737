// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/standing.h"

namespace nwp::simplelink {
namespace {

constexpr const char* kUnknownLayout = "no driver sends it, and nobody outside knows its layout";
constexpr const char* kNoHttpServer = "the HTTP server does not run yet";
constexpr const char* kNoMdns = "mDNS does not run yet: nobody is heard of";
constexpr const char* kNoRadio = "needs radio hardware";
constexpr const char* kNoRawSockets = "raw sockets are not served: decision 0014";
constexpr const char* kNoPower = "a simulated radio draws no power";

struct OpcodeStanding {
    std::uint16_t opcode;
    StandingRow row;
};

constexpr OpcodeStanding kOpcodes[] = {
    {0x846A, {Standing::refused, kUnknownLayout}},
    {0x8C88, {Standing::refused, kUnknownLayout}},
    {0x8C89, {Standing::refused, kUnknownLayout}},
    {0x8C8A, {Standing::refused, kUnknownLayout}},
    {0x8C8E, {Standing::refused, kUnknownLayout}},
    {0x8C8F, {Standing::refused, kUnknownLayout}},
    {0x8CAA, {Standing::refused, kNoRadio}},
    {0x8CAB, {Standing::refused, kNoRadio}},
    {0x8CB0, {Standing::refused, kUnknownLayout}},
    {0x8CB1, {Standing::refused, kUnknownLayout}},
    {0x8C6E, {Standing::refused, kUnknownLayout}},
    {0x8C70, {Standing::refused, kUnknownLayout}},
    {0x9C26, {Standing::refused, kUnknownLayout}},
    {0x9C28, {Standing::refused, kUnknownLayout}},
    {0x9C29, {Standing::refused, kUnknownLayout}},
    {0x9C2A, {Standing::refused, kUnknownLayout}},
    {0x9C2B, {Standing::refused, kUnknownLayout}},
    {0x9C24,
     {Standing::works,
      "the machine's kernel keeps the table of neighbours; there is none of ours to forget"}},
    {0x9EC2,
     {Standing::works,
      "the machine's kernel keeps the table of neighbours; there is none of ours to forget"}},
    {0x9C2F, {Standing::stored, kNoHttpServer}},
    {0x9C34, {Standing::stored, "mDNS does not run yet: services are kept and not announced"}},
    {0x9C35, {Standing::works, kNoMdns}},
    {0x9C71, {Standing::works, kNoMdns}},
    {0x9C78, {Standing::stored, kNoHttpServer}},
    {0x9C79, {Standing::stored, kNoHttpServer}},
    {0x9C7A, {Standing::stored, kNoHttpServer}},
    {0xA444, {Standing::refused, "no driver sends it; it would take the files of everybody"}},
    {0xA44A, {Standing::works, "no image is one for this device: the programming ends with -10351"}},
    {0xA44C, {Standing::refused, "no driver sends it"}},
    {0xB4BE, {Standing::refused, kUnknownLayout}},
    {0xCCCB, {Standing::works, "nothing is kept for a host that would have to give it back"}},
    {0xCCCD, {Standing::works, "nothing is kept for a host that would have to give it back"}},

    {0x000C, {Standing::works, "never: a fault of the NWP ends its process, and with it the line"}},
    {0x0078, {Standing::works, "never: no error of this kind happens outside a command"}},
    {0x0079, {Standing::works, "never: the size of a buffer does not change"}},
    {0x0099, {Standing::works, "never: provisioning ends without a new start"}},
    {0x1203, {Standing::works, "never, on purpose: no host hears it"}},
    {0x1826, {Standing::refused, kUnknownLayout}},
    {0x182A, {Standing::refused, kUnknownLayout}},
    {0x182E, {Standing::stored, kNoHttpServer}},
    {0x1830, {Standing::stored, kNoHttpServer}},
    {0x1878, {Standing::stored, kNoHttpServer}},
    {0x1831, {Standing::refused, "nobody on the simulated air takes an address that is ours"}},
    {0x089D, {Standing::stored, "frames are not looked at: filters are kept, none matches"}},
    {0x1835, {Standing::works, kNoMdns}},
    {0x1A35, {Standing::works, kNoMdns}},
};

struct SettingStanding {
    ConfigGroup group;
    std::uint16_t id;
    std::uint16_t first_option;
    std::uint16_t last_option;
    StandingRow row;
};

constexpr std::uint16_t kAny = 0xFFFF;

constexpr SettingStanding kSettings[] = {
    {ConfigGroup::policy, 0x30, 0, kAny, {Standing::stored, kNoPower}},
    {ConfigGroup::wlan, 0, 4, 4, {Standing::stored, "stations of the simulated air know the name"}},
    {ConfigGroup::wlan, 0, 26, 26, {Standing::stored, "stations of the simulated air go when they say so"}},
    {ConfigGroup::wlan, 1, 32, 32, {Standing::stored, "no enterprise network is joined"}},
    {ConfigGroup::wlan, 1, 10, 11, {Standing::stored, "the simulated air does not weaken what we send"}},
    {ConfigGroup::wlan, 1, 16, 16, {Standing::stored, "beacons of the simulated air carry no such elements"}},
    {ConfigGroup::wlan, 4, 27, 31, {Standing::stored, "frames are not looked at"}},

    {ConfigGroup::netcfg,
     6,
     0,
     0,
     {Standing::stored, "the network decides by itself which addresses there are"}},
    {ConfigGroup::netcfg, 9, 0, kAny, {Standing::stored, "an IPv6 address comes from the radio file alone"}},
    {ConfigGroup::netcfg, 10, 0, kAny, {Standing::stored, "an IPv6 address comes from the radio file alone"}},

    {ConfigGroup::netapp, 1, 0, 14, {Standing::stored, kNoHttpServer}},
    {ConfigGroup::netapp, 4, 1, 3, {Standing::stored, kNoMdns}},
    {ConfigGroup::netapp, 8, 0, 0, {Standing::stored, "the DNS server does not run yet"}},
    {ConfigGroup::netapp, 16, 0, 1, {Standing::stored, "what would announce the name does not run yet"}},

    {ConfigGroup::socket, 1, 28, 28, {Standing::refused, kNoRadio}},
    {ConfigGroup::socket, 2, 67, 69, {Standing::refused, kNoRawSockets}},
    {ConfigGroup::socket, 3, 100, 106, {Standing::refused, kNoRadio}},
    {ConfigGroup::socket, 1, 41, 41, {Standing::refused, "needs the requests of the HTTP server"}},

    {ConfigGroup::file, 0, 0, 0, {Standing::works, "there is no factory image: -10270"}},
    {ConfigGroup::file, 6, 0, 0, {Standing::works, "no bundle can be begun yet: -10282"}},
    {ConfigGroup::file, 7, 0, 0, {Standing::works, "no bundle can be begun yet: -10282"}},

    {ConfigGroup::netutil_command,
     1,
     0,
     0,
     {Standing::refused, "how a host gives its values is not known: -12294"}},
    {ConfigGroup::netutil_command,
     6,
     0,
     0,
     {Standing::works, "knows the gateway, which is the access point"}},
};

StandingRow of_opcode(std::uint16_t opcode) {
    for (const OpcodeStanding& each : kOpcodes) {
        if (each.opcode == opcode) return each.row;
    }
    return {};
}

} // namespace

StandingRow standing_of(const CommandRow& command) { return of_opcode(command.opcode); }
StandingRow standing_of(const EventRow& event) { return of_opcode(event.opcode); }

StandingRow standing_of(const ConfigRow& setting) {
    for (const SettingStanding& each : kSettings) {
        const bool covers = each.group == setting.group && each.id == setting.id &&
                            each.first_option <= setting.first_option &&
                            setting.last_option <= each.last_option;
        if (covers) return each.row;
    }
    return {};
}

} // namespace nwp::simplelink
