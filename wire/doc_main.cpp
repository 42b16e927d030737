// SPDX-License-Identifier: Apache-2.0
// Prints docs/protocol/messages.md from the declarations. The tables of numbers are read from the headers of
// base/, where each number has its meaning beside it.
#include "base/error.h"
#include "base/verdict.h"
#include "wire/messages.h"

#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <regex>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace nwp::wire {
namespace {

constexpr const char* kIntroduction = R"(# Messages of the native dialect

Made by `nwp-wire-doc` from the declarations in `wire/*.h`; do not edit. How messages travel is
[session.md](session.md).

A message is its two-byte id, in a request then a four-byte deadline in milliseconds, and the fields in the order of
its table with nothing between them. Whatever follows the last known field comes from a newer peer and is ignored; a
field with a *since* above 0 may be missing and then has its default, 0 or empty. Ids and fields never change their
meaning and are never used again.

## Types

| type | bytes | holds |
| --- | --- | --- |
| u8, u16, u32, u64 | 1, 2, 4, 8 | unsigned number, little-endian |
| i8, i32 | 1, 4 | signed number, two's complement, little-endian |
| text | 1 + n | a byte n, then n bytes of UTF-8 without a final zero |
| blob | 2 + n | a u16 n, then n bytes |
| bssid | 6 | IEEE 802 address in the order it is written |
| token | 16 | 128 random bits |
| address | 1, 7 or 23 | u8 family: 0 none and nothing more; 4 or 6: u16 port, then 4 or 16 bytes in network order, and for 6 a u32 scope |

*Offset* counts from the first field. Behind a field whose length varies it is given as that field's name.
)";

std::string hexadecimal(std::uint16_t number) {
    std::ostringstream text;
    text << "0x" << std::hex << std::uppercase << std::setw(4) << std::setfill('0') << number;
    return text.str();
}

template <typename M, typename = void>
struct ReplyOf {
    static std::string name() { return {}; }
};
template <typename M>
struct ReplyOf<M, std::void_t<typename M::Reply>> {
    static std::string name() { return M::Reply::name; }
};

template <typename M>
void print_message(const M& message) {
    std::cout << "\n### " << M::name << " (" << hexadecimal(M::id) << ")\n\n" << M::meaning << '\n';
    if (const std::string reply = ReplyOf<M>::name(); !reply.empty()) {
        std::cout << "\nReply: " << reply << ", or Failed.\n";
    }
    if constexpr (field_count<M> == 0) {
        std::cout << "\nNo fields.\n";
    } else {
        std::cout << "\n| field | type | offset | since | meaning |\n| --- | --- | --- | --- | --- |\n";
        std::size_t offset = 0;
        std::string behind;
        for_each_field(message, [&](const auto& field, const auto& value) {
            using Type = std::decay_t<decltype(value)>;
            std::cout << "| " << field.name << " | " << type_name<Type>() << " | ";
            if (behind.empty()) {
                std::cout << offset;
            } else {
                std::cout << "behind " << behind;
                if (offset != 0) std::cout << " + " << offset;
            }
            std::cout << " | " << static_cast<unsigned>(field.since) << " | " << field.meaning << " |\n";
            offset += fixed_size<Type>();
            if (fixed_size<Type>() == 0) {
                behind = field.name;
                offset = 0;
            }
        });
    }
}

template <typename List>
void print_list(const char* title, const char* introduction) {
    std::cout << "\n## " << title << "\n\n" << introduction << '\n';
    for_each_message(List{}, [](const auto& message) { print_message(message); });
}

struct Enumerator {
    std::string name;
    unsigned number = 0;
    std::string meaning;
};

/// The numbers of one enum as its header declares and explains them.
std::vector<Enumerator> read_enum(const std::string& header, const std::string& name) {
    std::ifstream file(std::string(NWP_SOURCE_DIR "/") + header);
    if (!file) {
        std::cerr << "cannot read " << header << '\n';
        std::exit(1);
    }
    static const std::regex enumerator(R"(^\s*(\w+) = (\d+),\s*(?:///< (.*))?$)");
    std::vector<Enumerator> found;
    std::string line;
    bool inside = false;
    while (std::getline(file, line)) {
        if (line.rfind("enum class " + name + " ", 0) == 0) inside = true;
        if (inside && line == "};") return found;
        std::smatch match;
        if (inside && std::regex_match(line, match, enumerator)) {
            found.push_back({match[1], static_cast<unsigned>(std::stoul(match[2])), match[3]});
        }
    }
    std::cerr << header << " has no enum " << name << '\n';
    std::exit(1);
}

void print_table(const char* title, const char* introduction, const std::vector<Enumerator>& entries) {
    std::cout << "\n## " << title << "\n\n"
              << introduction << "\n\n| number | name | meaning |\n| --- | --- | --- |\n";
    for (const Enumerator& entry : entries) {
        std::cout << "| " << entry.number << " | " << entry.name << " | " << entry.meaning << " |\n";
    }
}

void print_tables() {
    print_table("Errors",
                "In Failed and wherever a field is called error. Unknown numbers: treat as input_output.",
                read_enum("base/error.h", "Error"));
    std::vector<Enumerator> rules;
    for (unsigned number = 0; number < 32; ++number) {
        const auto rule = static_cast<Rule>(number);
        if (std::string(to_string(rule)) != "unknown")
            rules.push_back({to_string(rule), number, advice(rule)});
    }
    print_table("Rules", "Bit positions of SocketVerdict's rules.", rules);
    print_table(
        "Socket options",
        "For SocketOptionSet and SocketOptionGet. An int is four bytes, little-endian; text has no length "
        "byte and no final zero; an address is as above.",
        read_enum("base/socket_types.h", "SocketOption"));
    print_table("Protocols", "For SocketOpen and ResolvedAddress.",
                read_enum("base/socket_types.h", "Protocol"));
    print_table("Credential types", "For the credential messages.",
                read_enum("base/credential.h", "CredentialType"));
    print_table("Wi-Fi causes", "For WifiStatus and WifiChanged.", read_enum("base/wifi.h", "WifiCause"));
}

void print_document() {
    std::cout << kIntroduction;
    print_list<Hellos>("Hello", "They begin a session: frames of kind hello.");
    print_list<Requests>("Requests",
                         "Host to NWP. Each gets exactly one reply; an id that the NWP does not know "
                         "gets Failed with 83 unsupported.");
    print_list<Replies>("Replies", "NWP to host, with the number of the request in the frame's channel.");
    print_list<Items>("Items", "Parts of a longer answer, before its reply and with the same number.");
    print_list<Events>("Events", "NWP to host, unasked. A host ignores ids that it does not know.");
    print_tables();
}

} // namespace
} // namespace nwp::wire

int main() {
    nwp::wire::print_document();
    return std::cout.flush() ? 0 : 1;
}
