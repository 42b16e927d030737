// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/posix_host.h"

#include "host/c/datagram_calls.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nwp::posix {
namespace {

constexpr Duration kFirstPause = milliseconds(50);
constexpr Duration kLongestPause = seconds(1);

HostSettings completed(HostSettings settings) {
    settings.datagrams = &Host::kDatagrams;
    if (settings.nonce_seed != 0) return settings;
    if (::getrandom(&settings.nonce_seed, sizeof settings.nonce_seed, 0) < 0) {
        settings.nonce_seed = static_cast<std::uint32_t>(::getpid());
    }
    return settings;
}

bool starts_with(const std::string& text, const char* start) { return text.rfind(start, 0) == 0; }

} // namespace

PosixHost::Place PosixHost::parse(const std::string& link) {
    Place place;
    place.is_terminal = starts_with(link, "tty:");
    place.valid = place.is_terminal || starts_with(link, "unix:");
    if (!place.valid) return place;
    place.path = link.substr(link.find(':') + 1);
    const std::size_t colon = place.path.rfind(':');
    if (place.is_terminal && colon != std::string::npos) {
        const char* const begin = place.path.data() + colon + 1;
        const char* const end = place.path.data() + place.path.size();
        const std::from_chars_result read = std::from_chars(begin, end, place.baud);
        place.valid = read.ec == std::errc{} && read.ptr == end;
        place.path.resize(colon);
    }
    place.valid = place.valid && !place.path.empty();
    return place;
}

PosixHost::PosixHost(const PosixHostSettings& settings)
    : settings_(settings), place_(parse(settings.link)),
      sizes_(settings.sizes.value_or(place_.is_terminal ? HostSizes::for_serial_line() : HostSizes{})),
      port_(settings.log_level), descriptors_(port_),
      link_(place_.is_terminal ? static_cast<PollableLink&>(
                                     tty_link_.emplace(TtySettings{place_.baud, false, sizes_.frame_room}))
                               : static_cast<PollableLink&>(unix_link_.emplace(sizes_.frame_room))),
      slots_(new SocketSlot[sizes_.sockets]), datagrams_(new DatagramState[sizes_.sockets]),
      entries_(new c::SocketEntry[sizes_.sockets]), alpn_names_(sizes_.sockets * sizes_.alpn_names),
      transmit_slots_(new session::TransmitSlot[sizes_.transmit_slots]),
      reorder_slots_(new session::ReorderSlot[sizes_.reorder_slots]),
      receive_(sizes_.sockets * sizes_.receive_bytes),
      frames_((sizes_.transmit_slots + sizes_.reorder_slots) * sizes_.frame_room),
      host_(port_, link_, parts(), completed(settings.host)), attachment_{host_,
                                                                          port_,
                                                                          descriptors_,
                                                                          addresses_,
                                                                          {entries_.get(), sizes_.sockets},
                                                                          alpn_names_.data(),
                                                                          sizes_.alpn_names,
                                                                          sizes_.receive_bytes,
                                                                          &c::kDatagramCalls} {
    host_.service_waiter().native = static_cast<Sleeper*>(&bell_);
}

HostParts PosixHost::parts() {
    const std::size_t transmit = sizes_.transmit_slots * sizes_.frame_room;
    HostParts parts;
    parts.session.transmit = frames_.bytes().first(transmit);
    parts.session.slots = {transmit_slots_.get(), sizes_.transmit_slots};
    if (sizes_.reorder_slots != 0) {
        const Span<session::ReorderSlot> slots{reorder_slots_.get(), sizes_.reorder_slots};
        parts.session.early = &early_.emplace(frames_.bytes().from(transmit), slots);
    }
    parts.session.assembly = assembly_;
    parts.sockets = {slots_.get(), sizes_.sockets};
    parts.datagrams = {datagrams_.get(), sizes_.sockets};
    parts.receive = receive_.bytes();
    return parts;
}

PosixHost::~PosixHost() {
    if (c::attached() == &attachment_) c::detach();
    stop();
    if (!retained_.empty()) ::munmap(retained_.data(), retained_.size());
}

void PosixHost::attach() { c::attach(attachment_); }

