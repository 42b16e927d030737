// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/documents.h"
#include "tools/nwp/commands.h"

#include <cstdio>

namespace {

nwp::cli::Manual manual() {
    return {"nwp",
            1,
            "OpenNWP " NWP_VERSION,
            {{"Exit status", "0 it was done; 1 the NWP said no, or what it guards did; 2 what was asked for "
                             "makes no sense; 3 nobody "
                             "answers at the link."},
             {"Environment", "NWP_LINK: the link, where --link does not say it."},
             {"Example",
              "nwp --link unix:/run/nwp.sock wifi connect nwp-home --passphrase-file key --wait-address"},
             {"See also", "nwpd(8)"}}};
}

} // namespace

int main(int argc, char** argv) {
    using namespace nwp::tool;
    const nwp::cli::Manual page = manual();
    CLI::App app{"Talks to a network processor: looks into it, sets it up, uses it."};
    Common common;
    app.add_option("--link", common.link, "unix:PATH or tty:PATH[:BAUD]; NWP_LINK says it too")
        ->capture_default_str()
        ->envname("NWP_LINK");
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
    nwp::cli::add_documents(app, page);
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
