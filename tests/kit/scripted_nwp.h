// SPDX-License-Identifier: Apache-2.0
#pragma once

// A network processor that plays parts, for tests of the host's side: it speaks the native dialect over a
// packet socket, on a thread of its own, and what a peer does is chosen by the port that is connected to.

#include "ports/posix/unix_link.h"
#include "session/credit.h"
#include "session/session.h"
#include "wire/messages.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace nwp::kit {

/// What the peer on a port does.
namespace peer {
constexpr std::uint16_t refuses = 1;        ///< connection_refused
constexpr std::uint16_t distrusted = 2;     ///< TLS: connection_aborted, with a verdict
constexpr std::uint16_t silent = 3;         ///< no answer to connect
constexpr std::uint16_t resets = 4;         ///< three bytes, then connection_reset
constexpr std::uint16_t echoes = 7;         ///< sends back; finishes when the host has
constexpr std::uint16_t discards = 9;       ///< takes everything
constexpr std::uint16_t greets = 13;        ///< "hello", then finishes
constexpr std::uint16_t speaks_later = 14;  ///< like echoes, and says what speak() says
constexpr std::uint16_t pours = 19;         ///< sends for ever: byte n is n modulo 251
constexpr std::uint16_t takes_nothing = 21; ///< gives no more credit than the first
constexpr std::uint16_t unreachable = 23;   ///< datagrams: no way there
} // namespace peer

/// A link that is as reliable as it is told to be.
class DeclaredLink final : public link::Link {
public:
    DeclaredLink(link::Link& link, bool reliable) : link_(link), reliable_(reliable) {}

    std::size_t frame_room() const override { return link_.frame_room(); }
    Result<void> send(ByteView frame) override { return link_.send(frame); }
    Result<ByteView> receive() override { return link_.receive(); }
    void on_activity(Callback<void()> wake) override { link_.on_activity(wake); }
    bool checked() const override { return true; }
    bool reliable() const override { return reliable_; }

private:
    link::Link& link_;
    bool reliable_;
};

class ScriptedNwp final : private session::Listener {
public:
    /// First credit of each socket.
    static constexpr std::uint32_t kWindow = 256 * 1024;

    /// `reliable` false: the host is behind a line that may lose frames, so they are acknowledged.
    explicit ScriptedNwp(bool reliable = true);
    ~ScriptedNwp();
    ScriptedNwp(const ScriptedNwp&) = delete;
    ScriptedNwp& operator=(const ScriptedNwp&) = delete;

    /// The host's end of the line; whoever takes it owns it.
    int take_host_end();
    /// A fresh line, after the host's end was lost or closed.
    void mend_line();
    /// Uses a connected packet socket, and owns it.
    void plug_in(int fd);
    /// The line is cut.
    void cut_line();
    /// Reads and writes nothing any more, with the line intact; or again.
    void freeze(bool on);
    /// Peers of the kind `speaks_later` say it.
    void speak(const std::string& text);

    /// So many callers, who echo, wait on every socket that listens.
    void call_in(std::uint16_t count);

    /// Whether packet sockets are granted; they are.
    void grant_packets(bool granted);
    /// Of packet sockets.
    static constexpr Byte kHardwareAddress[] = {0x02, 0x00, 0x5E, 0x00, 0x53, 0x0A};
    /// Sends a frame on the packet socket. False: there is none, or no credit; then it is lost.
    bool send_frame(const std::string& frame);
    /// What came on it.
    std::vector<std::string> frames();

    /// Answer to getaddrinfo, for any name but "nowhere".
    void answer_names_with(std::vector<wire::ResolvedAddress> addresses, std::string canonical = {});

    /// What was set last, as it travelled.
    std::map<SocketOption, std::string> options();
    /// What is stored under tag and type; empty: nothing.
    std::string credential(std::int32_t tag, CredentialType type);
    /// linger_s of the last close.
    std::int32_t last_linger();
    bool last_hello_had_token();
    std::size_t open_sockets();
    /// Messages that came so far; probes and acknowledgements are none.
    std::size_t messages();

private:
    struct Peer {
        std::uint16_t port = 0;
        session::SendCredit send;
        session::ReceiveCredit receive;
        std::string waiting; ///< to be sent
        std::uint64_t poured = 0;
        bool finishing = false;
        bool finished = false;
        bool reset = false;
        bool connected = false;
        bool listening = false;
        std::uint16_t callers = 0;
        bool datagrams = false;
        bool packets = false;
        bool arriving = false; ///< a datagram has begun and not ended
        Address arriving_to;
        std::string arriving_bytes;
    };

    void on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) override;
    void on_open(const wire::HelloReply& agreed) override;
    void on_closed(Error why) override;
    void on_message(const session::Message& message) override;
    void on_data(std::uint16_t channel, ByteView bytes, bool end) override;
    void on_datagram(std::uint16_t channel, ByteView part, bool more) override;
    void on_credit(std::uint16_t channel, std::uint32_t limit) override;
    void on_cancel(std::uint16_t request) override;
    void on_room() override {}

    template <typename Reply>
    void reply(const Reply& reply);
    void fail(Error error) { reply(wire::Failed{error, 0}); }
    void connect(const wire::SocketConnect& request);
    void connect_datagrams(Peer& peer, const wire::SocketConnect& request);
    void accept(const wire::SocketAccept& request);
    void answer_datagram(std::uint16_t channel, Peer& peer);
    bool send_datagram(std::uint16_t channel, Peer& peer, const Address& from, ByteView bytes);
    void pump();
    bool pump(std::uint16_t channel, Peer& peer);
    void run();
    void wake();

    struct Router;
    friend struct Router;

    std::mutex mutex_; ///< everything below
    posix::UnixLink link_;
    DeclaredLink declared_;
    session::SessionStorage<65535, 64, 0> storage_;
    session::Session session_;
    std::map<std::uint16_t, Peer> peers_;
    std::map<SocketOption, std::string> options_;
    std::map<std::pair<std::int32_t, CredentialType>, std::string> credentials_;
    std::string uploading_;
    std::vector<std::string> frames_;
    std::vector<wire::ResolvedAddress> names_;
    std::string canonical_;
    std::uint16_t number_ = 0; ///< of the request under way
    std::uint16_t next_channel_ = 1;
    std::int32_t last_linger_ = -2;
    std::size_t messages_ = 0;
    int host_end_ = -1;
    int bell_;
    bool had_token_ = false;
    bool frozen_ = false;
    bool packets_granted_ = true;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace nwp::kit
