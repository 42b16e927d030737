// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/main/configuration.h"

#include <memory>
#include <string>

namespace nwp::daemon {

/// The composition root: the one place where every concrete part of nwpd is made and told of the others.
class Daemon {
public:
    explicit Daemon(const Configuration& configuration);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Opens the store, reads the radio file, begins to listen. Empty: hosts may connect; else what is wrong,
    /// in words for the person who started us.
    std::string start();
    /// Works until SIGTERM or SIGINT.
    void run();

private:
    struct Parts;
    const Configuration& configuration_;
    std::unique_ptr<Parts> parts_;
};

} // namespace nwp::daemon
