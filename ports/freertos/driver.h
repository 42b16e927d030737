// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/attach.h"
#include "host/c/datagram_calls.h"
#include "ports/freertos/driver_task.h"

#include <new>

namespace nwp::freertos {

/// A microcontroller's; derive from it and name again what is to be different.
struct Sizes {
    static constexpr std::size_t kSockets = 8;         ///< at a time
    static constexpr std::size_t kReceiveBytes = 2048; ///< each socket can hold so much unread
    static constexpr std::size_t kFrameRoom = 512;     ///< that of the link
    static constexpr std::size_t kTransmitSlots = 4;   ///< frames that were not acknowledged yet
    static constexpr std::size_t kReorderSlots = 0;    ///< frames that came before an earlier one
    static constexpr std::size_t kAlpnNames = 2;       ///< each socket can name so many
    static constexpr std::size_t kAddresses = 4;       ///< results of getaddrinfo() at a time
    static constexpr std::size_t kStackBytes = 1536;   ///< of the driver's task
    static constexpr bool kDatagrams = false;          ///< UDP and DTLS, which cost RAM for each socket
};

/// The driver over any link, with all its memory and its task. A program has one; the socket calls use it
/// from its construction on.
template <typename Chosen = Sizes>
class Driver {
public:
    /// Makes it in static memory, once. It is never destroyed: that code is not in the image.
    static Driver& make(link::Link& link, const HostSettings& settings = {},
                        FreertosPort::LineWriter write_line = {}) {
        alignas(Driver) static Byte memory[sizeof(Driver)];
        return *new (memory) Driver(link, settings, write_line);
    }

    explicit Driver(link::Link& link, HostSettings settings = {}, FreertosPort::LineWriter write_line = {})
        : port_(write_line), host_(port_, link, storage_.parts(), completed(settings)),
          attachment_(table_.attachment(host_, port_, numbers_, Chosen::kReceiveBytes, datagram_calls())),
          task_(port_, host_) {
        c::attach(attachment_);
    }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    /// Says hello and starts the driver's task; once, when the link's interrupts may come.
    TaskHandle_t begin(UBaseType_t priority, Bytes retained = {}) {
        return task_.begin(stack_, priority, retained);
    }

    Host& host() { return host_; }
    FreertosPort& port() { return port_; }

private:
    static HostSettings completed(HostSettings settings) {
        if constexpr (Chosen::kDatagrams) settings.datagrams = &Host::kDatagrams;
        return settings;
    }
    static const c::DatagramCalls* datagram_calls() {
        if constexpr (Chosen::kDatagrams) {
            return &c::kDatagramCalls;
        } else {
            return nullptr;
        }
    }

    HostStorage<Chosen::kSockets, Chosen::kReceiveBytes, Chosen::kFrameRoom, Chosen::kTransmitSlots,
                Chosen::kReorderSlots, Chosen::kDatagrams>
        storage_;
    c::SocketTable<Chosen::kSockets, Chosen::kAlpnNames, Chosen::kAddresses, 1> table_;
    c::OwnNumbers numbers_{Chosen::kSockets};
    alignas(8) StackType_t stack_[Chosen::kStackBytes / sizeof(StackType_t)];
    FreertosPort port_;
    Host host_;
    c::Attachment attachment_;
    DriverTask task_;
};

} // namespace nwp::freertos
