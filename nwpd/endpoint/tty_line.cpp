// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/tty_line.h"

#include "nwpd/endpoint/terminal.h"
#include "nwpd/endpoint/terminal_rate.h"

#include <spdlog/spdlog.h>
#include <termios.h>

#include <chrono>
#include <utility>

namespace nwp::endpoint {
namespace {

constexpr std::chrono::milliseconds kLook{10};
constexpr std::chrono::milliseconds kFindPort{250};
constexpr std::chrono::milliseconds kDrained{1};

const char* name_of(PowerSign sign) {
    switch (sign) {
        case PowerSign::always: break;
        case PowerSign::dcd: return "DCD";
        case PowerSign::dsr: return "DSR";
        case PowerSign::cts: return "CTS";
    }
    return "none";
}

TtyLine::MakePin terminal_pins(PowerSign sign) {
    return [sign](int descriptor) -> std::unique_ptr<ModemPin> {
        return std::make_unique<TerminalPin>(descriptor, sign);
    };
}

} // namespace

struct TtyLine::Port {
    Port(TtyLine& line, int descriptor)
        : stream(line.context_, descriptor, line),
          hang_up(line.context_, descriptor, Callback<void()>::to<&TtyLine::on_hung_up>(line)) {}

    DescriptorStream stream;
    HangUpWatch hang_up;
    std::unique_ptr<ModemPin> pin; ///< absent: power is always on
};

TtyLine::TtyLine(boost::asio::io_context& context, const TtySettings& settings)
    : TtyLine(context, settings, terminal_pins(settings.power)) {}

TtyLine::TtyLine(boost::asio::io_context& context, TtySettings settings, MakePin make_pin)
    : context_(context), settings_(std::move(settings)), make_pin_(std::move(make_pin)), look_timer_(context),
      rate_timer_(context) {}

TtyLine::~TtyLine() = default;

std::string TtyLine::start(HostLineListener& listener) {
    listener_ = &listener;
    if (auto error = open_port(); !error.empty()) return error;
    after(look_timer_, std::chrono::milliseconds{0}, &TtyLine::look_again);
    return {};
}

std::string TtyLine::open_port() {
    const Opened opened = open_terminal(settings_.path, settings_.baud, settings_.hardware_flow_control);
    if (opened.descriptor < 0) return opened.error;
    auto port = std::make_unique<Port>(*this, opened.descriptor);
    if (!port->hang_up.watches()) return "no descriptor is left to watch " + settings_.path;
    if (settings_.power != PowerSign::always) {
        port->pin = make_pin_(opened.descriptor);
        const auto state = port->pin->look();
        if (!state)
            return settings_.path + " has no line " + name_of(settings_.power) + "; give another power";
        seen_ = {false, state->changes};
    }
    port_ = std::move(port);
    return {};
}

void TtyLine::after(boost::asio::steady_timer& timer, std::chrono::milliseconds time,
                    void (TtyLine::*then)()) {
    timer.expires_after(time);
    timer.async_wait([weak = std::weak_ptr<TtyLine*>(self_), then](boost::system::error_code error) {
        const auto line = weak.lock();
        if (!error && line) ((*line)->*then)();
    });
}

void TtyLine::on_hung_up() {
    spdlog::warn("{} is gone", settings_.path);
    lose_port();
}

void TtyLine::lose_port() {
    port_.reset();
    after(look_timer_, kFindPort, &TtyLine::find_port);
    rate_waits_ = false; // it comes back with the new rate
    if (std::exchange(on_, false)) listener_->on_closed();
}

void TtyLine::find_port() {
    if (!open_port().empty()) return after(look_timer_, kFindPort, &TtyLine::find_port);
    spdlog::info("{} is back", settings_.path);
    look_again();
}

void TtyLine::look_again() {
    if (port_ && port_->pin) after(look_timer_, kLook, &TtyLine::look_again);
    look();
}

void TtyLine::look() {
    if (!port_) return;
    if (!port_->pin) {
        if (!on_) power_on();
        return;
    }
    const auto state = port_->pin->look();
    if (!state) return lose_port();
    const ModemPin::State before = std::exchange(seen_, *state);
    // One change is enough to know: a line that is up again has fallen. Not every driver counts both.
    const bool fell_and_rose = before.raised && state->raised && state->changes != before.changes;
    if (on_ && (!state->raised || fell_and_rose)) power_off();
    if (!on_ && state->raised) power_on();
}

void TtyLine::power_on() {
    on_ = true;
    listener_->on_opened();
}

void TtyLine::power_off() {
    on_ = false;
    port_->stream.drop_unsent();
    ::tcflush(port_->stream.descriptor(), TCOFLUSH);
    // A host that is back already may have written: that stays.
    if (!seen_.raised) {
        ::tcflush(port_->stream.descriptor(), TCIFLUSH);
        drop_input();
    }
    listener_->on_closed();
}

void TtyLine::on_input() {
    look(); // these bytes may be the first behind a power-on
    if (on_) return listener_->on_readable();
    if (port_) drop_input(); // noise of a host that starts
}

void TtyLine::drop_input() {
    while (!port_->stream.read().empty()) {
    }
}

void TtyLine::on_drained() {
    if (on_) listener_->on_drained();
}

ByteView TtyLine::read() { return on_ ? port_->stream.read() : ByteView{}; }

void TtyLine::write(ByteView bytes) {
    if (on_) port_->stream.write(bytes);
}

std::size_t TtyLine::unsent() const { return port_ ? port_->stream.unsent() : 0; }

void TtyLine::set_rate(unsigned baud) {
    settings_.baud = baud;
    if (!port_ || std::exchange(rate_waits_, true)) return;
    after(rate_timer_, std::chrono::milliseconds{0}, &TtyLine::change_rate);
}

void TtyLine::change_rate() {
    if (!port_ || !rate_waits_) return;
    const int descriptor = port_->stream.descriptor();
    if (unsent() != 0 || terminal_queue(descriptor) != 0)
        return after(rate_timer_, kDrained, &TtyLine::change_rate);
    rate_waits_ = false;
    if (!set_terminal_rate_drained(descriptor, settings_.baud))
        spdlog::error("{} cannot run at {} bits a second", settings_.path, settings_.baud);
}

} // namespace nwp::endpoint
