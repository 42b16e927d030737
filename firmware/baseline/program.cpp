// SPDX-License-Identifier: Apache-2.0
#include "firmware/baseline/program.h"

#include "firmware/exit_status.h"
#include "firmware/text.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/semihosting.h"

#include <cstring>

// The heap begins behind the variables; the stack is at the other end of 4 MiB.
extern "C" std::uint32_t bss_end;

namespace {

std::size_t heap_size;

} // namespace

// What newlib's malloc() takes its memory from.
extern "C" void* _sbrk(std::ptrdiff_t growth) {
    char* const place = reinterpret_cast<char*>(&bss_end) + heap_size;
    heap_size += static_cast<std::size_t>(growth);
    return place;
}

extern "C" std::uint32_t baseline_random() {
    static std::uint32_t state = 12345;
    state = state * 1664525U + 1013904223U; // Numerical Recipes, 7.1: quick and dirty
    return state;
}

namespace nwp::baseline {

const char* word(std::size_t index) {
    static char line[256];
    if (line[0] == '\0' && !semihosting::command_line(line, sizeof line)) {
        fail(firmware::kBadArguments, "no command line");
    }
    // Looked at once for each word: what was a bar is the end of a word by then.
    const char* place = line;
    for (; index > 0; --index) {
        char* const bar = const_cast<char*>(std::strchr(place, '|'));
        if (bar != nullptr) *bar = '\0';
        place += std::strlen(place) + 1;
    }
    if (char* const bar = const_cast<char*>(std::strchr(place, '|')); bar != nullptr) *bar = '\0';
    if (place >= line + sizeof line || *place == '\0') fail(firmware::kBadArguments, "a word is missing");
    return place;
}

std::uint16_t word_as_port(std::size_t index) {
    std::uint32_t port = 0;
    for (const char* digit = word(index); *digit != '\0'; ++digit) {
        if (*digit < '0' || *digit > '9' || port > 6553) fail(firmware::kBadArguments, "no port number");
        port = port * 10 + static_cast<std::uint32_t>(*digit - '0');
    }
    return static_cast<std::uint16_t>(port);
}

void fail(int status, const char* why, std::int32_t code) {
    firmware::Line line;
    line.add("error: ").add(why);
    if (code != 0)
        line.add(code < 0 ? ", -" : ", ").add_number(static_cast<std::uint32_t>(code < 0 ? -code : code));
    mps2::board().write_line(line.text());
    semihosting::exit(status);
}

std::uint32_t milliseconds() {
    return static_cast<std::uint32_t>((mps2::board().now() - Instant{}).milliseconds());
}

void print_heap() {
    firmware::Line line;
    line.add("heap ").add_number(static_cast<std::uint32_t>(heap_size));
    mps2::board().write_line(line.text());
}

} // namespace nwp::baseline
