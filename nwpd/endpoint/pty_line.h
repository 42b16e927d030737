// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/descriptor_stream.h"
#include "nwpd/endpoint/host_line.h"
#include "nwpd/endpoint/node_watch.h"
#include "nwpd/endpoint/terminal.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace nwp::endpoint {

/// A line over a pseudo-terminal, which `path` is a symbolic link to. Power is on while anybody has the node
/// open: each opening and closing is told, in order, also when the loop sees many at once.
///
/// Bytes have no mark where one host ended and the next began. What a host wrote and nobody read is dropped
/// when it closes; where the next one has written already as well, all of it stays, for that one to be
/// understood (a host that changes the rate writes as soon as it has reopened).
/// What the NWP wrote and the host left unread is dropped when its closing is seen; the system keeps it until
/// then, so a host that reopens and reads at once may still get it. A socket has no such moment.
class PtyLine final : public HostLine, private DescriptorStream::Listener {
public:
    PtyLine(boost::asio::io_context& context, std::string path);

    std::string start(HostLineListener& listener) override;
    ByteView read() override;
    void write(ByteView bytes) override;
    std::size_t unsent() const override { return stream_ ? stream_->unsent() : 0; }
    void set_rate(unsigned) override {} // a pseudo-terminal takes every rate and keeps none
    std::string place() const override { return terminal_.path(); }

private:
    using Event = NodeWatch::Event;

    void on_input() override { handle_events(); }
    void on_drained() override;
    bool power_off_waits();
    void handle_later();
    void handle_events();
    void handle(Event event);
    void drop_bytes();
    void drop_old_input();
    bool next_host_wrote() const;
    void begin_anew();

    boost::asio::io_context& context_;
    PseudoTerminal terminal_;
    NodeWatch node_;
    HostLineListener* listener_ = nullptr;
    std::optional<DescriptorStream> stream_;
    std::deque<Event> events_; ///< taken, not handled
    std::size_t openers_ = 0;
    bool written_ = false; ///< by the host that is there, and maybe not read yet
    std::shared_ptr<PtyLine*> self_ = std::make_shared<PtyLine*>(this); ///< for what the loop still holds
};

} // namespace nwp::endpoint
