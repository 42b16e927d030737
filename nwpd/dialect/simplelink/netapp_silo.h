// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/flash.h"
#include "nwpd/dialect/simplelink/mdns_services.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/service/names.h"
#include "nwpd/service/pinger.h"
#include "simplelink/netapp.h"

#include <memory>
#include <optional>

namespace nwp::simplelink {

/// Names, ping, and the settings of the chip's own servers. Those servers (HTTP, mDNS, DHCP, DNS) do not run:
/// which of them are started and what they are set to is kept and told, no more. docs/simplelink.md says so
/// of each.
class NetAppSilo final : public SiloHandler {
public:
    explicit NetAppSilo(const Power& power);
    ~NetAppSilo() override;

    bool take(const HostMessage& message) override;

    void on(const NetAppStart& command, ByteView payload);
    void on(const NetAppStop& command, ByteView payload);
    void on(const NetAppSet& command, ByteView payload);
    void on(const NetAppGet& command, ByteView payload);
    void on(const HostByName& command, ByteView payload);
    void on(const PingStart& command, ByteView payload);
    void on(const PingStartV6& command, ByteView payload);
    void on(const ArpFlush& command, ByteView payload);
    void on(const NeighbourFlush& command, ByteView payload);
    void on(const MdnsRegister& command, ByteView payload);
    void on(const HostByService& command, ByteView payload);
    void on(const MdnsLookup& command, ByteView payload);
    void on(const HttpTokenValue& command, ByteView payload);
    void on(const NetAppResponse& command, ByteView payload);
    void on(const NetAppSend& command, ByteView payload);
    void on(const NetAppReceive& command, ByteView payload);

private:
    bool runs(std::uint16_t app) const { return (apps_ & app) != 0; }
    void set_apps(std::uint32_t apps);
    void name_found(bool ipv6, const Result<service::NameAnswer>& answer);
    void tell_name(bool ipv6, std::int16_t status, const Address& address);
    template <typename Command>
    void start_ping(const Command& command, const Address& to);
    void tell_ping(const service::PingResult& result);

    Board& board_;
    Outbox& out_;
    Flash flash_;
    service::Pinger pinger_;
    MdnsServices mdns_;
    std::uint32_t apps_;
    std::optional<std::uint64_t> question_;                      ///< running; a host has one at most
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); ///< answers under way hold it weakly
};

} // namespace nwp::simplelink
