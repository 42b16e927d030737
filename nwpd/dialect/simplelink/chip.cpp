// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/chip.h"

#include "nwpd/dialect/simplelink/device_silo.h"
#include "nwpd/dialect/simplelink/file_silo.h"
#include "nwpd/dialect/simplelink/netapp_silo.h"
#include "nwpd/dialect/simplelink/netcfg_silo.h"
#include "nwpd/dialect/simplelink/netutil_silo.h"
#include "nwpd/dialect/simplelink/socket_silo.h"
#include "nwpd/dialect/simplelink/wlan_silo.h"
#include "simplelink/opcodes.h"

#include <spdlog/spdlog.h>

namespace nwp::simplelink {

/// The silos, in the order of their numbers in an opcode.
struct Chip::Silos {
    explicit Silos(const Power& power)
        : device(power), socket(power), netcfg(power), wlan(power), netapp(power), file(power),
          netutil(power) {}

    bool take(const HostMessage& message) {
        return device.take(message) || socket.take(message) || netcfg.take(message) || wlan.take(message) ||
               netapp.take(message) || file.take(message) || netutil.take(message);
    }

    DeviceSilo device;
    SocketSilo socket;
    NetCfgSilo netcfg;
    WlanSilo wlan;
    NetAppSilo netapp;
    FileSilo file;
    NetUtilSilo netutil;
};

Chip::Chip(Board& board)
    : board_(board), client_(board.policy, *this), out_(board.loop, board.line),
      silos_(std::make_unique<Silos>(Power{board, client_, out_})) {
    out_.on_answered([this] {
        if (!taking_) out_.later([this] { pump(); }); // not from inside the silo that answered
    });
    silos_->device.announce_start();
    board_.services.device.count_client(1);
    silos_->wlan.on_connected_anew([this] { silos_->netcfg.tell_again(); });
    silos_->netcfg.set_access_point(silos_->wlan.access_point());
    silos_->wlan.start();
    silos_->netcfg.start();
}

Chip::~Chip() {
    board_.services.device.count_client(-1);
    board_.services.sockets.close_all(client_);
}

void Chip::on_readable() { pump(); }

void Chip::on_drained() { pump(); }

void Chip::on_new_rate() { framer_.restart(); }

bool Chip::awaits_new_rate() const { return silos_->device.awaits_new_rate(); }

void Chip::pump() {
    // A host that does not read what it asked for is not listened to until it does.
    while (!out_.is_full()) {
        while (!out_.command_open()) {
            const auto message = framer_.next();
            if (framer_.take_baud_greeting()) silos_->device.on_baud_greeting();
            if (!message) break;
            take(*message);
        }
        if (!framer_.hungry()) break;
        const ByteView bytes = board_.line.read();
        if (bytes.empty()) break;
        framer_.feed(bytes);
    }
    out_.flush_credit();
}

void Chip::take(const HostMessage& message) {
    const CommandRow* row = find_command(message.opcode);
    const bool wants_response = row != nullptr ? row->response != 0 : (message.opcode & kSync) != 0;
    if (wants_response) out_.open_command(message.opcode);
    taking_ = true;
    const bool taken = silos_->take(message);
    taking_ = false;
    if (taken) return;
    spdlog::debug("{}: SimpleLink opcode {:#06x} is not served", board_.policy.name, message.opcode);
    out_.refuse(code::invalid_opcode);
}

void Chip::on_readable(service::SocketId socket) { silos_->socket.on_readable(socket); }
void Chip::on_taken(service::SocketId socket) { silos_->socket.on_taken(socket); }
void Chip::on_failed(service::SocketId socket, Error error) { silos_->socket.on_failed(socket, error); }
void Chip::on_acceptable(service::SocketId socket, std::size_t) { silos_->socket.on_acceptable(socket); }
void Chip::on_problem(service::SocketId socket, Error error) { silos_->socket.on_problem(socket, error); }
void Chip::on_refused(service::SocketId socket, const Verdict& verdict) {
    silos_->socket.on_refused(socket, verdict);
}

void Chip::on_wifi_changed(WifiState state, WifiCause cause, std::uint32_t) {
    // While the access point is lost the service keeps the address. A chip has none then, and asks for one
    // again.
    if (state == WifiState::lost) silos_->netcfg.on_address_changed({});
    silos_->wlan.on_wifi_changed(state, cause);
    silos_->netcfg.on_wifi_changed(cause);
    if (state == WifiState::connected) silos_->netcfg.on_address_changed(board_.services.network.lease());
}

void Chip::on_address_changed(const std::optional<wifi::Lease>& lease) {
    silos_->netcfg.on_address_changed(lease);
    silos_->wlan.on_address_changed(lease);
}

} // namespace nwp::simplelink
