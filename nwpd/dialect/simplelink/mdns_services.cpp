// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/mdns_services.h"

#include "base/text.h"
#include "simplelink/errors.h"

#include <algorithm>

namespace nwp::simplelink {
namespace {

constexpr std::size_t kMostText = 254; ///< name and text together

std::string name_of(std::size_t slot) { return "mdns_service." + std::to_string(slot); }

/// "printer._ipp._tcp.local": an instance or more in front of a service type (RFC 6763 4.1).
bool is_service_name(std::string_view name) {
    const auto type = name.find("._");
    return type != std::string_view::npos && type != 0 &&
           (name.find("._tcp.") != std::string_view::npos || name.find("._udp.") != std::string_view::npos);
}

} // namespace

MdnsServices::MdnsServices(Flash& flash) : flash_(flash) {
    for (std::size_t slot = 0; slot < kMost; ++slot) {
        const auto kept = flash_.get(name_of(slot));
        if (!kept || kept->size() < MdnsRegister::size) break;
        const MdnsRegister what = *decode<MdnsRegister>(*kept);
        const std::string_view text = as_text(kept->from(MdnsRegister::size));
        if (text.size() != std::size_t{what.name_length} + what.text_length) break;
        services_.push_back({what, std::string(text.substr(0, what.name_length)),
                             std::string(text.substr(what.name_length))});
    }
}

std::int16_t MdnsServices::change(const MdnsRegister& command, ByteView name_and_text) {
    const std::size_t size = std::size_t{command.name_length} + command.text_length;
    if (size > kMostText || size > name_and_text.size()) return code::netapp_mdns_data_size_error;
    const std::string_view text = as_text(name_and_text.first(size));
    Service service{command, std::string(text.substr(0, command.name_length)),
                    std::string(text.substr(command.name_length))};
    if ((command.options & MdnsRegister::add) != 0) return add(std::move(service));
    if (service.name.empty()) {
        services_.clear();
    } else if (std::erase_if(services_, [&](const Service& each) { return each.name == service.name; }) ==
               0) {
        return code::netapp_mdns_error_service_name_error;
    }
    keep();
    return code::success;
}

std::int16_t MdnsServices::add(Service service) {
    if (!is_service_name(service.name)) return code::netapp_mdns_error_service_name_error;
    if ((service.what.options & MdnsRegister::update_text) != 0) return update_text(service);
    for (const Service& each : services_) {
        if (each.name != service.name) continue;
        const bool identical = each.text == service.text && each.what.port == service.what.port;
        return identical ? code::netapp_mdns_identical_services_error
                         : code::netapp_mdns_existed_service_error;
    }
    if (services_.size() == kMost) return code::netapp_mdns_max_services_error;
    services_.push_back(std::move(service));
    keep();
    return code::success;
}

std::int16_t MdnsServices::update_text(const Service& service) {
    const auto found = std::find_if(services_.begin(), services_.end(),
                                    [&](const Service& each) { return each.name == service.name; });
    if (found == services_.end()) return code::netapp_mdns_error_service_name_error;
    found->text = service.text;
    found->what.text_length = service.what.text_length;
    keep();
    return code::success;
}

void MdnsServices::keep() {
    std::size_t slot = 0;
    for (const Service& each : services_) {
        if ((each.what.options & MdnsRegister::not_persistent) != 0) continue;
        const auto what = encode(each.what);
        std::vector<Byte> value(what.begin(), what.end());
        value.insert(value.end(), each.name.begin(), each.name.end());
        value.insert(value.end(), each.text.begin(), each.text.end());
        flash_.put(name_of(slot++), value);
    }
    for (; slot < kMost; ++slot) flash_.remove(name_of(slot));
}

} // namespace nwp::simplelink
