// SPDX-License-Identifier: Apache-2.0
#include "nwp/credentials.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/values.h"

namespace nwp::tool {
namespace {

namespace json = boost::json;

struct Entries {
    json::array rows;
    void add(const wire::FileEntry& entry) {
        rows.push_back(json::object{{"file", printable(entry.file)}, {"size", entry.size}});
    }
};

void run_put(const Common& common, const std::string& name, const std::string& path) {
    const std::vector<Byte> content = read_file(path);
    Connection connection(common.link);
    request::WriteFile write{name, content};
    connection.perform(write, name);
    print({{"file", name}, {"size", content.size()}}, common.json);
}

void run_list(const Common& common) {
    Connection connection(common.link);
    Entries entries;
    request::ListFiles list{Callback<void(const wire::FileEntry&)>::to<&Entries::add>(entries)};
    connection.perform(list, "files");
    print({{"files", std::move(entries.rows)}}, common.json);
}

void run_delete(const Common& common, const std::string& name) {
    Connection connection(common.link);
    request::DeleteFile remove{name};
    connection.perform(remove, name);
    print({{"file", name}, {"deleted", true}}, common.json);
}

} // namespace

void declare_files(CLI::App& app, Common& common) {
    auto* file =
        app.add_subcommand("file", "files in the store, that credentials may name")->require_subcommand(1);
    const auto name = std::make_shared<std::string>();
    const auto path = std::make_shared<std::string>();

    auto* put = file->add_subcommand("put", "store a file");
    put->add_option("name", *name, "1 to 180 printable characters")->required();
    put->add_option("path", *path, "where its content is")->type_name("FILE")->required();
    put->callback(
        [&common, name, path] { common.chosen = [&common, name, path] { run_put(common, *name, *path); }; });

    file->add_subcommand("list", "list the stored files")->callback([&common] {
        common.chosen = [&common] { run_list(common); };
    });

    auto* remove = file->add_subcommand("delete", "delete a stored file");
    remove->add_option("name", *name, "which")->required();
    remove->callback([&common, name] { common.chosen = [&common, name] { run_delete(common, *name); }; });
}

} // namespace nwp::tool
