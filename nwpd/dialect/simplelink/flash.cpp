// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/flash.h"

#include "base/expect.h"

#include <spdlog/spdlog.h>

#include <sys/random.h>

namespace nwp::simplelink {
using service::Keep;

namespace {

constexpr std::string_view kUniqueIdName = "unique_id";
constexpr std::size_t kUniqueIdSize = 16;
constexpr std::string_view kPersistentName = "persistent";

/// Settings of other users of the store have other first words.
std::string key(std::string_view name) { return "simplelink." + std::string(name); }

/// A full store must not stop the chip: it goes on with what it is set to until its power is cut.
void set(service::Settings& settings, const std::string& name, ByteView value, service::Keep keep) {
    if (const auto kept = settings.set(name, value, keep); !kept)
        spdlog::error("the setting {} is not kept: {}", name, to_string(kept.error()));
}

} // namespace

std::optional<ByteView> Flash::get(std::string_view name) const { return settings_.get(key(name)); }

void Flash::put(std::string_view name, ByteView value) {
    set(settings_, key(name), value, is_persistent() ? Keep::for_ever : Keep::until_restart);
}

void Flash::keep(std::string_view name, ByteView value) { set(settings_, key(name), value, Keep::for_ever); }

void Flash::remove(std::string_view name) { static_cast<void>(settings_.remove(key(name))); }

std::uint8_t Flash::number(std::string_view name, std::uint8_t otherwise) const {
    const auto value = get(name);
    return value && value->size() == 1 ? (*value)[0] : otherwise;
}

std::string config_name(Silo silo, std::uint16_t id, std::uint16_t option) {
    return "config." + std::to_string(static_cast<unsigned>(silo)) + '.' + std::to_string(id) + '.' +
           std::to_string(option);
}

bool Flash::is_persistent() const { return number(kPersistentName, 1) != 0; }

void Flash::set_persistent(bool persistent) {
    const Byte value = persistent ? 1 : 0;
    keep(kPersistentName, {&value, 1});
}

std::vector<Byte> unique_id(Flash& flash) {
    if (const auto kept = flash.get(kUniqueIdName); kept && kept->size() == kUniqueIdSize)
        return {kept->begin(), kept->end()};
    std::vector<Byte> made(kUniqueIdSize);
    NWP_EXPECT(::getrandom(made.data(), made.size(), 0) == static_cast<ssize_t>(made.size()));
    flash.keep(kUniqueIdName, made);
    return made;
}

} // namespace nwp::simplelink
