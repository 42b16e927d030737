// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/host_line.h"
#include "nwpd/service/client.h"
#include "nwpd/service/services.h"

#include <boost/asio/io_context.hpp>

#include <list>
#include <memory>
#include <string>

namespace nwp::simplelink {

class Place;

/// The SimpleLink dialect on any number of lines, one chip each.
class Dialect {
public:
    Dialect(boost::asio::io_context& context, service::Services services);
    ~Dialect();
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;

    /// Waits for a host on this line and serves it, again and again. Empty: it does; else why not, in words
    /// for the person who wrote the configuration.
    std::string serve(std::unique_ptr<endpoint::HostLine> line, service::ClientPolicy policy);

private:
    boost::asio::io_context& context_;
    service::Services services_;
    std::list<Place> places_;
};

} // namespace nwp::simplelink