HostMemory PosixHost::memory() const {
    HostMemory memory{};
    memory.host = sizeof(Host);
    memory.session = frames_.bytes().size() + sizeof assembly_ +
                     sizes_.transmit_slots * sizeof(session::TransmitSlot) +
                     sizes_.reorder_slots * sizeof(session::ReorderSlot);
    memory.sockets = sizes_.sockets * (sizeof(SocketSlot) + sizeof(DatagramState));
    memory.receive = receive_.bytes().size();
    memory.c_api = sizes_.sockets * (sizeof(c::SocketEntry) + sizes_.alpn_names * sizeof(const char*)) +
                   sizeof addresses_ + sizeof attachment_;
    return memory;
}

// ---- Start and stop ---------------------------------------------------------------------------------------

Result<void> PosixHost::start() {
    if (!place_.valid) return Error::invalid_argument;
    stop();
    if (!settings_.token_file.empty() && retained_.empty()) {
        const Result<void> kept = keep_token_in(settings_.token_file);
        if (!kept) return kept;
    }
    const Result<void> opened = open_link();
    if (!opened && opened.error() == Error::invalid_argument) return opened;
    reopens_ = true;
    begin();
    return opened;
}

Result<void> PosixHost::start_on(int fd) {
    stop();
    const Result<void> adopted = tty_link_ ? tty_link_->adopt(fd) : unix_link_->adopt(fd);
    if (!adopted) return adopted;
    reopens_ = false;
    begin();
    return {};
}

void PosixHost::begin() {
    reopen_pause_ = kFirstPause;
    reopen_at_ = port_.now() + reopen_pause_;
    stopping_ = false;
    host_.start(retained_);

    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before); // signals are for the program's own threads
    thread_ = std::thread{[this] { run(); }};
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void PosixHost::stop() {
    if (!thread_.joinable()) return;
    stopping_ = true;
    bell_.ring();
    thread_.join();
    host_.stop();
    const Lock lock{port_};
    if (tty_link_) tty_link_->close();
    if (unix_link_) unix_link_->close();
}

Result<void> PosixHost::keep_token_in(const std::string& path) {
    const FileDescriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (file.get() < 0) return system_error(errno);
    if (::ftruncate(file.get(), kRetainedSize) != 0) return system_error(errno);
    void* const memory = ::mmap(nullptr, kRetainedSize, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED) return system_error(errno);
    retained_ = {static_cast<Byte*>(memory), kRetainedSize};
    return {};
}

Result<void> PosixHost::open_link() {
    return tty_link_ ? tty_link_->open(place_.path) : unix_link_->connect(place_.path);
}

// ---- The servicing thread ---------------------------------------------------------------------------------

void PosixHost::run() {
    Waiter& waiter = host_.service_waiter();
    while (!stopping_) {
        waiter.woken.store(false); // from here on a wake rings the bell
        while (host_.service()) {
            if (stopping_) return;
        }
        reopen_if_lost();
        sleep();
    }
}

void PosixHost::sleep() {
    Instant until = host_.next_deadline();
    if (link_.fd() < 0 && reopens_) until = earlier(until, reopen_at_);
    pollfd set[] = {{link_.fd(), static_cast<short>(POLLIN | (link_.wants_write() ? POLLOUT : 0)), 0},
                    {bell_.fd(), POLLIN, 0}};
    const timespec timeout = time_until(until, port_.now());
    const int ready = ::ppoll(set, 2, until == Instant::never() ? nullptr : &timeout, nullptr);
    host_.service_waiter().woken.store(true); // service() runs anyhow: nobody needs to ring
    if (ready <= 0) return;
    if (set[1].revents != 0) bell_.silence();
    if (set[0].revents == 0) return;
    const Lock lock{port_};
    link_.on_poll((set[0].revents & ~POLLOUT) != 0, (set[0].revents & POLLOUT) != 0);
}

void PosixHost::reopen_if_lost() {
    if (link_.fd() >= 0) {
        reopen_pause_ = kFirstPause;
        return;
    }
    if (!reopens_ || port_.now() < reopen_at_) return;
    const Lock lock{port_};
    if (open_link()) {
        port_.wake(host_.service_waiter());
        return;
    }
    reopen_at_ = port_.now() + reopen_pause_;
    reopen_pause_ = reopen_pause_ * 2 < kLongestPause ? reopen_pause_ * 2 : kLongestPause;
}

} // namespace nwp::posix
