// SPDX-License-Identifier: Apache-2.0
#include "session/print.h"
#include "simplelink/print.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/pcapng_reader.h"
#include "tools/nwp/values.h"

#include <array>
#include <cstdio>

namespace nwp::tool {
namespace {

namespace json = boost::json;

/// Either dialect: the capture says which; where it does not, the first frame tells.
class Printer {
public:
    explicit Printer(const Capture& capture)
        : simplelink_(capture.dialect.empty() ? begins_as_simplelink(capture)
                                              : capture.dialect == "simplelink") {}

    std::string print(const CapturedFrame& frame) {
        if (simplelink_) return simplelink::print_frame(frame.bytes, frame.from_host);
        return native_.print_frame(frame.bytes, frame.from_host ? session::Direction::to_nwp
                                                                : session::Direction::to_host);
    }

private:
    static bool begins_as_simplelink(const Capture& capture) {
        return !capture.frames.empty() && simplelink::is_frame(capture.frames.front().bytes);
    }

    bool simplelink_;
    session::FramePrinter native_;
};

json::object frame_row(const CapturedFrame& frame, std::uint64_t begin_us, Printer& printer) {
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), "%.6f", static_cast<double>(frame.time_us - begin_us) / 1e6);
    return {{"time_s", time.data()},
            {"from", frame.from_host ? "host" : "nwp"},
            {"frame", printable(printer.print(frame))}};
}

void run_trace(const Common& common, const std::string& path) {
    const std::vector<Byte> file = read_file(path);
    const Capture capture = read_pcapng(file);
    json::array rows;
    Printer printer{capture};
    for (const CapturedFrame& frame : capture.frames) {
        rows.push_back(frame_row(frame, capture.frames.front().time_us, printer));
    }
    if (!rows.empty() || capture.error.empty()) print({{"frames", std::move(rows)}}, common.json);
    if (!capture.error.empty()) throw Failure(kRefused, path + ": " + capture.error);
}

} // namespace

void declare_trace(CLI::App& app, Common& common) {
    const auto path = std::make_shared<std::string>();
    auto* trace =
        app.add_subcommand("trace", "print a captured link (endpoint.capture); secrets are not shown");
    trace->add_option("file", *path, "pcapng file")->type_name("FILE")->required();
    trace->callback([&common, path] { common.chosen = [&common, path] { run_trace(common, *path); }; });
}

} // namespace nwp::tool
