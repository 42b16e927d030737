// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/host_line.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nwp::endpoint {

/// A host's end, closed when it goes.
class HostEnd {
public:
    explicit HostEnd(int descriptor) : descriptor_(descriptor) {}
    HostEnd(HostEnd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    HostEnd& operator=(HostEnd&&) = delete;
    ~HostEnd() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

/// Writes down what a line tells.
class Recorder final : public HostLineListener {
public:
    void on_opened() override { events.emplace_back("opened"); }
    void on_closed() override { events.emplace_back("closed"); }
    void on_readable() override { readable = true; }
    void on_drained() override { ++drained; }

    std::vector<std::string> events;
    bool readable = false;
    int drained = 0;
};

/// A loop, and somebody who listens to a line.
class LineTest : public testing::Test {
protected:
    /// Runs the loop until it holds; false when it does not for half a minute.
    template <typename Condition>
    bool runs_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!condition()) {
            context.restart();
            context.run_one_until(deadline);
            if (std::chrono::steady_clock::now() >= deadline) return false;
        }
        return true;
    }
    bool tells(std::size_t count) {
        return runs_until([&] { return heard.events.size() >= count; });
    }
    /// Handles what is there already.
    void run_what_is_ready() {
        context.restart();
        while (context.poll() != 0) {
        }
    }
    /// What came, once it is so many bytes.
    std::string received(HostLine& line, std::size_t count) {
        std::string text;
        const bool came = runs_until([&] {
            for (ByteView bytes = line.read(); !bytes.empty(); bytes = line.read())
                text.append(bytes.begin(), bytes.end());
            return text.size() >= count;
        });
        return came ? text : "only: " + text;
    }
    static void send(HostLine& line, std::string_view text) {
        line.write({reinterpret_cast<const Byte*>(text.data()), text.size()});
    }

    boost::asio::io_context context;
    Recorder heard;
};

} // namespace nwp::endpoint
