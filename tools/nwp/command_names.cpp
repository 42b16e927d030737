// SPDX-License-Identifier: Apache-2.0
#include "nwp/names.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/values.h"

#include <array>

namespace nwp::tool {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostAddresses = 20; // contracts: a name has at most so many

struct Question {
    std::string name;
    std::string service;
    int family = 0;
};

void run_resolve(const Common& common, const Question& question) {
    Connection connection(common.link);
    ResolveHints hints;
    hints.type = SocketType::stream;
    hints.family = static_cast<Family>(question.family);
    std::array<ResolvedAddress, kMostAddresses> found;
    request::Resolve resolve{question.name, question.service, hints, found};
    connection.perform(resolve, question.name);
    json::array rows;
    for (std::size_t i = 0; i < resolve.count(); ++i) {
        json::object row{{"address", text_of(found[i].address)}};
        if (!question.service.empty()) row["port"] = found[i].address.port;
        rows.push_back(std::move(row));
    }
    print({{"addresses", std::move(rows)}}, common.json);
}

} // namespace

void declare_names(CLI::App& app, Common& common) {
    const auto question = std::make_shared<Question>();
    auto* resolve = app.add_subcommand("resolve", "look up a name as a program behind the NWP would");
    resolve->add_option("name", question->name, "host name")->required();
    resolve->add_option("--service", question->service, "service name or port, to see its number");
    resolve->add_option("--family", question->family, "4 or 6; both unless given")
        ->check(CLI::IsMember({4, 6}));
    resolve->callback(
        [&common, question] { common.chosen = [&common, question] { run_resolve(common, *question); }; });
}

} // namespace nwp::tool
