// SPDX-License-Identifier: Apache-2.0
// nwpd's end of a frame bus keeps what every link promises.
#include "tests/contract/link_contract.h"

#include "nwpd/endpoint/frame_bus_carrier.h"
#include "tests/kit/temporary_folder.h"

#include <boost/asio/io_context.hpp>

#include <memory>

namespace nwp::contract {
namespace {

/// Two of them, each the other's peer.
class Carriers {
public:
    Carriers() {
        restart(End::host);
        restart(End::nwp);
        for (int i = 0; i < 4; ++i) { // who was there first hears of the other
            turn();
            for (const End at : kEnds) static_cast<void>(end(at).receive());
        }
    }
    link::Link& end(End end) { return *ends_[kit::index(end)]; }
    void turn() {
        context_.restart();
        context_.run_one_for(std::chrono::milliseconds(1));
    }
    void restart(End end) {
        auto& own = ends_[kit::index(end)];
        own.reset();
        const auto opened = endpoint::open_frame_bus(path(end));
        EXPECT_GE(opened.descriptor, 0) << opened.error;
        own = std::make_unique<endpoint::FrameBusCarrier>(context_, opened.descriptor, path(end),
                                                          path(kit::other(end)));
    }

private:
    std::string path(End end) const { return (folder_ / (end == End::host ? "mcu" : "nwp")).string(); }

    kit::TemporaryFolder folder_;
    boost::asio::io_context context_;
    std::unique_ptr<endpoint::FrameBusCarrier> ends_[2];
};

INSTANTIATE_TYPED_TEST_SUITE_P(FrameBusCarrier, LinkContract, Carriers);
INSTANTIATE_TYPED_TEST_SUITE_P(FrameBusCarrier, ResetLinkContract, Carriers);

} // namespace
} // namespace nwp::contract
