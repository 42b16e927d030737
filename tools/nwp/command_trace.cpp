// SPDX-License-Identifier: Apache-2.0
#include "session/frame.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/pcapng_reader.h"
#include "tools/nwp/values.h"
#include "wire/print.h"
#include "wire/reader.h"

#include <array>
#include <cstdio>
#include <map>
#include <utility>

namespace nwp::tool {
namespace {

namespace json = boost::json;

constexpr std::size_t kDeadlineSize = 4;

const char* kind_name(session::FrameKind kind) {
    switch (kind) {
        case session::FrameKind::hello: return "hello";
        case session::FrameKind::ack: return "ack";
        case session::FrameKind::probe: return "probe";
        case session::FrameKind::request: return "request";
        case session::FrameKind::reply: return "reply";
        case session::FrameKind::item: return "item";
        case session::FrameKind::event: return "event";
        case session::FrameKind::cancel: return "cancel";
        case session::FrameKind::data: return "data";
        case session::FrameKind::datagram: return "datagram";
        case session::FrameKind::credit: return "credit";
    }
    return "unknown";
}

/// Which list a message's id belongs to; nothing for frames that carry none.
const std::map<session::FrameKind, wire::Use> kUses = {{session::FrameKind::hello, wire::Use::hello},
                                                       {session::FrameKind::request, wire::Use::request},
                                                       {session::FrameKind::reply, wire::Use::reply},
                                                       {session::FrameKind::item, wire::Use::item},
                                                       {session::FrameKind::event, wire::Use::event}};

/// Puts messages of several frames together, for one direction.
class Assembly {
public:
    /// The whole message, or nothing while more is to come.
    ByteView add(const session::FrameHeader& header, ByteView body) {
        if (!open_) message_.clear();
        message_.insert(message_.end(), body.begin(), body.end());
        open_ = (header.flags & session::FrameHeader::more) != 0;
        return open_ ? ByteView{} : ByteView{message_};
    }
    bool open() const { return open_; }

private:
    std::vector<Byte> message_;
    bool open_ = false;
};

std::string print_whole(session::FrameKind kind, ByteView message) {
    wire::Reader reader{message};
    const auto id = static_cast<std::uint16_t>(reader.number(2));
    std::string deadline;
    if (kind == session::FrameKind::request) {
        deadline = " within " + std::to_string(reader.number(kDeadlineSize)) + " ms";
    }
    return wire::print_message(kUses.at(kind), id, reader.left()) + deadline;
}

std::string content_of(const session::FrameHeader& header, ByteView body, Assembly& assembly) {
    if (header.kind == session::FrameKind::data) {
        const bool end = (header.flags & session::FrameHeader::end) != 0;
        return std::to_string(body.size()) + " bytes" + (end ? ", end" : "");
    }
    if (header.kind == session::FrameKind::credit) {
        wire::Reader reader{body};
        return "up to byte " + std::to_string(reader.number(4));
    }
    if (!kUses.contains(header.kind)) return {};
    const ByteView message = assembly.add(header, body);
    return assembly.open() ? "(goes on)" : print_whole(header.kind, message);
}

json::object frame_row(const CapturedFrame& frame, std::uint64_t begin_us, Assembly& assembly) {
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), "%.6f", static_cast<double>(frame.time_us - begin_us) / 1e6);
    json::object row{{"time_s", time.data()}, {"from", frame.from_host ? "host" : "nwp"}};
    const auto header = session::read_header(frame.bytes);
    if (!header) {
        row["kind"] = "malformed";
        row["channel"] = nullptr;
        row["sequence"] = nullptr;
        row["content"] = std::to_string(frame.bytes.size()) + " bytes";
        return row;
    }
    row["kind"] = kind_name(header->kind);
    row["channel"] = header->channel;
    row["sequence"] = header->sequence;
    row["content"] = content_of(*header, frame.bytes.from(session::FrameHeader::size), assembly);
    return row;
}

void run_trace(const Common& common, const std::string& path) {
    const std::vector<Byte> file = read_file(path);
    const Capture capture = read_pcapng(file);
    json::array rows;
    Assembly from_host;
    Assembly from_nwp;
    for (const CapturedFrame& frame : capture.frames) {
        rows.push_back(
            frame_row(frame, capture.frames.front().time_us, frame.from_host ? from_host : from_nwp));
    }
    if (!rows.empty() || capture.error.empty()) print({{"frames", std::move(rows)}}, common.json);
    if (!capture.error.empty()) throw Failure(kRefused, path + ": " + capture.error);
}

} // namespace

void declare_trace(CLI::App& app, Common& common) {
    const auto path = std::make_shared<std::string>();
    auto* trace =
        app.add_subcommand("trace", "print a captured link (endpoint.capture); secrets are not shown");
    trace->add_option("file", *path, "pcapng file")->required();
    trace->callback([&common, path] { common.chosen = [&common, path] { run_trace(common, *path); }; });
}

} // namespace nwp::tool
