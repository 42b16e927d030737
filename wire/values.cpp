// SPDX-License-Identifier: Apache-2.0
#include "wire/values.h"

namespace nwp::wire {

void put(Writer& writer, const Address& address) {
    put(writer, address.family);
    if (address.family == Family::unspecified) return;
    put(writer, address.port);
    writer.bytes(address.ip_bytes());
    if (address.family == Family::ipv6) put(writer, address.scope);
}

void get(Reader& reader, Address& address) {
    address = Address{};
    get(reader, address.family);
    if (address.family == Family::unspecified) return;
    if (address.ip_size() == 0) return reader.fail();
    get(reader, address.port);
    reader.bytes({address.ip, address.ip_size()});
    if (address.family == Family::ipv6) get(reader, address.scope);
}

} // namespace nwp::wire
