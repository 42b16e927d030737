// SPDX-License-Identifier: Apache-2.0
// A plugin for QEMU that counts what a microcontroller executes, exactly: instructions and bytes stored by
// part of the program, how often places are passed, and how deep the stack grows. A test tool by itself;
// nothing of the product links it, and QEMU, whose licence is the GPL, loads it while it runs.
//
// Arguments: plan=FILE, out=FILE. Each line of the plan, addresses in hexadecimal, ends excluded:
//   part BEGIN END NAME    instructions there are NAME's; everything else is "other"'s; parts do not overlap
//   count ADDRESS NAME     how often that instruction ran
//   mark ADDRESS NAME      when it is about to run, the counts so far are written
//   stack BEGIN END        the lowest address stored to between them is written
// The output is a JSON object a line, one for each mark passed and one, named "end", for the end.
#include "bench/cortex_m/qemu_plugin.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Part {
    std::string name;
    std::uint64_t instructions = 0;
    std::uint64_t stored = 0; ///< bytes
};

struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    Part* part = nullptr;
};

struct Count {
    std::string name;
    std::uint64_t passed = 0;
};

// QEMU keeps addresses of these, so they never move.
struct Counter {
    std::deque<Part> parts{Part{"other"}};
    std::deque<Count> counts;
    std::vector<Range> ranges;
    std::map<std::uint64_t, Count*> counted;
    std::map<std::uint64_t, std::string> marks;
    std::uint64_t stack_begin = 0, stack_end = 0, stack_lowest = 0;
    std::FILE* out = nullptr;

    Part& part_named(const std::string& name);
    Count& count_named(const std::string& name);
    Part& part_of(std::uint64_t address);
    bool read(const char* plan);
    bool take(const std::string& line);
    void write(const std::string& mark) const;
};

Counter* the_counter =
    nullptr; // the callbacks of API version 1 that are called at translation have no context

template <typename Kind>
Kind& named(std::deque<Kind>& all, const std::string& name) {
    for (Kind& each : all) {
        if (each.name == name) return each;
    }
    all.emplace_back();
    all.back().name = name;
    return all.back();
}

Part& Counter::part_named(const std::string& name) { return named(parts, name); }

Count& Counter::count_named(const std::string& name) { return named(counts, name); }

Part& Counter::part_of(std::uint64_t address) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), address,
                         [](std::uint64_t wanted, const Range& range) { return wanted < range.begin; });
    if (after == ranges.begin()) return parts.front();
    const Range& range = *std::prev(after);
    return address < range.end ? *range.part : parts.front();
}

bool Counter::take(const std::string& line) {
    std::istringstream words(line);
    std::string kind, name;
    std::uint64_t begin = 0, end = 0;
    words >> kind >> std::hex >> begin;
    if (kind == "part" && words >> end >> name && begin < end) {
        ranges.push_back({begin, end, &part_named(name)});
    } else if (kind == "count" && words >> name) {
        counted[begin] = &count_named(name);
    } else if (kind == "mark" && words >> name) {
        marks[begin] = name;
    } else if (kind == "stack" && words >> end && begin < end) {
        stack_begin = begin;
        stack_end = stack_lowest = end;
    } else {
        return false;
    }
    return !(words >> name); // nothing behind
}

bool Counter::read(const char* plan) {
    std::ifstream file(plan);
    for (std::string line; std::getline(file, line);) {
        if (!take(line)) {
            std::fprintf(stderr, "counter: no such line in a plan: %s\n", line.c_str());
            return false;
        }
    }
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
    const auto overlaps = [](const Range& a, const Range& b) { return a.end > b.begin; };
    if (std::adjacent_find(ranges.begin(), ranges.end(), overlaps) != ranges.end()) {
        std::fprintf(stderr, "counter: parts overlap\n");
        return false;
    }
    return file.eof();
}

void Counter::write(const std::string& mark) const {
    std::fprintf(out, R"({"mark": "%s", "instructions": {)", mark.c_str());
    const char* comma = "";
    for (const Part& part : parts) {
        std::fprintf(out, R"(%s"%s": %llu)", comma, part.name.c_str(),
                     static_cast<unsigned long long>(part.instructions));
        comma = ", ";
    }
    std::fprintf(out, R"(}, "stored": {)");
    comma = "";
    for (const Part& part : parts) {
        std::fprintf(out, R"(%s"%s": %llu)", comma, part.name.c_str(),
                     static_cast<unsigned long long>(part.stored));
        comma = ", ";
    }
    std::fprintf(out, R"(}, "counts": {)");
    comma = "";
    for (const Count& count : counts) {
        std::fprintf(out, R"(%s"%s": %llu)", comma, count.name.c_str(),
                     static_cast<unsigned long long>(count.passed));
        comma = ", ";
    }
    std::fprintf(out, "}, \"stack\": %llu}\n", static_cast<unsigned long long>(stack_end - stack_lowest));
    std::fflush(out);
}

void on_mark(unsigned, void* name) { the_counter->write(*static_cast<const std::string*>(name)); }

void on_store(unsigned, qemu_plugin_meminfo_t access, std::uint64_t address, void* part) {
    if (!qemu_plugin_mem_is_store(access))
        return; // QEMU 7.2 calls for loads too where an instruction may do both
    static_cast<Part*>(part)->stored += std::uint64_t{1} << qemu_plugin_mem_size_shift(access);
    if (address >= the_counter->stack_begin && address < the_counter->stack_lowest)
        the_counter->stack_lowest = address;
}

// A mark comes before the count of its own instruction: what runs before the mark is what counts.
void on_translated(qemu_plugin_id_t, qemu_plugin_tb* block) {
    const std::size_t size = qemu_plugin_tb_n_insns(block);
    for (std::size_t i = 0; i < size; ++i) {
        qemu_plugin_insn* const instruction = qemu_plugin_tb_get_insn(block, i);
        const std::uint64_t address = qemu_plugin_insn_vaddr(instruction);
        if (const auto mark = the_counter->marks.find(address); mark != the_counter->marks.end()) {
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_mark, QEMU_PLUGIN_CB_NO_REGS,
                                                   &mark->second);
        }
        Part& part = the_counter->part_of(address);
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64,
                                                   &part.instructions, 1);
        qemu_plugin_register_vcpu_mem_cb(instruction, on_store, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_W,
                                         &part);
        if (const auto count = the_counter->counted.find(address); count != the_counter->counted.end()) {
            qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64,
                                                       &count->second->passed, 1);
        }
    }
}

void on_end(qemu_plugin_id_t, void*) {
    the_counter->write("end");
    std::fclose(the_counter->out);
}

const char* value_of(const char* argument, std::string_view name) {
    return std::strncmp(argument, name.data(), name.size()) == 0 ? argument + name.size() : nullptr;
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) extern const int qemu_plugin_version = 1;

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const void*, int count,
                                                               char** arguments) {
    const char* plan = nullptr;
    const char* out = nullptr;
    for (int i = 0; i < count; ++i) {
        if (const char* file = value_of(arguments[i], "plan="))
            plan = file;
        else if (const char* other = value_of(arguments[i], "out="))
            out = other;
        else
            return -1;
    }
    if (plan == nullptr || out == nullptr) return -1;
    Counter& counter = *new Counter; // QEMU calls on_end() when static objects are gone
    the_counter = &counter;
    if (!counter.read(plan) || (counter.out = std::fopen(out, "w")) == nullptr) return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
    qemu_plugin_register_atexit_cb(id, on_end, nullptr);
    return 0;
}

} // extern "C"
