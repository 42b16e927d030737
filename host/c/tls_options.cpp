// SPDX-License-Identifier: Apache-2.0
// Values of SOL_TLS with a form of their own.
#include "nwp/socket.h"

#include "host/c/options.h"

#include <cstring>

namespace nwp::c {
namespace {

const char* name_at(const void* names, std::size_t index) {
    const char* name = nullptr;
    std::memcpy(&name, static_cast<const Byte*>(names) + index * sizeof name, sizeof name);
    return name;
}

} // namespace

Result<void> pack_protocols(const Call& call, const void* value, socklen_t size, Travelling& travelling) {
    const std::size_t count = size / sizeof(const char*);
    if (size % sizeof(const char*) != 0) return Error::invalid_argument;
    if (count > protocol_names(call.to(), call.id()).size()) return Error::invalid_argument;
    if (value == nullptr && size != 0) return Error::bad_address;
    Bytes room{travelling.room};
    for (std::size_t i = 0; i < count; ++i) {
        const char* const name = name_at(value, i);
        if (name == nullptr) return Error::bad_address;
        const std::size_t length = length_of(name, kLongestName + 1);
        if (length == 0 || length > kLongestName || length >= room.size()) return Error::invalid_argument;
        room[0] = static_cast<Byte>(length);
        copy_bytes(room.from(1), as_bytes({name, length}));
        room = room.from(1 + length);
    }
    travelling.bytes = ByteView{travelling.room, sizeof travelling.room - room.size()};
    return {};
}

void keep_protocols(const Call& call, const void* value, socklen_t size) {
    std::size_t left = size / sizeof(const char*);
    std::size_t index = 0;
    for (const char*& name : protocol_names(call.to(), call.id())) {
        name = index < left ? name_at(value, index) : nullptr;
        ++index;
    }
}

Result<void> get_protocols(const Call& call, void* value, socklen_t* size) {
    if (*size % sizeof(const char*) != 0 || *size == 0) return Error::invalid_argument;
    const Span<const char*> kept = protocol_names(call.to(), call.id()).first(*size / sizeof(const char*));
    std::size_t count = 0;
    while (count < kept.size() && kept[count] != nullptr) ++count;
    *size = static_cast<socklen_t>(count * sizeof(const char*));
    std::memcpy(value, kept.data(), *size);
    return {};
}

Result<void> get_verdict(const Call& call, void* value, const socklen_t* size) {
    if (*size != sizeof(nwp_tls_verdict)) return Error::invalid_argument;
    request::GetVerdict request{call.id()};
    const Result<void> asked = call.perform(request);
    if (!asked) return asked;
    const Verdict& verdict = request.verdict();
    nwp_tls_verdict& told = *static_cast<nwp_tls_verdict*>(value);
    told = {};
    told.rules = verdict.rules.bits();
    told.depth = verdict.depth;
    told.alert = verdict.alert;
    static_assert(sizeof told.subject > decltype(verdict.subject)::capacity);
    std::memcpy(told.subject, verdict.subject.bytes().data(), verdict.subject.size());
    return {};
}

} // namespace nwp::c
