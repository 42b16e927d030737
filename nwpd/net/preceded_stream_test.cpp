// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/preceded_stream.h"

#include "base/text.h"
#include "tests/kit/pki/loop.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

using namespace nwp;
using namespace nwp::net;
using kit::run_ready;

namespace {

/// Says "below", and notes what is asked of it.
struct Lower final : Stream {
    Result<std::size_t> read(Bytes into) override {
        return closed ? Result<std::size_t>{Error::bad_handle} : copy_bytes(into, as_bytes("below"));
    }
    Result<std::size_t> write(ByteView bytes) override { return bytes.size(); }
    void wait_readable(std::function<void()> handler) override { readable = std::move(handler); }
    void wait_writable(std::function<void()> handler) override { writable = std::move(handler); }
    Result<void> shutdown_send() override { return Error::broken_pipe; }
    void close(bool abort) override {
        closed = true;
        aborted = abort;
    }
    Address local() const override { return Address::ipv4(127, 0, 0, 1, 1); }
    Address peer() const override { return Address::ipv4(127, 0, 0, 1, 2); }

    std::function<void()> readable;
    std::function<void()> writable;
    bool closed = false;
    bool aborted = false;
};

class Preceded : public ::testing::Test {
protected:
    std::string read(std::size_t most) {
        Byte buffer[16];
        const auto got = stream->read(Bytes{buffer}.first(most));
        return got ? std::string{as_text(ByteView{buffer}.first(*got))} : to_string(got.error());
    }
    void count_readable() {
        stream->wait_readable([this] { ++told; });
    }

    boost::asio::io_context context;
    Lower* lower = new Lower;
    std::unique_ptr<PrecededStream> stream = std::make_unique<PrecededStream>(
        context, std::unique_ptr<Stream>{lower}, std::vector<Byte>{'a', 'b', 'c'});
    int told = 0;
};

} // namespace

TEST_F(Preceded, gives_what_was_read_already_and_then_what_comes) {
    EXPECT_EQ(read(2), "ab");
    EXPECT_EQ(read(16), "c");
    EXPECT_EQ(read(16), "below");
}

TEST_F(Preceded, is_readable_at_once_while_something_is_left) {
    count_readable();
    EXPECT_EQ(told, 0) << "never from inside the call";
    run_ready(context);
    EXPECT_EQ(told, 1);
    EXPECT_FALSE(lower->readable);
    EXPECT_EQ(read(16), "abc");
    count_readable();
    run_ready(context);
    EXPECT_EQ(told, 1);
    lower->readable();
    EXPECT_EQ(told, 2);
}

TEST_F(Preceded, calls_the_last_handler_alone_and_once) {
    stream->wait_readable([] { FAIL() << "it was replaced"; });
    count_readable();
    run_ready(context);
    EXPECT_EQ(told, 1);
    stream->wait_readable([] { FAIL() << "it was replaced"; });
    EXPECT_EQ(read(16), "abc");
    count_readable();
    run_ready(context);
    EXPECT_EQ(told, 1) << "that waits for the lower stream";
}

TEST_F(Preceded, is_still_when_it_is_closed_or_gone) {
    count_readable();
    stream->close(true);
    run_ready(context);
    EXPECT_TRUE(lower->aborted);
    EXPECT_EQ(read(16), to_string(Error::bad_handle)) << "nothing is left either";
    stream->wait_writable([] {});
    EXPECT_TRUE(lower->writable);
    EXPECT_EQ(stream->peer().port, 2);

    stream = std::make_unique<PrecededStream>(context, std::make_unique<Lower>(), std::vector<Byte>{'a'});
    count_readable();
    stream.reset();
    run_ready(context);
    EXPECT_EQ(told, 0);
}
