// SPDX-License-Identifier: Apache-2.0
#include "wire/codec.h"

namespace nwp::wire {
namespace {

constexpr std::size_t kWidest = 8;
constexpr std::size_t kBssid = sizeof(Bssid::octets);
constexpr std::size_t kToken = sizeof(Token::octets);

/// Little-endian, whatever this machine is.
void swap_into(Byte* to, const Byte* from, std::size_t width) {
    constexpr bool kLittle = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    for (std::size_t i = 0; i < width; ++i) to[i] = from[kLittle ? i : width - 1 - i];
}

std::size_t width_of(Form form) { return std::size_t{1} << static_cast<unsigned>(form); }

template <typename T>
T& as(Byte* field) {
    return *reinterpret_cast<T*>(field);
}

void put_field(Writer& writer, const Byte* field, Form form) {
    // What follows only reads.
    auto* const at = const_cast<Byte*>(field);
    switch (form) {
        case Form::text: return writer.text(as<std::string_view>(at));
        case Form::blob: return writer.blob(as<ByteView>(at));
        case Form::address: return put(writer, as<Address>(at));
        case Form::bssid: return writer.bytes({field, kBssid});
        case Form::token: return writer.bytes({field, kToken});
        case Form::rest: return writer.bytes(as<ByteView>(at));
        default: break;
    }
    Byte number[kWidest];
    swap_into(number, field, width_of(form));
    writer.bytes({number, width_of(form)});
}

void get_field(Reader& reader, Byte* field, Form form) {
    switch (form) {
        case Form::text: as<std::string_view>(field) = reader.text(); return;
        case Form::blob: as<ByteView>(field) = reader.blob(); return;
        case Form::address: return get(reader, as<Address>(field));
        case Form::bssid: return reader.bytes({field, kBssid});
        case Form::token: return reader.bytes({field, kToken});
        default: break;
    }
    Byte number[kWidest] = {};
    reader.bytes({number, width_of(form)});
    swap_into(field, number, width_of(form));
}

Form form_in(Code code) { return static_cast<Form>(code & (kNewer - 1U)); }

} // namespace

void encode(Writer& writer, const void* message, const Code* code) {
    while (*++code != kCodeEnd) {
        put_field(writer, static_cast<const Byte*>(message) + (*code >> kOffsetShift), form_in(*code));
    }
}

bool decode(ByteView bytes, void* message, const Code* code) {
    Reader reader{bytes};
    while (*++code != kCodeEnd) {
        if ((*code & kNewer) != 0 && reader.at_end()) continue; // an older peer: the default stays
        get_field(reader, static_cast<Byte*>(message) + (*code >> kOffsetShift), form_in(*code));
    }
    return reader.ok();
}

} // namespace nwp::wire
