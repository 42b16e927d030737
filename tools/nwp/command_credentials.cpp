// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "nwp/credentials.h"
#include "tools/nwp/commands.h"
#include "tools/nwp/output.h"
#include "tools/nwp/values.h"

#include <map>

namespace nwp::tool {
namespace {

namespace json = boost::json;

const std::map<std::string, CredentialType> kTypes = {
    {"ca", CredentialType::ca_certificate}, {"cert", CredentialType::own_certificate},
    {"key", CredentialType::private_key},   {"psk", CredentialType::psk},
    {"psk-id", CredentialType::psk_id},     {"crl", CredentialType::crl}};
constexpr const char* kTypeHelp = "ca, cert, key, psk, psk-id or crl";
constexpr const char* kKinds[] = {"bytes", "file", "generated"};

/// A signing request is a page of text; twice that is room enough.
constexpr std::size_t kSigningRequestRoom = 8192;

std::string type_name(CredentialType type) {
    for (const auto& [name, known] : kTypes) {
        if (known == type) return name;
    }
    return std::to_string(static_cast<unsigned>(type));
}

struct Entries {
    json::array rows;
    void add(const wire::CredentialEntry& entry) {
        const auto kind = static_cast<std::size_t>(entry.kind);
        rows.push_back(json::object{{"tag", entry.tag},
                                    {"type", type_name(entry.type)},
                                    {"kind", kind < std::size(kKinds) ? kKinds[kind] : "unknown"},
                                    {"size", entry.size},
                                    {"summary", printable(entry.summary)}});
    }
};

struct Credential {
    SecTag tag = 0;
    std::string type;
    std::string source;
    std::string subject;
    bool is_name = false;
    bool replace = false;
};

void run_add(const Common& common, const Credential& what) {
    const CredentialType type = kTypes.at(what.type);
    std::vector<Byte> value;
    if (what.is_name)
        value.assign(what.source.begin(), what.source.end());
    else
        value = read_file(what.source);
    Connection connection(common.link);
    request::WriteCredential write{what.tag, type, value, what.replace};
    connection.perform(write, "tag " + std::to_string(what.tag));
    print({{"tag", what.tag}, {"type", what.type}, {"stored", true}}, common.json);
}

void run_list(const Common& common) {
    Connection connection(common.link);
    Entries entries;
    request::ListCredentials list{Callback<void(const wire::CredentialEntry&)>::to<&Entries::add>(entries)};
    connection.perform(list, "credentials");
    print({{"credentials", std::move(entries.rows)}}, common.json);
}

void run_delete(const Common& common, const Credential& what) {
    Connection connection(common.link);
    request::DeleteCredential remove{what.tag, kTypes.at(what.type)};
    connection.perform(remove, "tag " + std::to_string(what.tag));
    print({{"tag", what.tag}, {"type", what.type}, {"deleted", true}}, common.json);
}

void run_generate(const Common& common, const Credential& what) {
    Connection connection(common.link);
    request::GenerateKey generate{what.tag, what.replace};
    connection.perform(generate, "tag " + std::to_string(what.tag));
    print({{"tag", what.tag}, {"key", "EC P-256"}, {"generated", true}}, common.json);
}

void run_csr(const Common& common, const Credential& what) {
    Connection connection(common.link);
    std::vector<Byte> room(kSigningRequestRoom);
    request::ReadSigningRequest read{what.tag, what.subject, room};
    connection.perform(read, "tag " + std::to_string(what.tag));
    const std::string pem(as_text(ByteView{room}.first(read.total())));
    if (common.json)
        print({{"tag", what.tag}, {"subject", what.subject}, {"pem", pem}}, true);
    else
        std::fwrite(pem.data(), 1, pem.size(), stdout);
}

using Run = void (*)(const Common&, const Credential&);

/// A subcommand whose options land in one Credential.
CLI::App* declare(CLI::App& group, Common& common, const char* name, const char* help, Run run,
                  const std::function<void(CLI::App&, Credential&)>& options) {
    const auto what = std::make_shared<Credential>();
    auto* command = group.add_subcommand(name, help);
    command->add_option("tag", what->tag, "sec_tag, a 32-bit number")->required();
    options(*command, *what);
    command->callback([&common, what, run] { common.chosen = [&common, what, run] { run(common, *what); }; });
    return command;
}

void type_option(CLI::App& command, Credential& what) {
    command.add_option("type", what.type, kTypeHelp)->required()->check(CLI::IsMember(kTypes));
}

} // namespace

void declare_credentials(CLI::App& app, Common& common) {
    auto* cred = app.add_subcommand("cred", "credentials in the store")->require_subcommand(1);
    declare(*cred, common, "add", "store a credential", run_add, [](CLI::App& command, Credential& what) {
        type_option(command, what);
        command
            .add_option("file", what.source,
                        "file with its bytes (PEM or DER), or with --stored the name of a stored file")
            ->type_name("FILE")
            ->required();
        command.add_flag("--stored", what.is_name, "'file' names a file that is stored in the NWP already");
        command.add_flag("--replace", what.replace, "put it in the place of what is there");
    });
    cred->add_subcommand("list", "list what is stored")->callback([&common] {
        common.chosen = [&common] { run_list(common); };
    });
    declare(*cred, common, "delete", "forget a credential", run_delete, type_option);
    declare(*cred, common, "generate", "make an EC P-256 key inside; it never leaves", run_generate,
            [](CLI::App& command, Credential& what) {
                command.add_flag("--replace", what.replace, "put it in the place of the key that is there");
            });
    declare(*cred, common, "csr", "print a certificate signing request for a key", run_csr,
            [](CLI::App& command, Credential& what) {
                command.add_option("subject", what.subject, "RFC 4514, such as CN=sensor-7,O=Example")
                    ->required();
            });
}

} // namespace nwp::tool
