// SPDX-License-Identifier: Apache-2.0
//
// MQTT over TLS: says that it is there, takes commands, prints each and publishes it again as its answer; all
// of it with acknowledgements (QoS 1). The command line:
//
//   mqtt|BROKER|PORT|SSID|PASSPHRASE|NAME|COMMANDS     ends when it has answered so many
//
// Topics: NAME/status (retained: "here", and "gone" once it is not), NAME/commands/..., NAME/answers.
#include "examples/mqtt/packets.h"
#include "firmware/driver.h"
#include "firmware/exit_status.h"
#include "firmware/secured.h"
#include "firmware/text.h"

#include <cstring>

namespace {

using namespace nwp::firmware;
using nwp::Byte;
using nwp::mqtt::Delivery;
using nwp::mqtt::Message;
using nwp::mqtt::Packet;
using nwp::mqtt::Said;

constexpr std::uint16_t kKeepAlive = 60; // seconds
constexpr std::size_t kLongestPacket = 1024;

Message message_to(const Line& topic, nwp::ByteView payload) {
    Message message;
    message.topic = topic.text();
    message.payload = payload;
    message.delivery = Delivery::at_least_once;
    return message;
}

/// A session with the broker behind a socket. Each function waits and returns kDone, or the status to exit
/// with, whose line is printed.
class Client {
public:
    Client(const Running& running, int sock) : running_(running), sock_(sock) {
        const timeval pause{kKeepAlive / 2, 0};
        nwp_setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof pause);
    }

    int connect(const char* name, const Message& will) {
        nwp::mqtt::Connect connect;
        connect.client = name;
        connect.keep_alive_s = kKeepAlive;
        connect.will = &will;
        Packet answer;
        int status = send(write_connect(outgoing_, connect));
        if (status == kDone) status = next(answer);
        if (status != kDone) return status;
        if (answer.said != Said::connected)
            return failed(running_, kTransferFailed, "the broker", "did not answer to CONNECT");
        if (answer.code == 0) return kDone;
        return failed(running_, kRefused, "the broker",
                      Line{}.add("refused with code ").add_number(answer.code).text());
    }

    /// Does not wait for the answer: messages may come before it (3.8.4).
    int subscribe(const char* filter) {
        return send(write_subscribe(outgoing_, next_id(), filter, Delivery::at_least_once));
    }

    /// Does not wait for the acknowledgement: next() counts it.
    int publish(Message message) {
        message.id = next_id();
        const int status = send(write_publish(outgoing_, message));
        if (status == kDone) ++unacknowledged_;
        return status;
    }
    int unacknowledged() const { return unacknowledged_; }

    /// The next packet. Its views live until the next call. Silence is broken by pings.
    int next(Packet& packet) {
        for (;;) {
            const auto said = reader_.on_bytes(unread_);
            if (!said)
                return failed(running_, kTransferFailed, "the broker's packet", to_string(said.error()));
            if (said->said != Said::nothing) {
                packet = *said;
                return settle(packet);
            }
            const ssize_t size = nwp_recv(sock_, incoming_, sizeof incoming_, 0);
            if (size > 0) {
                unread_ = {incoming_, static_cast<std::size_t>(size)};
                continue;
            }
            const int error = size == 0 ? ECONNRESET : errno;
            if (error != EAGAIN || pinged_)
                return failed(running_, kTransferFailed, "the broker is gone", std::strerror(error));
            pinged_ = true;
            const int status = send(nwp::mqtt::write_ping(outgoing_));
            if (status != kDone) return status;
        }
    }

    int disconnect() { return send(nwp::mqtt::write_disconnect(outgoing_)); }

private:
    int send(const nwp::Result<nwp::ByteView>& packet) {
        if (!packet) return failed(running_, kTransferFailed, "our packet", to_string(packet.error()));
        if (send_all(sock_, packet->data(), packet->size()) == 0) return kDone;
        return failed(running_, kTransferFailed, "the broker is gone", std::strerror(errno));
    }

    /// What every packet that came is followed by.
    int settle(const Packet& packet) {
        pinged_ = false;
        if (packet.said == Said::acknowledged) --unacknowledged_;
        if (packet.said == Said::subscribed && packet.code == nwp::mqtt::kRefused)
            return failed(running_, kRefused, "the broker", "refused the subscription");
        if (packet.said != Said::message || packet.message.delivery != Delivery::at_least_once) return kDone;
        return send(nwp::mqtt::write_acknowledgement(outgoing_, packet.message.id));
    }

    std::uint16_t next_id() {
        if (++id_ == 0) id_ = 1;
        return id_;
    }

    const Running& running_;
    const int sock_;
    std::uint16_t id_ = 0;
    int unacknowledged_ = 0;
    bool pinged_ = false;
    nwp::ByteView unread_;
    Byte incoming_[512];
    Byte outgoing_[kLongestPacket];
    Byte room_[kLongestPacket];
    nwp::mqtt::Reader reader_{room_};
};

/// Prints a command and answers it.
int answer(const Running& running, Client& client, const Line& answers, const Message& command) {
    Line line;
    for (const char letter : command.topic) line.add_letter(letter);
    line.add(": ").add_number(static_cast<std::uint32_t>(command.payload.size())).add(" bytes");
    running.board.write_line(line.text());
    return client.publish(message_to(answers, command.payload));
}

int serve(const Running& running, Client& client, const char* name, std::uint32_t commands) {
    const Line status_topic = Line{}.add(name).add("/status");
    Message here = message_to(status_topic, nwp::as_bytes("here"));
    Message gone = message_to(status_topic, nwp::as_bytes("gone"));
    here.retain = gone.retain = true;

    int status = client.connect(name, gone);
    if (status == kDone) status = client.subscribe(Line{}.add(name).add("/commands/#").text());
    if (status == kDone) status = client.publish(here);
    const Line answers = Line{}.add(name).add("/answers");
    while (status == kDone && (commands != 0 || client.unacknowledged() != 0)) {
        Packet packet;
        status = client.next(packet);
        if (status != kDone || packet.said != Said::message || commands == 0) continue;
        --commands;
        status = answer(running, client, answers, packet.message);
    }
    return status == kDone ? client.disconnect() : status;
}

} // namespace

int main() {
    const Running running = start_driver();
    const Words words;
    if (words.size() != 7)
        return failed(running, kBadArguments, "usage", "mqtt|BROKER|PORT|SSID|PASSPHRASE|NAME|COMMANDS");
    const int unreachable = reach_network(running, words[3], words[4]);
    if (unreachable != kDone) return unreachable;
    const int sock = connect_secured(running, words[1], words[2]);
    if (sock < 0) return -sock;
    static Client client{running, sock};
    const int status = serve(running, client, words[5], static_cast<std::uint32_t>(*words[6] - '0'));
    nwp_close(sock);
    return status;
}
