// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/attach.h"
#include "ports/posix/posix_descriptors.h"
#include "ports/posix/posix_port.h"
#include "ports/posix/tty_link.h"
#include "ports/posix/unix_link.h"

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nwp::posix {

constexpr std::size_t kKiB = 1024;

/// Sizes of the driver's memory; it costs RAM only where it was used.
struct HostSizes {
    std::size_t sockets = 256;
    std::size_t receive_bytes = 256 * kKiB; ///< each socket can hold so much unread
    std::size_t frame_room = 32 * kKiB;
    std::size_t transmit_slots = 32;
    std::size_t reorder_slots = 0; ///< for links that lose frames
    std::size_t alpn_names = 4;    ///< each socket can name so many

    /// For a serial line.
    static HostSizes for_serial_line() { return {64, 16 * kKiB, 512, 32, 31, 4}; }
    /// What a microcontroller has.
    static HostSizes of_a_microcontroller() { return {8, 2048, 512, 4, 0, 2}; }
};

struct PosixHostSettings {
    /// "unix:PATH" or "tty:PATH" or "tty:PATH:BAUD".
    std::string link;
    /// Unless set, those that suit the link.
    std::optional<HostSizes> sizes;
    /// Where the token is kept over restarts of this program, so that its sockets can live on; empty:
    /// nowhere.
    std::string token_file;
    LogLevel log_level = LogLevel::warning;
    HostSettings host;
};

/// How many bytes the driver has for what.
struct HostMemory {
    std::size_t host;    ///< the driver itself
    std::size_t session; ///< frames that wait for acknowledgement or order
    std::size_t sockets; ///< state of all sockets
    std::size_t receive; ///< unread bytes of all sockets
    std::size_t c_api;   ///< the C interface's tables
};

/// The host driver in a Linux process: its link, its memory, and the thread that services it.
class PosixHost {
public:
    explicit PosixHost(const PosixHostSettings& settings);
    /// Stops. No call of the host or of the C interface may be under way.
    ~PosixHost();
    PosixHost(const PosixHost&) = delete;
    PosixHost& operator=(const PosixHost&) = delete;

    /// Opens the link and says hello from now on; does not wait for an answer. If the link is lost it is
    /// opened again and again. On an error it goes on trying too.
    ///   invalid_argument   settings.link, or the baud rate
    ///   any other          of UnixLink::connect() or TtyLink::open(), or of the token file
    Result<void> start();
    /// The same over a descriptor that is open already (a connected packet socket, a terminal); the host owns
    /// it. When it is lost it stays lost.
    Result<void> start_on(int fd);
    /// Ends the session and closes the link. Calls under way end with ECONNABORTED.
    void stop();

    Host& host() { return host_; }
    Port& port() { return port_; }
    HostMemory memory() const;

    /// The C interface uses this host from now on, until it is destroyed.
    void attach();

private:
    struct Place {
        bool is_terminal = false;
        bool valid = false;
        std::string path;
        unsigned baud = 921600;
    };

    static Place parse(const std::string& link);
    HostParts parts();
    Result<void> keep_token_in(const std::string& path);
    Result<void> open_link();
    void begin();
    void run();
    void sleep();
    void reopen_if_lost();

    const PosixHostSettings settings_;
    const Place place_;
    const HostSizes sizes_;
    PosixPort port_;
    PosixDescriptors descriptors_;
    std::optional<UnixLink> unix_link_;
    std::optional<TtyLink> tty_link_;
    PollableLink& link_;

    std::unique_ptr<SocketSlot[]> slots_;
    std::unique_ptr<DatagramState[]> datagrams_;
    std::unique_ptr<c::SocketEntry[]> entries_;
    std::vector<const char*> alpn_names_;
    std::unique_ptr<session::TransmitSlot[]> transmit_slots_;
    std::unique_ptr<session::ReorderSlot[]> reorder_slots_;
    std::optional<session::KeptFrames> early_; ///< on a link that loses frames
    LazyMemory receive_;
    LazyMemory frames_;
    Byte assembly_[session::kMessageRoom];
    c::AddressPoolOf<32, 8> addresses_;
    Bytes retained_; ///< the token file, mapped

    Host host_;
    c::Attachment attachment_;

    Bell bell_;
    std::atomic<bool> stopping_{false};
    bool reopens_ = false;
    Duration reopen_pause_;
    Instant reopen_at_;
    std::thread thread_;
};

} // namespace nwp::posix
