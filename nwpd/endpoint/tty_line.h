// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/descriptor_stream.h"
#include "nwpd/endpoint/hang_up_watch.h"
#include "nwpd/endpoint/host_line.h"
#include "nwpd/endpoint/modem_pin.h"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace nwp::endpoint {

struct TtySettings {
    std::string path;
    unsigned baud = 115200;
    bool hardware_flow_control = false;
    PowerSign power = PowerSign::always;
};

/// A line over a serial port. Power comes with a modem line that the host drives, looked at a hundred times a
/// second and before any byte is passed on; a line that fell and rose in between is told as both. Or it comes
/// with the daemon and stays. A port that is unplugged is power off until it is back.
///
/// A new rate holds as soon as what was written has left, before the next open: the host's first bytes at the
/// new rate may come sooner than its modem line can be looked at.
class TtyLine final : public HostLine, private DescriptorStream::Listener {
public:
    /// Makes the pin of an open port; for tests.
    using MakePin = std::function<std::unique_ptr<ModemPin>(int descriptor)>;

    TtyLine(boost::asio::io_context& context, const TtySettings& settings);
    TtyLine(boost::asio::io_context& context, TtySettings settings, MakePin make_pin);
    ~TtyLine() override;

    std::string start(HostLineListener& listener) override;
    ByteView read() override;
    void write(ByteView bytes) override;
    std::size_t unsent() const override;
    void set_rate(unsigned baud) override;
    std::string place() const override { return settings_.path; }

private:
    struct Port;
    void on_input() override;
    void on_drained() override;
    void on_hung_up();

    std::string open_port();
    void lose_port();
    void find_port();
    void look();
    void look_again();
    void power_on();
    void power_off();
    void drop_input();
    void change_rate();
    void after(boost::asio::steady_timer& timer, std::chrono::milliseconds time, void (TtyLine::*then)());

    boost::asio::io_context& context_;
    TtySettings settings_;
    MakePin make_pin_;
    HostLineListener* listener_ = nullptr;
    std::unique_ptr<Port> port_; ///< absent: unplugged
    bool on_ = false;
    ModemPin::State seen_;
    bool rate_waits_ = false;
    boost::asio::steady_timer look_timer_;
    boost::asio::steady_timer rate_timer_;
    std::shared_ptr<TtyLine*> self_ = std::make_shared<TtyLine*>(this); ///< for what the loop still holds
};

} // namespace nwp::endpoint
