// SPDX-License-Identifier: Apache-2.0
// The module on an SPI bus: what a UART does not have. offload_test.cpp has the sockets.
#include "tests/zephyr/offload_fixture.h"
#include "tests/zephyr/spi_line.h"

namespace nwp {
namespace {

using Spi = Offload;

TEST_F(Spi, resets_the_network_processor_at_the_start) {
    const Processor running;
    EXPECT_EQ(shim::resets(), 1U);
}

TEST_F(Spi, carries_more_than_its_buffers_hold) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    for (int i = 0; i < 20; ++i) {
        expect_echo(fd, std::string(1000, static_cast<char>('a' + i)));
    }
    shim::close(fd);
}

TEST_F(Spi, is_called_by_the_attention_line_when_it_has_nothing_to_say) {
    const Processor running;
    const int fd = connected_to(peer::speaks_later);
    for (int i = 0; i < 20; ++i) expect_word_in_poll(fd);
    shim::close(fd);
}

TEST_F(Spi, recovers_from_damaged_exchanges) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    for (int i = 0; i < 3; ++i) {
        shim::damage_exchanges(1);
        expect_echo(fd, std::string(400, static_cast<char>('a' + i)));
    }
    EXPECT_EQ(shim::spi_traffic().damaged, 3U);
    shim::close(fd);
}

TEST_F(Spi, tries_again_what_the_controller_refused) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    shim::fail_transfers(3);
    expect_echo(fd, "words");
    EXPECT_EQ(shim::spi_traffic().failed, 3U);
    shim::close(fd);
}

/// Nobody calls in either: neither end has anything to tell.
TEST_F(Spi, leaves_the_bus_alone_while_nothing_happens) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    expect_echo(fd, "words");
    pollfd set{fd, POLLIN, 0};
    EXPECT_EQ(shim::poll(&set, 1, 50), 0); // what had to be acknowledged is
    const unsigned before = shim::spi_traffic().exchanges;
    EXPECT_EQ(shim::poll(&set, 1, 300), 0);
    EXPECT_LE(shim::spi_traffic().exchanges - before, 10U); // a late acknowledgement or a probe
    shim::close(fd);
}

TEST_F(Spi, ends_every_call_when_the_link_is_lost) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    nwp.cut_line();
    char byte = 0;
    EXPECT_EQ(shim::recv(fd, &byte, 1, 0), -1);
    EXPECT_EQ(errno, ECONNABORTED);
    EXPECT_EQ(shim::close(fd), 0);
}

} // namespace
} // namespace nwp
