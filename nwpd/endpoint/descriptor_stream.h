// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "nwpd/endpoint/descriptor_watch.h"

#include <cstddef>
#include <vector>

namespace nwp::endpoint {

/// Bytes to and from a descriptor on the loop: what has no room waits here, and nothing is read that nobody
/// asks for, but one chunk.
class DescriptorStream {
public:
    /// Calls come from the loop, never from inside a call to the stream.
    class Listener {
    public:
        /// read() has something. Told once; again when read() was empty in between. May delete the stream.
        virtual void on_input() = 0;
        /// What waited has left.
        virtual void on_drained() = 0;

    protected:
        ~Listener() = default;
    };

    /// Owns `descriptor`, a non-blocking socket or terminal. The listener outlives the stream.
    DescriptorStream(boost::asio::io_context& context, int descriptor, Listener& listener);
    DescriptorStream(const DescriptorStream&) = delete;
    DescriptorStream& operator=(const DescriptorStream&) = delete;

    int descriptor() const { return watch_.descriptor(); }

    /// A chunk of what came; empty: nothing, or nothing any more. Valid until the next call.
    ByteView read();
    /// Takes all. What a peer that is gone does not take is gone as well.
    void write(ByteView bytes);
    /// Bytes that wait.
    std::size_t unsent() const { return outgoing_.size() - sent_; }

    /// Forgets what waits to go out.
    void drop_unsent();
    /// All that came, up to `most` bytes or a little more.
    std::vector<Byte> take_all(std::size_t most);
    /// read() gives these bytes before all others. Only when there is nothing that was put back or read
    /// ahead.
    void put_back(std::vector<Byte> bytes);
    /// read() gives something without asking the descriptor.
    bool has_read_ahead() const { return !read_ahead_.empty(); }

private:
    void on_wake();
    void take_input();
    void send_waiting();
    std::ptrdiff_t put(ByteView bytes);
    std::ptrdiff_t fill();

    DescriptorWatch watch_;
    Listener* listener_;
    bool socket_;
    std::vector<Byte> incoming_;
    std::vector<Byte> put_back_;
    ByteView read_ahead_; ///< of one of these two
    bool hungry_ = true;  ///< the listener is to be told of input
    std::vector<Byte> outgoing_;
    std::size_t sent_ = 0; ///< of `outgoing_`
};

} // namespace nwp::endpoint
