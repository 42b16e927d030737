// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/descriptor_stream.h"
#include "nwpd/endpoint/host_line.h"
#include "nwpd/endpoint/node_watch.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <string>

namespace nwp::endpoint {

/// A line over pseudo-terminals, to one of which `path` is a symbolic link. Power is on while anybody has the
/// host's end open: each opening and closing is told, in order, also when the loop sees many at once.
///
/// A pseudo-terminal keeps what nobody has read, and has no mark where one host ended and the next began. So
/// each has one of its own: when the opening of one is seen, the path leads to a fresh one before the first
/// byte is written for the host that is there. Who opens the path after that waits without power until this
/// host has closed.
/// Who opens it before that shares the pseudo-terminal with whoever opened just before. What a host wrote and
/// nobody read is dropped when it closes; where the next one on the same has written already as well, all of
/// it stays, for that one to be understood (a host that changes the rate writes as soon as it has reopened).
class PtyLine final : public HostLine, private DescriptorStream::Listener {
public:
    PtyLine(boost::asio::io_context& context, std::string path);
    ~PtyLine() override;

    std::string start(HostLineListener& listener) override;
    ByteView read() override;
    void write(ByteView bytes) override;
    std::size_t unsent() const override;
    void set_rate(unsigned) override {} // a pseudo-terminal takes every rate and keeps none
    std::string place() const override { return path_; }

private:
    using Act = NodeWatch::Act;
    using Event = NodeWatch::Event;
    struct Pair;

    bool is_on() const;
    void on_input() override { handle_events(); }
    void on_drained() override;
    std::string publish_fresh();
    bool power_off_waits();
    void handle_later();
    void handle_events();
    void handle(const Event& event);
    void handle_lost();
    void closed_by_one(Pair& pair);
    static void forget_bytes(Pair& pair);
    void begin();
    void end();
    bool opens_again(int node) const;
    void drop_old_input(Pair& pair);
    bool next_host_wrote(int node) const;
    void count_again();

    boost::asio::io_context& context_;
    std::string path_;
    NodeWatch node_;
    HostLineListener* listener_ = nullptr;
    std::unique_ptr<Pair> session_;   ///< of the host that is there; without openers: of one that is to come
    std::unique_ptr<Pair> published_; ///< the path leads to it; none: the system had no more, it leads to
                                      ///< `session_`
    std::deque<Event> events_;        ///< taken, not handled
    std::shared_ptr<PtyLine*> self_ = std::make_shared<PtyLine*>(this); ///< for what the loop still holds
};

} // namespace nwp::endpoint
