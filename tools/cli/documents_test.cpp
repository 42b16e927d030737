// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nwp::cli {
namespace {

using ::testing::HasSubstr;

/// A program with what a tree can have: nested commands, choices, files, options that hold everywhere.
class Documents : public ::testing::Test {
protected:
    Documents() {
        app.add_option("--link", text, "where it is");
        app.fallthrough();
        auto* wifi = app.add_subcommand("wifi", "all about Wi-Fi");
        auto* join = wifi->add_subcommand("join", ".it's a \\ risky text");
        join->add_option("ssid", text, "its name")->required();
        join->add_option("band", text, "which band")->check(CLI::IsMember({"low", "high"}));
        join->add_option("-k,--key", text, "file with the key")->type_name("FILE");
        join->add_option("--place", text, "where")->type_name("KIND:PATH");
        join->add_flag("--wait", flag, "wait for it");
        add_documents(app, manual);
    }

    std::string text;
    bool flag = false;
    const Manual manual{"prog", 1, "Product 1.2", {{"Exit status", "0 good\n\n1 bad"}}};
    CLI::App app{"does things"};
};

TEST_F(Documents, manual_page_has_every_command_option_and_section) {
    const std::string page = manual_page(app, manual);
    for (const char* part : {".TH PROG 1 \"\" \"Product 1.2\"", "prog \\- does things", ".SS prog wifi join",
                             "\\fB\\-k\\fR, \\fB\\-\\-key\\fR \\fIFILE\\fR", "\\fB\\-\\-wait\\fR",
                             "\\fB\\-\\-place\\fR \\fIKIND:PATH\\fR", "\\fIssid\\fR",
                             "One of \\fBlow\\fR, \\fBhigh\\fR.", ".SH EXIT STATUS\n0 good\n.PP\n1 bad\n"}) {
        EXPECT_THAT(page, HasSubstr(part));
    }
}

TEST_F(Documents, text_is_no_roff) {
    EXPECT_THAT(manual_page(app, manual), HasSubstr("\n\\&.it\\(aqs a \\e risky text.\n"));
}

TEST_F(Documents, both_options_print_and_end) {
    EXPECT_THROW(app.parse("--man"), CLI::CallForVersion);
    for (const char* shell : {"bash", "fish", "zsh"})
        EXPECT_THROW(app.parse(std::string("--completion ") + shell), CLI::CallForVersion) << shell;
    EXPECT_THROW(app.parse("--completion csh"), CLI::ValidationError);
}

TEST_F(Documents, help_has_the_sections_of_the_manual) {
    EXPECT_THAT(app.help(), HasSubstr("Exit status:\n  0 good"));
}

TEST_F(Documents, completion_knows_what_stands_where) {
    const std::string script = bash_completion(app, "prog");
    EXPECT_THAT(script, HasSubstr("'prog 0') words='wifi' ;;"));
    EXPECT_THAT(script, HasSubstr("'prog wifi join 1') words='low high' ;;"));
    EXPECT_THAT(script, HasSubstr("'prog wifi join -k') files=1; return 0 ;;"));
    EXPECT_THAT(
        script,
        HasSubstr(
            "'prog wifi join') words='-h --help -k --key --place --wait --link --man --completion' ;;"));
    EXPECT_THAT(zsh_completion(app, "prog"), HasSubstr("#compdef prog\n"));
}

TEST_F(Documents, completion_of_fish_knows_it_too) {
    const std::string script = fish_completion(app, "prog");
    for (const char* line :
         {"complete -c prog -n '__prog_at prog 0' -x -a wifi -d 'all about Wi-Fi'\n",
          "complete -c prog -n '__prog_at \\'prog wifi\\' 0' -x -a join -d '.it\\'s a \\\\ risky text'\n",
          "complete -c prog -n '__prog_at \\'prog wifi join\\' 1' -x -a 'low high' -d 'which band'\n",
          "complete -c prog -n '__prog_at \\'prog wifi join\\'' -s k -l key -r -F -d 'file with the key'\n",
          "complete -c prog -n '__prog_at \\'prog wifi join\\'' -l link -x -d 'where it is'\n",
          "complete -c prog -n '__prog_at \\'prog wifi join\\'' -l wait -f -d 'wait for it'\n"}) {
        EXPECT_THAT(script, HasSubstr(line));
    }
}

} // namespace
} // namespace nwp::cli
