// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/dialect.h"

#include "nwpd/dialect/simplelink/chip.h"
#include "nwpd/service/alarm.h"

#include <chrono>
#include <optional>
#include <utility>

namespace nwp::simplelink {
namespace {

/// Within this time a host that was allowed another rate opens its line again.
constexpr std::chrono::seconds kRateChange{10};
/// From opening the line until its first words at the new rate are here.
constexpr std::chrono::seconds kGreeting{1};

} // namespace

/// One line with its board: opening the line makes a chip, closing it ends it.
class Place final : private endpoint::HostLineListener {
public:
    Place(boost::asio::io_context& context, service::Services services,
          std::unique_ptr<endpoint::HostLine> line, service::ClientPolicy policy)
        : line_(std::move(line)), board_{context, services, std::move(policy), *line_}, timer_(context) {}

    std::string start() { return line_->start(*this); }

private:
    void on_opened() override {
        if (!chip_) return power_on();
        // Either the host goes on at its new rate and says so at once, or it started anew and waits for us to
        // speak.
        chip_->on_new_rate();
        timer_.set(kGreeting, [this] {
            if (chip_ && chip_->awaits_new_rate()) power_on();
        });
    }

    void on_closed() override {
        if (!chip_ || !chip_->awaits_new_rate()) return chip_.reset();
        timer_.set(kRateChange, [this] { chip_.reset(); });
    }

    void power_on() {
        timer_.cancel();
        chip_.reset(); // before the new one, which may want what it held
        chip_.emplace(board_);
    }

    void on_readable() override {
        if (chip_) chip_->on_readable();
    }

    void on_drained() override {
        if (chip_) chip_->on_drained();
    }

    std::unique_ptr<endpoint::HostLine> line_;
    Board board_;
    service::Alarm timer_;
    std::optional<Chip> chip_;
};

Dialect::Dialect(boost::asio::io_context& context, service::Services services)
    : context_(context), services_(services) {}

Dialect::~Dialect() = default;

std::string Dialect::serve(std::unique_ptr<endpoint::HostLine> line, service::ClientPolicy policy) {
    return places_.emplace_back(context_, services_, std::move(line), std::move(policy)).start();
}

} // namespace nwp::simplelink
