// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/baseline/offloaded_tcp.h"
#include "firmware/baseline/stream.h"
#include "firmware/running.h"

namespace nwp::baseline {

/// An OffloadedTcp as a stream that TLS can stand on. What goes wrong ends the program with its reason.
class DriverTcp final : public Stream, private TcpUser {
public:
    DriverTcp(const firmware::Running& running, const Address& peer);

    int send(const std::uint8_t* bytes, std::size_t size) override;
    int receive(std::uint8_t* into, std::size_t room) override;
    void wait() override;
    void close();

private:
    void on_connected() override;
    void on_received(Buffer& buffer) override;
    void on_room() override { tell(); }
    void on_finished() override;
    void on_broken(Error why) override;
    /// Something may go on: wait() ends. A callback may run after the watches of its socket were woken.
    void tell();
    bool has_news() { return news_; }

    firmware::Running running_;
    Watch watch_;
    OffloadedTcp tcp_;
    Buffer* first_ = nullptr;
    Buffer* last_ = nullptr;
    bool connected_ = false;
    bool finished_ = false;
    bool news_ = false; ///< since wait()
};

} // namespace nwp::baseline
