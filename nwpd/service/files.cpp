// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/files.h"

#include "nwpd/service/file_store.h"
#include "nwpd/service/open_file_table.h"

#include <utility>

namespace nwp::service {

using vault::FileStep;

Files::Files(Credentials& credentials)
    : credentials_(credentials), table_(std::make_shared<OpenFileTable>()) {}

Files::~Files() = default;

namespace {

/// What is open is known on this executor alone, so it is added when the answer is back.
void add_uses(FileDescription& file, const OpenFileTable& table) {
    const auto uses = table.uses(file.info.name);
    file.being_read = uses.readers != 0;
    file.being_written = uses.writer;
}

} // namespace

void Files::describe(std::string name, std::uint32_t token, Answer<FileDescription> done) {
    ask_files<FileDescription>(
        credentials_,
        [name = std::move(name), token](vault::Vault& vault) { return describe_file(vault, name, token); },
        [table = table_, done = std::move(done)](FileResult<FileDescription> file) {
            if (file) add_uses(file.value, *table);
            done(file);
        });
}

void Files::list(Answer<std::vector<FileDescription>> done) {
    ask_files<std::vector<FileDescription>>(
        credentials_, list_files,
        [table = table_, done = std::move(done)](FileResult<std::vector<FileDescription>> list) {
            for (auto& file : list.value) add_uses(file, *table);
            done(list);
        });
}

void Files::storage(Answer<FileStorage> done) {
    ask_files<FileStorage>(credentials_, file_storage, std::move(done));
}

FileFailure Files::in_use(const std::string& name) const { return table_->check(name, true); }

void Files::remove(std::string name, std::uint32_t token, Done done) {
    const FileFailure busy = in_use(name);
    ask_files(
        credentials_,
        [name = std::move(name), token, busy](vault::Vault& vault) {
            return busy != FileFailure::none ? busy : remove_file(vault, name, token);
        },
        std::move(done));
}

void Files::rename(std::string from, std::string to, std::uint32_t token, Done done) {
    const FileFailure busy = in_use(from);
    ask_files(
        credentials_,
        [from = std::move(from), to = std::move(to), token, busy](vault::Vault& vault) {
            return busy != FileFailure::none ? busy : rename_file(vault, from, to, token);
        },
        std::move(done));
}

void Files::end_trial(std::string name, std::uint32_t token, FileStep step, Answer<std::uint32_t> done) {
    const FileFailure busy = in_use(name);
    ask_files<std::uint32_t>(
        credentials_,
        [name = std::move(name), token, step, busy](vault::Vault& vault) -> FileResult<std::uint32_t> {
            if (busy != FileFailure::none) return busy;
            return end_trial_of(vault, name, token, step);
        },
        std::move(done));
}

void Files::commit(std::string name, std::uint32_t token, Answer<std::uint32_t> done) {
    end_trial(std::move(name), token, FileStep::accept, std::move(done));
}

void Files::roll_back(std::string name, std::uint32_t token, Answer<std::uint32_t> done) {
    end_trial(std::move(name), token, FileStep::roll_back, std::move(done));
}

} // namespace nwp::service
