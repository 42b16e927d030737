// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/flash.h"
#include "simplelink/netapp.h"

#include <string>
#include <vector>

namespace nwp::simplelink {

/// The services that a host has announced by mDNS. Kept in the flash unless the host says otherwise.
class MdnsServices {
public:
    static constexpr std::size_t kMost = 8;

    explicit MdnsServices(Flash& flash);

    /// A code of the protocol; success: as asked.
    std::int16_t change(const MdnsRegister& command, ByteView name_and_text);
    std::size_t size() const { return services_.size(); }

private:
    struct Service {
        MdnsRegister what;
        std::string name;
        std::string text;
    };
    std::int16_t add(Service service);
    std::int16_t update_text(const Service& service);
    void keep();

    Flash& flash_;
    std::vector<Service> services_;
};

} // namespace nwp::simplelink
