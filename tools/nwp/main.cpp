// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/commands.h"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
    using namespace nwp::tool;
    CLI::App app{"Talks to a network processor: looks into it, sets it up, uses it."};
    Common common;
    if (const char* link = std::getenv("NWP_LINK")) common.link = link;
    app.add_option("--link", common.link, "unix:PATH or tty:PATH[:BAUD]; NWP_LINK says it too")
        ->capture_default_str();
    app.add_flag("--json", common.json, "print the outcome as JSON");
    app.require_subcommand(1);
    app.fallthrough();
    declare_device(app, common);
    declare_wifi(app, common);
    declare_credentials(app, common);
    declare_files(app, common);
    declare_names(app, common);
    declare_get(app, common);
    declare_events(app, common);
    declare_sockets(app, common);
    declare_trace(app, common);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kUsage;
    }
    try {
        common.chosen();
    } catch (const Failure& failure) {
        std::fprintf(stderr, "nwp: %s\n", failure.what());
        return failure.status();
    }
    return 0;
}
