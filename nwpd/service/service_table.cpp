// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/service_table.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <vector>

namespace nwp::service {

ServiceTable ServiceTable::of_system() {
    ServiceTable table;
    std::vector<char> text(4096); // one line of the database with all its aliases
    servent entry{};
    servent* found = nullptr;
    setservent(1);
    while (getservent_r(&entry, text.data(), text.size(), &found) == 0 && found != nullptr) {
        const std::string_view protocol = entry.s_proto;
        if (protocol != "tcp" && protocol != "udp") continue;
        const SocketType type = protocol == "tcp" ? SocketType::stream : SocketType::datagram;
        const std::uint16_t port = ntohs(static_cast<std::uint16_t>(entry.s_port));
        table.add(entry.s_name, type, port);
        for (char** alias = entry.s_aliases; *alias != nullptr; ++alias) table.add(*alias, type, port);
    }
    endservent();
    return table;
}

void ServiceTable::add(std::string name, SocketType type, std::uint16_t port) {
    ports_.try_emplace({std::move(name), type}, port); // the first line that has the name counts
}

Result<std::uint16_t> ServiceTable::port(std::string_view name, SocketType type) const {
    const auto found = ports_.find({std::string(name), type});
    if (found == ports_.end()) return Error::not_found;
    return found->second;
}

} // namespace nwp::service
