// SPDX-License-Identifier: Apache-2.0
// Keeps wire/golden: layout.txt (every field of every message) and one counting sample of each message.
// Without --update it says what differs and ends with 1. With --update it writes what is new; it never
// changes or removes what stands: that would be a new major version, made by hand.
#include "wire/messages.h"
#include "wire/print.h"
#include "wire/sample.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace nwp::wire {
namespace {

namespace fs = std::filesystem;

std::string hexadecimal(std::uint16_t number) {
    std::ostringstream text;
    text << "0x" << std::hex << std::setw(4) << std::setfill('0') << number;
    return text.str();
}

template <typename M>
void add_layout(const M& message, std::vector<std::string>& lines) {
    const std::string beginning = hexadecimal(M::id) + ' ' + M::name;
    lines.push_back(beginning);
    unsigned index = 0;
    for_each_field(message, [&](const auto& field, const auto& value) {
        std::ostringstream line;
        line << beginning << ' ' << index++ << ' ' << field.name << ' '
             << type_name<std::decay_t<decltype(value)>>() << " since " << static_cast<unsigned>(field.since);
        lines.push_back(line.str());
    });
}

template <typename M>
std::string golden_text(Use use) {
    CountingSample sample;
    const M message = sample.make<M>();
    const std::vector<Byte> bytes = encoded(message);
    std::ostringstream text;
    text << "# " << print_message(use, M::id, bytes) << '\n' << hexadecimal(M::id) << ' ' << M::name << '\n';
    std::size_t column = 0;
    for (const Byte byte : bytes) {
        if (column != 0) text << (column % 16 == 0 ? '\n' : ' ');
        text << std::hex << std::setw(2) << std::setfill('0') << static_cast<unsigned>(byte);
        ++column;
    }
    text << (bytes.empty() ? "" : "\n");
    return text.str();
}

struct Golden {
    std::vector<std::string> layout;
    std::map<std::string, std::string> samples; ///< by name of the file
};

template <typename List>
void add_list(Use use, Golden& golden) {
    for_each_message(List{}, [&](const auto& message) {
        using M = std::decay_t<decltype(message)>;
        if (!golden.samples.emplace(std::string(M::name) + ".hex", golden_text<M>(use)).second) return;
        add_layout(message, golden.layout);
    });
}

Golden all() {
    Golden golden;
    add_list<Hellos>(Use::hello, golden);
    add_list<Requests>(Use::request, golden);
    add_list<Replies>(Use::reply, golden);
    add_list<Items>(Use::item, golden);
    add_list<Events>(Use::event, golden);
    std::sort(golden.layout.begin(), golden.layout.end());
    return golden;
}

std::string read(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

class Keeper {
public:
    Keeper(fs::path folder, bool update) : folder_(std::move(folder)), update_(update) {}

    void keep(const std::string& name, const std::string& wanted) {
        const std::string kept = read(folder_ / name);
        if (kept == wanted) return;
        if (!update_) {
            std::cerr << name << " is not up to date: run nwp-wire-golden --update\n";
            ++faults_;
            return;
        }
        std::ofstream(folder_ / name) << wanted;
    }
    /// A message may grow at its end; the bytes that stood stand.
    void keep_sample(const std::string& name, const std::string& wanted) {
        if (behind_comment(wanted).rfind(behind_comment(read(folder_ / name)), 0) == 0)
            return keep(name, wanted);
        std::cerr << name << " no longer has the bytes it had: older peers would not understand\n";
        ++faults_;
    }
    void keep_layout(const std::vector<std::string>& lines) {
        std::istringstream kept(read(folder_ / "layout.txt"));
        std::string line;
        bool all_there = true;
        while (std::getline(kept, line)) {
            if (std::binary_search(lines.begin(), lines.end(), line)) continue;
            std::cerr << "layout.txt: gone or changed: " << line << '\n';
            all_there = false;
            ++faults_;
        }
        std::string wanted;
        for (const std::string& each : lines) wanted += each + '\n';
        if (all_there) keep("layout.txt", wanted);
    }
    int faults() const { return faults_; }

private:
    static std::string behind_comment(const std::string& text) {
        std::string rest = text.substr(text.find('\n') + 1);
        while (!rest.empty() && rest.back() == '\n') rest.pop_back();
        return rest;
    }

    fs::path folder_;
    bool update_;
    int faults_ = 0;
};

} // namespace
} // namespace nwp::wire

int main(int argc, char** argv) {
    const bool update = argc > 1 && std::string_view(argv[1]) == "--update";
    const char* folder = argc > (update ? 2 : 1) ? argv[argc - 1] : NWP_SOURCE_DIR "/wire/golden";
    const nwp::wire::Golden golden = nwp::wire::all();
    nwp::wire::Keeper keeper(folder, update);
    keeper.keep_layout(golden.layout);
    for (const auto& [name, text] : golden.samples) keeper.keep_sample(name, text);
    return keeper.faults() == 0 ? 0 : 1;
}
