// SPDX-License-Identifier: Apache-2.0
// wire/conversation.h says which request may come in which state of a socket and what answers the others. The
// trace marks messages by that table, so it must be what the NWP does: each row is asked in each state.
#include "tests/contract/raw_host.h"
#include "tests/kit/live_pair.h"
#include "tests/kit/nwp_in_process.h"
#include "tests/kit/pipe_pair.h"
#include "tests/kit/temporary_folder.h"
#include "wire/conversation.h"

#include <gtest/gtest.h>

#include <array>

namespace nwp::contract {
namespace {

using wire::SocketHandle;
using wire::SocketState;

constexpr const char* kStates[] = {"open", "connecting", "connected", "failed", "listening", "datagram"};
constexpr std::array<Byte, 4> kOn{1, 0, 0, 0};

class ConversationTable : public ::testing::TestWithParam<unsigned> {
protected:
    ConversationTable() {
        kit::NwpSettings settings;
        settings.store = folder_ / "store";
        nwp_ = std::make_unique<kit::NwpInProcess>(settings);
        nwp_->serve(pair_.nwp());
        host_ = std::make_unique<RawHost>(pair_.host());
        host_->say_hello();
    }

    static SocketState state() { return static_cast<SocketState>(GetParam()); }
    Address server() const { return address_of(server_.address(), server_.port()); }

    SocketHandle open(SocketType type) {
        wire::SocketOpen open;
        open.family = Family::ipv4;
        open.type = type;
        open.receive_limit = 4096;
        const auto opened = host_->ask(open);
        EXPECT_TRUE(opened) << to_string(host_->error());
        return opened ? opened->socket : SocketHandle::none;
    }
    /// A socket in the state that is looked at.
    SocketHandle socket() {
        const SocketHandle made =
            open(state() == SocketState::datagram ? SocketType::datagram : SocketType::stream);
        switch (state()) {
            case SocketState::connecting:
                host_->begin(wire::SocketConnect{made, address_of(busy_.address(), busy_.port())});
                break;
            case SocketState::connected:
                EXPECT_TRUE(host_->ask(wire::SocketConnect{made, server()})) << to_string(host_->error());
                break;
            case SocketState::failed:
                EXPECT_FALSE(host_->ask(wire::SocketConnect{made, address_of(server_.address(), 1)}));
                EXPECT_EQ(host_->error(), Error::connection_refused);
                break;
            case SocketState::listening:
                EXPECT_TRUE(host_->ask(wire::SocketBind{made, address_of(server_.address(), 0)}))
                    << to_string(host_->error());
                EXPECT_TRUE(host_->ask(wire::SocketListen{made, 4})) << to_string(host_->error());
                break;
            default: break;
        }
        return made;
    }
    /// `otherwise`: what answers where the table has no objection, if it is not success.
    template <typename Request>
    void expect_as_in_table(const Request& request, Error otherwise = {}) {
        const bool done = host_->ask(request).has_value();
        const Error refusal = wire::socket_refusal(Request::id, state());
        const Error wanted = refusal != Error{} ? refusal : otherwise;
        EXPECT_STREQ(to_string(host_->error()), to_string(wanted)) << Request::name;
        EXPECT_EQ(done, wanted == Error{}) << Request::name;
    }

    kit::TemporaryFolder folder_;
    Server server_{[](Connection& peer) { peer.receive_all(); }};
    BusyServer busy_;
    kit::LivePair pair_{std::make_unique<kit::PipePair>()};
    std::unique_ptr<kit::NwpInProcess> nwp_;
    std::unique_ptr<RawHost> host_;
};

TEST_P(ConversationTable, is_what_the_nwp_answers) {
    expect_as_in_table(wire::SocketConnect{socket(), server()});
    expect_as_in_table(
        wire::SocketOptionSet{socket(), SocketOption::reuse_address, {kOn.data(), kOn.size()}});
    expect_as_in_table(wire::SocketOptionGet{socket(), SocketOption::reuse_address});
    // The table does not tell datagram sockets with and without a peer apart.
    expect_as_in_table(wire::SocketShutdown{socket(), Shutdown::both},
                       state() == SocketState::datagram ? Error::not_connected : Error{});
    expect_as_in_table(wire::SocketClose{socket(), -1});
    expect_as_in_table(wire::SocketNameGet{socket(), 0});
    expect_as_in_table(wire::SocketVerdictGet{socket()});
    expect_as_in_table(wire::SocketBind{socket(), address_of(server_.address(), 0)});
    expect_as_in_table(wire::SocketListen{socket(), 2});
    expect_as_in_table(wire::SocketAccept{socket(), 0, 4096}, Error::would_block);
    expect_as_in_table(wire::SocketRouteCheck{socket(), server()});
}

INSTANTIATE_TEST_SUITE_P(of, ConversationTable, ::testing::Range(0U, wire::kSocketStates),
                         [](const auto& at) { return std::string(kStates[at.param]); });

} // namespace
} // namespace nwp::contract
