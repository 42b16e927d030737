// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_link.h"

#include "simplelink/device.h"
#include "simplelink/errors.h"

#include <algorithm>
#include <utility>

namespace nwp::simplelink {
namespace {

constexpr Duration kJoinLimit = seconds(20);
constexpr std::string_view kLastName = "last_network"; ///< what a fast connect goes by

DisconnectReason reason_of(WifiCause cause) {
    switch (cause) {
        case WifiCause::requested: return DisconnectReason::user_initiated;
        case WifiCause::wrong_key: return DisconnectReason::security_failure;
        case WifiCause::rejected:
        case WifiCause::timed_out: return DisconnectReason::association_timeout;
        case WifiCause::no_such_network:
        case WifiCause::security_mismatch: return DisconnectReason::while_connecting;
        case WifiCause::access_point_lost: return DisconnectReason::inactivity;
        case WifiCause::none:
        case WifiCause::no_address: break;
    }
    return DisconnectReason::unspecified;
}

DisconnectReason reason_of(Error error) {
    switch (error) {
        case Error::wifi_wrong_key: return DisconnectReason::security_failure;
        case Error::timed_out: return DisconnectReason::association_timeout;
        default: return DisconnectReason::while_connecting;
    }
}

bool is_p2p(const WlanNetwork& network) {
    return network.security >= static_cast<std::int16_t>(WlanSecurity::p2p_push_button) &&
           network.security <= static_cast<std::int16_t>(WlanSecurity::p2p_pin_auto);
}

WlanConnected event_of(const WifiNetwork& network) {
    WlanConnected event;
    event.ssid_length = static_cast<std::uint8_t>(network.ssid.size());
    event.ssid = room_with<kSsidRoom>(network.ssid.bytes());
    std::copy(std::begin(network.bssid.octets), std::end(network.bssid.octets), event.bssid.begin());
    return event;
}

WlanConnected event_of(const WlanNetwork& network) {
    WlanConnected event;
    event.ssid_length = static_cast<std::uint8_t>(network.ssid.size());
    event.ssid = room_with<kSsidRoom>(as_bytes(network.ssid));
    event.bssid = network.bssid;
    return event;
}

} // namespace

WlanLink::WlanLink(const Power& power, WlanMode mode, const Parts& parts)
    : board_(power.board), client_(power.client), out_(power.out), flash_(power.board.services.settings),
      mode_(mode), parts_(parts), joiner_(std::in_place, power.board.loop, power.board.services.wlan,
                                          power.board.policy.name + " (auto connect)") {
    joiner_->on_joined([this](const wifi::JoinRequest& request) {
        ours_ = true;
        remember(network_of(request));
    });
}

WlanLink::~WlanLink() = default;

void WlanLink::stop() {
    joiner_.reset();
    cancel_attempt();
    if (ours_) board_.services.wlan.disconnect_if_alone(client_);
}

bool WlanLink::take(const HostMessage& message) {
    return route(Messages<WlanConnect, WlanConnectEap, WlanDisconnect>{}, message, out_, *this);
}

void WlanLink::start() {
    if (mode_ != WlanMode::station) return;
    if (board_.services.wlan.status().state == WifiState::connected) tell_connected();
    if (const auto bytes = flash_.get(kLastName)) {
        if (const auto last = network_from(*bytes)) joiner_->set_last(join_request(*last));
    }
    reconsider();
    joiner_->start();
}

void WlanLink::reconsider() {
    if (mode_ != WlanMode::station) return;
    std::vector<wifi::PreferredNetwork> networks;
    for (std::size_t index = 0; index < kProfiles; ++index) {
        const auto& profile = parts_.profiles.at(index);
        if (!profile || (parts_.settings.suspended_profiles() >> index & 1U) != 0) continue;
        if (const auto request = join_request(*profile)) networks.push_back({*request, profile->priority});
    }
    joiner_->set_networks(std::move(networks));
    const std::uint8_t policy = parts_.policies.connection();
    joiner_->set_policy(
        {(policy & connection_policy::automatic) != 0, (policy & connection_policy::fast) != 0});
}

// ---- the host's commands

template <typename Response, typename Message>
void WlanLink::connect(const Message& command, ByteView payload, WlanForm form) {
    if (mode_ == WlanMode::access_point) return out_.refuse(code::wlan_invalid_role);
    if (command.ssid_length > kSsidRoom) return out_.refuse(code::wlan_ssid_len_error);
    const auto texts = texts_of(command, payload);
    if (!texts) return out_.refuse(code::invalid_param);
    WlanNetwork network = network_of(command, *texts);
    if (const std::int16_t problem = problem_of(network, form, mode_); problem != code::success)
        return out_.refuse(problem);
    if (mode_ == WlanMode::p2p && !is_p2p(network)) return out_.refuse(code::wlan_invalid_role);
    out_.respond(Response{});
    if (mode_ == WlanMode::p2p) return parts_.p2p.connect(network);
    begin(std::move(network), {});
}

void WlanLink::on(const WlanConnect& command, ByteView payload) {
    connect<WlanConnectResponse>(command, payload, WlanForm::plain);
}

void WlanLink::on(const WlanConnectEap& command, ByteView payload) {
    connect<WlanConnectEapResponse>(command, payload, WlanForm::eap);
}

void WlanLink::on(const WlanDisconnect&, ByteView) {
    if (mode_ == WlanMode::access_point) return out_.refuse(code::wlan_invalid_role);
    if (mode_ == WlanMode::p2p) {
        if (!parts_.p2p.is_connected()) return out_.refuse(code::wlan_wifi_already_disconnected);
        out_.respond(WlanDisconnectResponse{});
        return parts_.p2p.disconnect();
    }
    const bool stands = told_.has_value() || is_connecting();
    forget();
    if (!stands) {
        // What was lost is being joined again; that ends too.
        if (board_.services.wlan.status().state == WifiState::lost) leave();
        joiner_->rest();
        return out_.refuse(code::wlan_wifi_already_disconnected);
    }
    out_.respond(WlanDisconnectResponse{});
    if (told_) return leave();
    const WlanNetwork network = attempt_ ? attempt_->network : network_of(*joiner_->joining());
    cancel_attempt();
    joiner_->rest();
    tell_disconnected(event_of(network), DisconnectReason::user_initiated);
}

void WlanLink::join(const WlanNetwork& network, Outcome outcome) { begin(network, std::move(outcome)); }

/// The last word of the host counts: what it was connecting to before is given up.
void WlanLink::begin(WlanNetwork network, Outcome outcome) {
    cancel_attempt();
    joiner_->yield();
    const std::uint64_t number = ++attempts_;
    attempt_ = Attempt{number, std::move(network), 0, std::move(outcome)};
    const auto request = join_request(attempt_->network);
    if (!request) {
        if (told_) leave();
        parts_.scan.look([this, number] {
            if (attempt_ && attempt_->number == number) fail(DisconnectReason::while_connecting);
        });
        return;
    }
    attempt_->request = board_.services.wlan.connect(client_, *request, kJoinLimit,
                                                     [this, number](const Result<WifiNetwork>& result) {
                                                         if (!attempt_ || attempt_->number != number) return;
                                                         result ? succeed() : fail(reason_of(result.error()));
                                                     });
}

void WlanLink::cancel_attempt() {
    const auto attempt = std::exchange(attempt_, std::nullopt);
    if (attempt && attempt->request != 0) board_.services.wlan.cancel(attempt->request);
}

void WlanLink::leave() {
    leaving_ = told_.has_value();
    board_.services.wlan.disconnect(client_, [](const Result<void>&) {});
}

void WlanLink::succeed() {
    const auto attempt = std::exchange(attempt_, std::nullopt);
    ours_ = true;
    remember(attempt->network);
    const bool anew = told_.has_value();
    tell_connected(); // also if it was connected to that before: the host waits for it
    if (anew && connected_anew_) connected_anew_();
    if (attempt->outcome) attempt->outcome(true, DisconnectReason::unspecified);
}

void WlanLink::fail(DisconnectReason reason) {
    const auto attempt = std::exchange(attempt_, std::nullopt);
    tell_disconnected(event_of(attempt->network), reason);
    if (attempt->outcome) attempt->outcome(false, reason);
}

// ---- what becomes of the link

void WlanLink::on_wifi_changed(WifiState state, WifiCause cause) {
    if (mode_ != WlanMode::station) return;
    if (state == WifiState::connected) {
        // An attempt of ours tells it when it is answered.
        if (!told_ && !(attempt_ && attempt_->request != 0)) tell_connected();
        return;
    }
    // The service brings a lost access point back.
    if (state == WifiState::disconnected || state == WifiState::joining) ours_ = false;
    if (!told_) return;
    const bool replaced = state == WifiState::joining;
    const bool ours = leaving_ || (replaced && attempt_.has_value());
    leaving_ = false;
    const WifiNetwork from = *std::exchange(told_, std::nullopt);
    out_.set_device_status(device_status::wlan_connected, false);
    tell_disconnected(event_of(from), ours       ? DisconnectReason::user_initiated
                                      : replaced ? DisconnectReason::unspecified
                                                 : reason_of(cause));
}

void WlanLink::tell_connected() {
    told_ = board_.services.wlan.status().network;
    leaving_ = false;
    out_.set_device_status(device_status::wlan_connected, true);
    out_.tell(event_of(*told_));
}

void WlanLink::tell_disconnected(const WlanConnected& from, DisconnectReason reason) {
    WlanDisconnected event;
    event.ssid_length = from.ssid_length;
    event.ssid = from.ssid;
    event.bssid = from.bssid;
    event.reason = reason;
    out_.tell(event);
}

void WlanLink::remember(const WlanNetwork& network) {
    const auto bytes = to_bytes(network);
    flash_.put(kLastName, bytes);
    joiner_->set_last(join_request(network));
}

/// Who leaves on purpose is not brought back at the next start.
void WlanLink::forget() {
    flash_.remove(kLastName);
    joiner_->set_last({});
}

std::string_view WlanLink::ssid() const { return told_ ? told_->ssid.view() : std::string_view{}; }

std::optional<WlanConnected> WlanLink::connected() const {
    return told_ ? std::optional<WlanConnected>(event_of(*told_)) : std::nullopt;
}

WlanSecurity WlanLink::security() const { return told_ ? security_of(told_->security) : WlanSecurity::open; }

} // namespace nwp::simplelink
