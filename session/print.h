// SPDX-License-Identifier: Apache-2.0
#pragma once

// A captured link for people: one line for each frame. Not for a microcontroller.

#include "session/session.h"
#include "wire/conversation.h"

#include <map>
#include <memory>
#include <string>

namespace nwp::session {

enum class Direction : std::uint8_t { to_nwp, to_host };

/// Follows both directions of one link: puts messages together that travelled in parts, knows frames that
/// came again, and marks with "!" what the peers should not have said in the state they are in.
class FramePrinter {
public:
    FramePrinter();
    ~FramePrinter();

    /// One line without its end. Frames in the order in which they were seen.
    std::string print_frame(ByteView frame, Direction direction);

private:
    struct Side;
    struct Asked {
        std::uint16_t id = 0;
        std::uint16_t socket = 0;
        SocketType type{}; ///< of the socket that is asked for
    };

    std::string print_sequenced(const FrameHeader& header, ByteView frame, Side& side);
    std::string print_content(const FrameHeader& header, ByteView body, Side& side);
    std::string print_message(const FrameHeader& header, ByteView whole);
    std::string print_hello(ByteView body);
    std::string print_request(const FrameHeader& header, std::uint16_t id, ByteView body);
    std::string print_answer(const FrameHeader& header, std::uint16_t id, ByteView body);
    Error refusal_of(const FrameHeader& bytes) const;
    wire::SocketState state_of(std::uint16_t socket) const;
    void begin(std::uint8_t epoch);

    std::unique_ptr<Side> to_nwp_;
    std::unique_ptr<Side> to_host_;
    std::map<std::uint16_t, Asked> asked_;               ///< requests without a reply, by number
    std::map<std::uint16_t, wire::SocketState> sockets_; ///< by handle
    WifiState station_ = WifiState::disconnected;
    std::uint8_t epoch_ = 0;
    bool open_ = false;
};

} // namespace nwp::session
