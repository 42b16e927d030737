// SPDX-License-Identifier: Apache-2.0

#include "host/test_world.h"

namespace nwp::test {

void FakeNwp::data(wire::SocketHandle socket, std::string_view text, bool end) {
    while (!text.empty() || end) {
        const auto sent = session_.send_data(static_cast<std::uint16_t>(socket), as_bytes(text), end);
        ASSERT_TRUE(sent);
        text.remove_prefix(*sent);
        if (text.empty()) return;
    }
}

void FakeNwp::datagram(wire::SocketHandle socket, const Address& from, std::string_view bytes, bool cut) {
    Byte encoded[32];
    wire::Writer writer{encoded};
    wire::put(writer, from);
    ByteView address{encoded, writer.written()};
    do {
        const auto sent =
            session_.send_datagram(static_cast<std::uint16_t>(socket), address, as_bytes(bytes), cut);
        ASSERT_TRUE(sent);
        bytes.remove_prefix(*sent);
        address = {};
    } while (!bytes.empty());
}

void FakeNwp::on_datagram(std::uint16_t channel, ByteView part, bool more) {
    std::vector<Datagram>& all = datagrams[channel];
    if (all.empty() || all.back().whole) {
        wire::Reader reader{part};
        all.emplace_back();
        wire::get(reader, all.back().to);
        EXPECT_TRUE(reader.ok());
        part = reader.left();
    }
    all.back().bytes += as_text(part);
    ++all.back().parts;
    all.back().whole = !more;
}

std::size_t FakeNwp::count(std::uint16_t id) const {
    std::size_t found = 0;
    for (const Seen& one : seen) found += one.id == id;
    return found;
}

void FakeNwp::on_hello(const wire::HelloRequest& hello, wire::HelloReply& reply) {
    hellos.push_back(hello);
    reply.capabilities = hello.capabilities;
    reply.token.octets[0] = static_cast<Byte>(hellos.size());
    if (hello_answer) hello_answer(hello, reply);
}

void FakeNwp::on_message(const session::Message& message) {
    seen.push_back(
        {message.kind, message.id, message.request, message.deadline_ms, kit::copied(message.body)});
    const auto answer = answers_.find(message.id);
    if (answer != answers_.end()) return answer->second(message);
    switch (message.id) {
        case wire::SocketOpen::id:
            place_ = static_cast<std::uint16_t>(place_ + 1);
            last_handle = static_cast<wire::SocketHandle>(0x0400 + place_);
            return reply(message.request, wire::SocketOpened{last_handle, send_limit});
        case wire::SocketConnect::id: return reply(message.request, wire::SocketConnected{});
        case wire::Echo::id: return reply(message.request, *wire::decode<wire::Echo>(message.body));
        default: return reply(message.request, wire::Done{});
    }
}

bool ManualPort::wait(Waiter& waiter, Lock& lock, Instant until) {
    bool moved = true;
    while (!waiter.woken && moved) {
        lock.release();
        moved = turn(until);
        lock.take();
    }
    return waiter.woken.exchange(false);
}

} // namespace nwp::test
