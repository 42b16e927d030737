// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/native/host_session.h"
#include "nwpd/dialect/native/parking.h"
#include "nwpd/dialect/native/upload.h"
#include "nwpd/endpoint/carrier.h"
#include "nwpd/service/steady_time.h"
#include "wire/messages.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace nwp::native {

/// What every front end of the daemon shares.
struct Shared {
    boost::asio::io_context& context;
    service::Services& services;
    Parking& parking;
    std::uint32_t capabilities = 0;
    /// Lets every link look whether it is down, so that a host that comes back at once finds its sockets
    /// parked.
    std::function<void()> check_links;
    /// What deadlines and silence are measured with.
    std::function<Instant()> now = service::steady_now;
};

/// The native dialect on one link: bytes to service calls, service events to bytes. One executor.
class FrontEnd final : public session::Listener {
public:
    /// `on_down` is called once, later, when the link is gone; the owner then deletes us.
    FrontEnd(Shared& shared, std::unique_ptr<endpoint::Carrier> carrier, endpoint::Peer peer,
             service::ClientPolicy policy, std::function<void()> on_down);
    ~FrontEnd();
    FrontEnd(const FrontEnd&) = delete;
    FrontEnd& operator=(const FrontEnd&) = delete;

    /// Takes what came and sends what waits. Not from inside itself.
    void run();
    /// When run() has something to do even if nothing comes.
    Instant next_deadline() const { return earlier(session_.next_deadline(), requests_.next_deadline()); }
    /// Runs unless it is running already: another link's host may be ours come back.
    void look_for_loss() {
        if (!running_) run();
    }

    void on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) override;
    void on_open(const wire::HelloReply& agreed) override;
    void on_closed(Error why) override;
    void on_message(const session::Message& message) override;
    void on_data(std::uint16_t channel, ByteView bytes, bool end) override;
    void on_datagram(std::uint16_t channel, ByteView part, bool more) override;
    void on_credit(std::uint16_t channel, std::uint32_t limit) override;
    void on_cancel(std::uint16_t request) override;
    void on_room() override;

    void on(const wire::Echo& echo, const RequestPointer& request);
    void on(const wire::DeviceInfoGet&, const RequestPointer& request);
    void on(const wire::DeviceStatusGet&, const RequestPointer& request);
    void on(const wire::SimulatedFault& fault, const RequestPointer& request);
    void on(const wire::Resolve& question, const RequestPointer& request);
    void on(const wire::CredentialWrite& part, const RequestPointer& request);
    void on(const wire::CredentialDelete& which, const RequestPointer& request);
    void on(const wire::CredentialRead& which, const RequestPointer& request);
    void on(const wire::CredentialList&, const RequestPointer& request);
    void on(const wire::KeyGenerate& key, const RequestPointer& request);
    void on(const wire::SigningRequestGet& key, const RequestPointer& request);
    void on(const wire::FileWrite& part, const RequestPointer& request);
    void on(const wire::FileDelete& which, const RequestPointer& request);
    void on(const wire::FileList&, const RequestPointer& request);
    void on(const wire::WifiScan&, const RequestPointer& request);
    void on(const wire::WifiConnect& connect, const RequestPointer& request);
    void on(const wire::WifiDisconnect&, const RequestPointer& request);
    void on(const wire::WifiStatusGet&, const RequestPointer& request);
    void on(const wire::WifiCountrySet& set, const RequestPointer& request);
    void on(const wire::WifiCountryGet&, const RequestPointer& request);
    void on(const wire::WifiPowerSaveSet& set, const RequestPointer& request);
    void on(const wire::WifiPowerSaveGet&, const RequestPointer& request);
    void on(const wire::WifiStatisticsGet&, const RequestPointer& request);
    void on(const wire::WifiAccessPointStart& start, const RequestPointer& request);
    void on(const wire::WifiAccessPointStop&, const RequestPointer& request);
    void on(const wire::WifiAccessPointGet&, const RequestPointer& request);
    void on(const wire::WifiStationRemove& which, const RequestPointer& request);
    void on(const wire::SocketList& list, const RequestPointer& request);
    /// What is about a socket goes to the host's session.
    template <typename SocketRequest>
    void on(const SocketRequest& message, const RequestPointer& request) {
        host_->on(message, request);
    }

private:
    void wake();
    void arm_timer();
    void protocol_error(const char* what);
    void release_host();
    void leave();
    HostSession::Attachment attachment();
    void count_frames();

    Shared& shared_;
    std::unique_ptr<endpoint::Carrier> carrier_;
    endpoint::Peer peer_;
    service::ClientPolicy policy_;
    std::function<void()> on_down_;
    std::vector<Byte> transmit_;
    std::vector<session::TransmitSlot> slots_;
    std::vector<Byte> reorder_;
    std::vector<session::ReorderSlot> reorder_slots_;
    session::KeptFrames early_{reorder_, reorder_slots_};
    std::vector<Byte> assembly_;
    session::Session session_;
    Outbox outbox_;
    Requests requests_;
    std::unique_ptr<HostSession> host_; ///< null before the first hello
    std::unique_ptr<HostSession>
        known_host_; ///< on a line: the earlier host, between its end and the next hello
    Upload upload_;
    boost::asio::steady_timer timer_;
    bool posted_ = false;
    bool running_ = false;
    bool broken_ = false; ///< the host broke the protocol inside this run
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    session::Counters counted_;
    std::uint64_t counted_broken_ = 0;
};

} // namespace nwp::native
