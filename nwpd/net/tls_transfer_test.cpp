// SPDX-License-Identifier: Apache-2.0
// Large transfers, and one against the openssl program itself.

#include "nwpd/net/tls_client_fixture.h"

#include <openssl/evp.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace nwp;
using namespace nwp::net;
using namespace nwp::kit;

namespace {

class TlsTransfer : public TlsVersionsTest {};
INSTANTIATE_TEST_SUITE_P(, TlsTransfer, ::testing::Values(Protocol::tls_1_2, Protocol::tls_1_3),
                         version_name);

constexpr std::size_t kSize = 64U << 20;

/// SHA-256, piece by piece.
class Hash {
public:
    Hash() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
    void add(std::string_view bytes) {
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
        size_ += bytes.size();
    }
    std::string text() {
        unsigned char digest[32];
        EVP_DigestFinal_ex(context_.get(), digest, nullptr);
        return std::to_string(size_) + ":" + std::string{reinterpret_cast<char*>(digest), sizeof digest};
    }
    std::size_t size() const { return size_; }

private:
    Openssl<EVP_MD_CTX> context_{EVP_MD_CTX_new()};
    std::size_t size_ = 0;
};

/// The same bytes for every run, never the same block twice.
std::string block(std::size_t number) {
    std::string bytes(65537, '\0'); // no multiple of a record
    auto state = static_cast<std::uint32_t>(number * 2654435761U + 1);
    for (char& byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

class Stopwatch {
public:
    explicit Stopwatch(std::string what) : what_(std::move(what)) {}
    ~Stopwatch() {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start_;
        std::printf("%s: %.0f MiB/s\n", what_.c_str(), static_cast<double>(kSize >> 20) / took.count());
    }

private:
    std::string what_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace

TEST_P(TlsTransfer, brings_64_mib_down_unchanged) {
    std::string sent;
    auto options = honest();
    options.then = [&](TlsServerConnection& connection) {
        Hash hash;
        for (std::size_t i = 0; hash.size() < kSize; ++i) {
            const std::string bytes = block(i);
            connection.write(bytes);
            hash.add(bytes);
            // Every 64 KiB: ours, and by asking for it the client's.
            if (SSL_version(connection.ssl()) == TLS1_3_VERSION) connection.send_key_update(true);
        }
        sent = hash.text();
        connection.send_close_notify();
        connection.send_fin();
        connection.read_all(); // the answers to our key updates: unread they would turn FIN into RST
    };
    serve(options);
    connected();
    const Stopwatch watch{"down"};
    Hash hash;
    std::vector<Byte> buffer(65536);
    for (;;) {
        const auto got = read(buffer);
        if (!got) {
            EXPECT_EQ(got.error(), Error::closed);
            break;
        }
        hash.add(as_text(ByteView{buffer}.first(*got)));
    }
    stream->close(false);
    server->wait_served();
    EXPECT_EQ(hash.text(), sent);
}

TEST_P(TlsTransfer, brings_64_mib_up_unchanged) {
    std::string got;
    auto options = honest();
    options.then = [&](TlsServerConnection& connection) {
        Hash hash;
        for (std::size_t next = 65536;;) {
            const std::string bytes = connection.read();
            if (bytes.empty()) break;
            hash.add(bytes);
            if (hash.size() < next) continue;
            next += 65536;
            if (SSL_version(connection.ssl()) == TLS1_3_VERSION) connection.send_key_update(true);
        }
        EXPECT_TRUE(connection.ended_in_order());
        got = hash.text();
    };
    serve(options);
    connected();
    Hash hash;
    {
        const Stopwatch watch{"up"};
        for (std::size_t i = 0; hash.size() < kSize; ++i) {
            const std::string bytes = block(i);
            ASSERT_TRUE(write_all(bytes));
            hash.add(bytes);
        }
    }
    ASSERT_TRUE(stream->shutdown_send());
    Error end = Error{};
    read_all(end);
    EXPECT_EQ(end, Error::closed);
    server->wait_served();
    EXPECT_EQ(got, hash.text());
}

namespace {

/// `openssl s_server` on a free port, in a folder of its own. Ends with this object.
class OpensslProgram {
public:
    OpensslProgram(const Pki& pki, const std::string& version) {
        char name[] = "/tmp/nwp-s_server-XXXXXX";
        folder_ = mkdtemp(name);
        std::ofstream(folder_ / "leaf.pem") << pki.leaf.pem();
        std::ofstream(folder_ / "key.pem") << pki.leaf.key_pem();
        std::ofstream(folder_ / "chain.pem") << pki.intermediate.pem();
        int out[2] = {};
        EXPECT_EQ(pipe(out), 0);
        child_ = fork();
        if (child_ == 0) {
            dup2(out[1], 1);
            close(out[0]);
            if (chdir(folder_.c_str()) != 0) _exit(126);
            execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "leaf.pem", "-key",
                   "key.pem", "-cert_chain", "chain.pem", version.c_str(), "-rev",
                   static_cast<char*>(nullptr));
            _exit(127);
        }
        close(out[1]);
        output_ = fdopen(out[0], "r");
        char line[256];
        unsigned port = 0;
        while (port == 0 && fgets(line, sizeof line, output_) != nullptr)
            if (std::sscanf(line, "ACCEPT 127.0.0.1:%u", &port) != 1) port = 0;
        address = Address::ipv4(127, 0, 0, 1, static_cast<std::uint16_t>(port));
    }
    ~OpensslProgram() {
        kill(child_, SIGTERM);
        waitpid(child_, nullptr, 0);
        std::fclose(output_);
        std::filesystem::remove_all(folder_);
    }
    Address address;

private:
    std::filesystem::path folder_;
    pid_t child_ = -1;
    FILE* output_ = nullptr;
};

} // namespace

TEST_P(TlsTransfer, talks_to_the_openssl_program) {
    const OpensslProgram program{pki, is_13() ? "-tls1_3" : "-tls1_2"};
    ASSERT_NE(program.address.port, 0);
    ASSERT_TRUE(connect(program.address)) << verdict_text();
    EXPECT_EQ(stream->version(), GetParam());
    ASSERT_TRUE(write_all("abc\n"));
    EXPECT_EQ(read_exactly(4), "cba\n");
    settings.host_name = "other.example.test";
    EXPECT_EQ(connect(program.address).error(), Error::connection_aborted);
    EXPECT_EQ(stream->verdict().rules, rules(Rule::wrong_host_name));
}
