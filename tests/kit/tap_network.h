// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nwp::kit {

/// A network of this process's own with a TAP interface in it, as an administrator makes one for nwpd.
/// Threads that are made from then on are in that network too. What passes here are frames of kProtocol
/// alone, so that the kernel's own words do not disturb.
class TapNetwork {
public:
    static constexpr std::string_view kProtocol = "\x88\xB5"; ///< for experiments (IEEE 802)

    /// Moves this process into a network of its own, once; before it has a second thread. Nothing, or why
    /// this machine does not let it.
    static std::optional<std::string> enter();

    /// After enter() said nothing. Throws std::runtime_error.
    explicit TapNetwork(std::string name);
    ~TapNetwork(); ///< and its interface, unless remove() did it
    TapNetwork(const TapNetwork&) = delete;
    TapNetwork& operator=(const TapNetwork&) = delete;

    const std::string& name() const { return name_; }
    void set_up(bool up) const;
    void set_mtu(int bytes) const;
    /// The machine's own end.
    std::string hardware_address() const;
    void remove();

    /// The machine sends it by its interface, once somebody holds the other end.
    void send(std::string_view frame) const;
    /// The next one that arrives at the interface; waits.
    std::string receive() const;
    /// Whether one arrived.
    bool has_frame() const;

private:
    std::string name_;
    int frames_ = -1;
    bool removed_ = false;
};

/// To `to` (6 bytes) from `from`, of TapNetwork::kProtocol.
std::string frame_of(std::string_view to, std::string_view from, std::string_view content);

} // namespace nwp::kit
