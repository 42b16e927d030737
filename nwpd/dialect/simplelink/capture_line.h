// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/host_line.h"
#include "nwpd/endpoint/pcapng_writer.h"
#include "simplelink/host_framer.h"

#include <memory>
#include <string>
#include <vector>

namespace nwp::simplelink {

/// Another line, every message of which is also written to a file: one packet for each, from its sync word to
/// its padding; the raw words around a new baud rate likewise. Noise between messages is left out.
class CaptureLine final : public endpoint::HostLine, private endpoint::HostLineListener {
public:
    CaptureLine(std::unique_ptr<endpoint::HostLine> inner, const std::string& path);

    /// Empty, or why the file cannot be written.
    const std::string& error() const { return file_.error(); }

    std::string start(endpoint::HostLineListener& listener) override;
    ByteView read() override;
    /// Each call is one message, or the raw answer to a new rate: so the chip writes.
    void write(ByteView bytes) override;
    std::size_t unsent() const override { return inner_->unsent(); }
    void set_rate(unsigned baud) override { inner_->set_rate(baud); }
    std::string place() const override { return inner_->place(); }

private:
    void on_opened() override;
    void on_closed() override;
    void on_readable() override { listener_->on_readable(); }
    void on_drained() override { listener_->on_drained(); }
    void write_messages_of_host();

    std::unique_ptr<endpoint::HostLine> inner_;
    endpoint::PcapngWriter file_;
    endpoint::HostLineListener* listener_ = nullptr;
    bool open_ = false;
    HostFramer framer_;
    std::vector<Byte> unwritten_; ///< what the framer may hold, and the message that it gives out
};

} // namespace nwp::simplelink
