// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/host_line.h"
#include "nwpd/service/client.h"
#include "nwpd/service/services.h"

#include <boost/asio/io_context.hpp>

#include <cstdint>

namespace nwp::simplelink {

/// Where chips of one line come to life: what they find at power-on, and what outlasts their power (the clock
/// has a battery). Lives as long as the line.
struct Board {
    boost::asio::io_context& loop;
    service::Services services;
    service::ClientPolicy policy;
    endpoint::HostLine& line;
    std::int64_t clock_offset = 0; ///< seconds that this host's clock is ahead of the machine's
};

class Outbox;

/// What a silo of a powered-on chip works with. All of it outlives the silo.
struct Power {
    Board& board;
    service::Client& client;
    Outbox& out;
};

} // namespace nwp::simplelink
