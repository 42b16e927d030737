// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/tty_line.h"

#include "nwpd/endpoint/line_fixture.h"
#include "nwpd/endpoint/terminal_rate.h"
#include "tests/kit/pseudo_terminal.h"
#include "tests/kit/temporary_folder.h"

#include <unistd.h>

#include <filesystem>

namespace nwp::endpoint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A modem line that does what the test says.
struct Script {
    std::optional<ModemPin::State> state = ModemPin::State{};
    int looks = 0;
};

class ScriptedPin final : public ModemPin {
public:
    explicit ScriptedPin(Script& script) : script_(script) {}
    std::optional<State> look() override {
        ++script_.looks;
        return script_.state;
    }

private:
    Script& script_;
};

class TtyLineTest : public LineTest {
protected:
    TtyLineTest() { std::filesystem::create_symlink(host->path(), path); }

    TtySettings settings(PowerSign power) const { return {path, 115200, false, power}; }
    TtyLine::MakePin scripted() {
        return [this](int) -> std::unique_ptr<ModemPin> { return std::make_unique<ScriptedPin>(script); };
    }
    /// The line was looked at since now, and what was seen was told.
    bool looked() {
        const int before = script.looks;
        return runs_until([&] { return script.looks > before; });
    }
    void host_writes(std::string_view text) const {
        ASSERT_EQ(::write(host->controller(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    /// What the host has in its queue, once it is so many bytes.
    std::string host_reads(std::size_t count) {
        std::string text;
        runs_until([&] {
            char chunk[256];
            ssize_t came = 0;
            while ((came = ::read(host->controller(), chunk, sizeof chunk)) > 0)
                text.append(chunk, static_cast<std::size_t>(came));
            return text.size() >= count;
        });
        return text;
    }
    unsigned rate() const { return terminal_rate(host->controller()); }

    kit::TemporaryFolder folder;
    std::string path = folder / "port";
    std::unique_ptr<kit::PseudoTerminal> host = std::make_unique<kit::PseudoTerminal>();
    Script script;
};

TEST_F(TtyLineTest, power_that_is_always_on_comes_once_with_the_daemon) {
    TtyLine line{context, settings(PowerSign::always)};
    ASSERT_EQ(line.start(heard), "");
    EXPECT_THAT(heard.events, ElementsAre()); // never from inside a call
    ASSERT_TRUE(tells(1));
    host_writes("to nwp");
    EXPECT_EQ(received(line, 6), "to nwp");
    send(line, "to host");
    EXPECT_EQ(host_reads(7), "to host");
    EXPECT_THAT(heard.events, ElementsAre("opened"));
}

TEST_F(TtyLineTest, modem_line_is_power) {
    TtyLine line{context, settings(PowerSign::dcd), scripted()};
    ASSERT_EQ(line.start(heard), "");
    ASSERT_TRUE(looked());
    EXPECT_THAT(heard.events, ElementsAre());
    script.state->raised = true;
    ASSERT_TRUE(tells(1));
    script.state->raised = false;
    ASSERT_TRUE(tells(2));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed"));
}

TEST_F(TtyLineTest, modem_line_that_is_up_at_the_start_is_power) {
    script.state->raised = true;
    TtyLine line{context, settings(PowerSign::dcd), scripted()};
    ASSERT_EQ(line.start(heard), "");
    EXPECT_THAT(heard.events, ElementsAre());
    ASSERT_TRUE(tells(1));
    EXPECT_THAT(heard.events, ElementsAre("opened"));
}

TEST_F(TtyLineTest, modem_line_that_fell_and_rose_between_two_looks_is_both) {
    script.state = {true, 7};
    TtyLine line{context, settings(PowerSign::dsr), scripted()};
    ASSERT_EQ(line.start(heard), "");
    ASSERT_TRUE(tells(1));
    script.state = {true, 9};
    ASSERT_TRUE(tells(3));
    ASSERT_TRUE(looked());
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed", "opened"));
    script.state = {true, 10}; // a driver that counts both as one
    ASSERT_TRUE(tells(5));
    EXPECT_EQ(heard.events.back(), "opened");
}

TEST_F(TtyLineTest, change_that_a_look_explains_is_no_second_one) {
    TtyLine line{context, settings(PowerSign::dsr), scripted()};
    ASSERT_EQ(line.start(heard), "");
    ASSERT_TRUE(looked());
    script.state = {true, 1};
    ASSERT_TRUE(tells(1));
    script.state = {false, 2};
    ASSERT_TRUE(tells(2));
    script.state = {false, 4}; // rose and fell unseen: nothing to tell
    ASSERT_TRUE(looked());
    ASSERT_TRUE(looked());
    script.state = {true, 5};
    ASSERT_TRUE(tells(3));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed", "opened"));
}

TEST_F(TtyLineTest, counter_of_changes_may_begin_anew) {
    script.state = {true, 0xFFFFFFFF};
    TtyLine line{context, settings(PowerSign::cts), scripted()};
    ASSERT_EQ(line.start(heard), "");
    ASSERT_TRUE(tells(1));
    script.state = {true, 1};
    ASSERT_TRUE(tells(3));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed", "opened"));
}

TEST_F(TtyLineTest, bytes_without_power_are_noise) {
    TtyLine line{context, settings(PowerSign::dcd), scripted()};
    ASSERT_EQ(line.start(heard), "");
    host_writes("noise");
    ASSERT_TRUE(looked());
    ASSERT_TRUE(looked());
    send(line, "nobody reads this");
    script.state->raised = true;
    ASSERT_TRUE(tells(1));
    EXPECT_TRUE(line.read().empty());
    host_writes("sense");
    EXPECT_EQ(received(line, 5), "sense");
    send(line, "answer");
    EXPECT_EQ(host_reads(6), "answer");
}

TEST_F(TtyLineTest, bytes_right_behind_power_on_are_kept) {
    TtyLine line{context, settings(PowerSign::dcd), scripted()};
    ASSERT_EQ(line.start(heard), "");
    run_what_is_ready();
    script.state->raised = true;
    host_writes("magic");
    ASSERT_TRUE(runs_until([&] { return heard.readable; }));
    EXPECT_THAT(heard.events, ElementsAre("opened"));
    EXPECT_EQ(received(line, 5), "magic");
}

TEST_F(TtyLineTest, bytes_that_nobody_read_are_gone_with_the_power) {
    script.state->raised = true;
    TtyLine line{context, settings(PowerSign::dcd), scripted()};
    ASSERT_EQ(line.start(heard), "");
    ASSERT_TRUE(tells(1));
    host_writes("old");
    ASSERT_TRUE(runs_until([&] { return heard.readable; }));
    send(line, std::string(100000, 'x'));
    ASSERT_NE(line.unsent(), 0U);
    script.state->raised = false;
    ASSERT_TRUE(tells(2));
    EXPECT_EQ(line.unsent(), 0U);
    script.state->raised = true;
    ASSERT_TRUE(tells(3));
    EXPECT_TRUE(line.read().empty());
    host_writes("new");
    EXPECT_EQ(received(line, 3), "new");
}

TEST_F(TtyLineTest, new_rate_holds_when_what_was_written_has_left) {
    TtyLine line{context, settings(PowerSign::always)};
    ASSERT_EQ(line.start(heard), "");
    ASSERT_TRUE(tells(1));
    EXPECT_EQ(rate(), 115200U);
    const std::string much(100000, 'x');
    send(line, much);
    ASSERT_NE(line.unsent(), 0U);
    line.set_rate(921600);
    run_what_is_ready();
    EXPECT_EQ(rate(), 115200U);
    EXPECT_EQ(host_reads(much.size()).size(), much.size());
    ASSERT_TRUE(runs_until([&] { return rate() == 921600U; }));
    EXPECT_EQ(heard.drained, 1);
    EXPECT_THAT(heard.events, ElementsAre("opened"));
}

TEST_F(TtyLineTest, port_that_is_unplugged_is_power_off_until_it_is_back) {
    TtyLine line{context, settings(PowerSign::always)};
    ASSERT_EQ(line.start(heard), "");
    ASSERT_TRUE(tells(1));
    line.set_rate(230400);
    host.reset();
    ASSERT_TRUE(tells(2));
    send(line, "nobody reads this");
    EXPECT_EQ(line.unsent(), 0U);
    EXPECT_TRUE(line.read().empty());

    std::filesystem::remove(path);
    host = std::make_unique<kit::PseudoTerminal>();
    std::filesystem::create_symlink(host->path(), path);
    ASSERT_TRUE(tells(3));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed", "opened"));
    host_writes("again");
    EXPECT_EQ(received(line, 5), "again");
    EXPECT_EQ(rate(), 230400U);
}

TEST_F(TtyLineTest, port_whose_modem_line_cannot_be_read_any_more_is_gone) {
    script.state->raised = true;
    TtyLine line{context, settings(PowerSign::dcd), scripted()};
    ASSERT_EQ(line.start(heard), "");
    ASSERT_TRUE(tells(1));
    script.state.reset();
    ASSERT_TRUE(tells(2));
    script.state = {true, 0};
    ASSERT_TRUE(tells(3));
    EXPECT_THAT(heard.events, ElementsAre("opened", "closed", "opened"));
}

TEST_F(TtyLineTest, rate_without_a_name_is_set) {
    TtySettings odd = settings(PowerSign::always);
    odd.baud = 14400; // a rate of SimpleLink hosts that termios(3) does not know
    TtyLine line{context, odd};
    ASSERT_EQ(line.start(heard), "");
    EXPECT_EQ(rate(), 14400U);
}

TEST_F(TtyLineTest, port_without_modem_lines_is_refused_as_power) {
    TtyLine line{context, settings(PowerSign::dcd)};
    EXPECT_THAT(line.start(heard), HasSubstr("has no line DCD"));
}

TEST_F(TtyLineTest, port_that_is_not_there_or_is_none_is_refused) {
    TtySettings none = settings(PowerSign::always);
    none.path = folder / "none";
    EXPECT_THAT((TtyLine{context, none}.start(heard)), HasSubstr("cannot open"));
    none.path = "/dev/null";
    EXPECT_THAT((TtyLine{context, none}.start(heard)), HasSubstr("is no terminal"));
}

} // namespace
} // namespace nwp::endpoint
