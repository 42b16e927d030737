// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/link.h"
#include "nwpd/service/client.h"
#include "tests/kit/manual_clock.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace nwp::kit {

/// What a certificate's dates are looked at with, seconds since 1970.
struct FixedDate {
    std::int64_t now = 0;
    std::int64_t floor = 0; ///< a clock earlier than this is not set
};

struct NwpSettings {
    std::filesystem::path store;     ///< folder
    std::string radio_file;          ///< its text; empty: wired
    std::optional<FixedDate> date{}; ///< none: the machine's clock
    /// The links' time is this clock's, and there is no thread: the test turns. What the services measure
    /// (connect deadlines, TLS) stays real.
    const ManualClock* clock = nullptr;
};

/// The network processor of nwpd/main in this process, on a thread of its own or turned by the test, without
/// its endpoints: the links are the test's. Throws std::runtime_error when the store or the radio file is no
/// good.
class NwpInProcess {
public:
    explicit NwpInProcess(const NwpSettings& settings);
    /// As if it were killed: it says nothing to anybody.
    ~NwpInProcess();
    NwpInProcess(const NwpInProcess&) = delete;
    NwpInProcess& operator=(const NwpInProcess&) = delete;

    /// Speaks to the one host at the other end from now on. The link is used on the NWP's thread and must
    /// live longer.
    void serve(link::Link& link, const service::ClientPolicy& policy = {});

    /// With a clock only. Does what is ready and what is due; false when that was nothing.
    bool turn();
    /// With a clock only. When the next thing is due.
    Instant next_deadline() const;
    /// With a clock only. Forgets all links and their hosts; the services live on.
    void unplug();

    /// Runs `work` on the thread of the store, as if the disk were slow.
    void on_store_thread(std::function<void()> work);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace nwp::kit
