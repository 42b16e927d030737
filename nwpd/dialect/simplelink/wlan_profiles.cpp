// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/wlan_profiles.h"

#include <algorithm>
#include <string>
#include <utility>

namespace nwp::simplelink {
namespace {

std::string name_of(std::size_t index) { return "profile." + std::to_string(index); }

bool is_same(const WlanNetwork& a, const WlanNetwork& b) {
    return a.ssid == b.ssid && a.bssid == b.bssid && a.security == b.security;
}

/// Without the password.
ProfileGetResponse answer_for(const WlanNetwork& network) {
    ProfileGetResponse response;
    response.security = network.security;
    response.ssid_length = static_cast<std::uint8_t>(network.ssid.size());
    response.priority = network.priority;
    response.bssid = network.bssid;
    response.wep_key_id = network.wep_key_id;
    response.user_length = static_cast<std::uint8_t>(network.user.size());
    response.anonymous_user_length = static_cast<std::uint8_t>(network.anonymous_user.size());
    response.certificate_index = network.certificate_index;
    response.eap_methods = network.eap_methods;
    const std::string texts = network.ssid + network.user + network.anonymous_user;
    response.texts = room_with<224>(as_bytes(texts));
    return response;
}

} // namespace

WlanProfiles::WlanProfiles(const Power& power, WlanMode mode)
    : out_(power.out), flash_(power.board.services.settings), mode_(mode) {
    for (std::size_t index = 0; index < kProfiles; ++index) {
        if (const auto bytes = flash_.get(name_of(index))) profiles_[index] = network_from(*bytes);
    }
}

bool WlanProfiles::take(const HostMessage& message) {
    using Commands =
        Messages<ProfileAdd, ProfileAddEap, ProfileGet, ProfileDelete, ProfileUpdate, ProfileUpdateEap>;
    return route(Commands{}, message, out_, *this);
}

bool WlanProfiles::empty() const {
    return std::none_of(profiles_.begin(), profiles_.end(),
                        [](const auto& each) { return each.has_value(); });
}

bool WlanProfiles::full() const {
    return std::all_of(profiles_.begin(), profiles_.end(), [](const auto& each) { return each.has_value(); });
}

void WlanProfiles::put(std::size_t index, WlanNetwork network) {
    const auto bytes = to_bytes(network);
    flash_.put(name_of(index), bytes);
    profiles_[index] = std::move(network);
}

void WlanProfiles::remove(std::size_t index) {
    flash_.remove(name_of(index));
    profiles_[index].reset();
}

template <typename Response, typename Message>
void WlanProfiles::add(const Message& command, ByteView payload, WlanForm form) {
    const auto texts = texts_of(command, payload);
    if (!texts) return out_.refuse(code::invalid_param);
    WlanNetwork network = network_of(command, *texts);
    if (const std::int16_t problem = problem_of(network, form, mode_); problem != code::success)
        return out_.refuse(problem);
    auto place = std::find_if(profiles_.begin(), profiles_.end(),
                              [&](const auto& each) { return each && is_same(*each, network); });
    if (place == profiles_.end()) place = std::find(profiles_.begin(), profiles_.end(), std::nullopt);
    if (place == profiles_.end()) return out_.refuse(code::wlan_preferred_network_list_full);

    const auto index = static_cast<std::size_t>(place - profiles_.begin());
    put(index, std::move(network));
    out_.respond(Response{static_cast<std::int16_t>(index), 0});
    if (changed_) changed_(index);
}

void WlanProfiles::on(const ProfileAdd& command, ByteView payload) {
    add<ProfileAddResponse>(command, payload, WlanForm::plain);
}

void WlanProfiles::on(const ProfileAddEap& command, ByteView payload) {
    add<ProfileAddEapResponse>(command, payload, WlanForm::eap);
}

void WlanProfiles::on(const ProfileGet& command, ByteView) {
    if (command.index >= kProfiles || !profiles_[command.index])
        return out_.refuse(code::wlan_get_profile_invalid_index);
    out_.respond(answer_for(*profiles_[command.index]));
}

void WlanProfiles::on(const ProfileDelete& command, ByteView) {
    if (command.index == ProfileDelete::all) {
        for (std::size_t index = 0; index < kProfiles; ++index) remove(index);
    } else if (command.index < kProfiles) {
        remove(command.index); // one that is not there is as good as deleted
    } else {
        return out_.refuse(code::wlan_get_profile_invalid_index);
    }
    out_.respond(ProfileDeleteResponse{});
    if (changed_) changed_({});
}

template <typename Response, typename Message>
void WlanProfiles::update(const Message& command, ByteView payload, WlanForm form) {
    const auto texts = texts_of(command, payload);
    if (!texts) return out_.refuse(code::invalid_param);
    if (command.index >= kProfiles || !profiles_[command.index])
        return out_.refuse(code::wlan_get_profile_invalid_index);
    WlanNetwork network = network_of(command, *texts);
    if (const std::int16_t problem = problem_of(network, form, mode_); problem != code::success)
        return out_.refuse(problem);
    put(command.index, std::move(network));
    out_.respond(Response{});
    if (changed_) changed_({});
}

void WlanProfiles::on(const ProfileUpdate& command, ByteView payload) {
    update<ProfileUpdateResponse>(command, payload, WlanForm::plain);
}

void WlanProfiles::on(const ProfileUpdateEap& command, ByteView payload) {
    update<ProfileUpdateEapResponse>(command, payload, WlanForm::eap);
}

} // namespace nwp::simplelink
