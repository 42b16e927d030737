// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/contract/calls.h"

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nwp {
class Host;
}

namespace nwp::contract {

/// How an application reaches the internet. The kernel is the judge of all others.
enum class Way : std::uint8_t {
    kernel,      ///< the system's own sockets
    pipe,        ///< NWP in process, perfect link
    faulty_pipe, ///< NWP in process, a link that damages, loses, doubles and reorders
    uart,        ///< nwpd behind a pseudo-terminal
    spi,         ///< NWP in process, simulated SPI bus
    unix_socket, ///< nwpd behind its Unix socket
    freertos, ///< NWP in process, perfect link; the host on FreeRTOS's port over the kernel of tests/freertos
};

const std::vector<Way>& all_ways();
/// "kernel", "pipe", ...
std::string name_of(Way way);

/// The radio network of all worlds but the kernel's.
constexpr const char* kSsid = "contract";
constexpr const char* kPassphrase = "a passphrase of ours";
constexpr std::uint8_t kBssid[6] = {2, 0, 0, 0, 0, 1};
/// Their air: that network, and what tests/contract/radio_scenario.h names.
std::string radio_file();

/// One way with everything that belongs to it: the calls, the link, the NWP. Its station has joined the
/// network.
class World {
public:
    virtual ~World() = default;
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// The world of that way, made at its first use and kept for the process; it is the one that the C
    /// interface uses from now on. No socket of another world may be open.
    static World& get(Way way);
    /// Ends all worlds, as the end of the process does.
    static void end_all();

    virtual const Calls& calls() const = 0;

    /// Where the application finds host `number` of the fake internet, in host byte order.
    virtual std::uint32_t address_of(std::uint8_t number) const = 0;
    /// Where it finds 127.0.0.1, on which the TLS servers of tests/kit live.
    virtual std::uint32_t address_of_loopback() const = 0;
    /// Its own address there.
    virtual std::uint32_t own_address() const = 0;

    /// Where the fake internet finds the application.
    virtual std::uint32_t real_own_address() const = 0;
    /// To all of a network that it is in.
    virtual std::uint32_t broadcast_address() const = 0;

    /// How much a scenario moves that moves much, in bytes each way.
    virtual std::size_t much() const { return 8U << 20; }

    // What follows only worlds with an NWP have.

    /// The driver; for requests that have no BSD call.
    virtual Host& host();
    /// The NWP dies without a word.
    virtual void kill_nwp();
    /// It is there again, with the store that it had; the radio is as after power-on.
    virtual void start_nwp();

protected:
    World() = default;
    virtual void attach() {}
};

/// Joins the radio's network and waits for the address. Throws when that does not happen within 60 s.
void join_network(Host& host);

/// This port of the process's host 1 is where nwpd asks for names.
constexpr std::uint16_t kDnsPort = 10053;

} // namespace nwp::contract
