// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/credentials.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace nwp::service {
namespace {

using Task = std::function<void(vault::Vault&)>;

/// Bytes that may be a key: wiped when they go.
struct WipedBytes {
    explicit WipedBytes(std::vector<Byte> given) : bytes(std::move(given)) {}
    WipedBytes(const WipedBytes&) = default;
    WipedBytes(WipedBytes&&) noexcept = default;
    ~WipedBytes() {
        if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
    }
    std::vector<Byte> bytes;
};

} // namespace

struct Credentials::Impl {
    Impl(boost::asio::io_context& posts_to, std::unique_ptr<vault::Vault> given)
        : context(posts_to), vault(std::move(given)), thread([this] { work(); }) {}
    ~Impl() { stop(); }

    void submit(Task task);
    void work();
    void stop();

    boost::asio::io_context& context;
    std::unique_ptr<vault::Vault> vault;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Task> queue; // under mutex
    bool stopping = false;  // under mutex
    std::thread thread;     // last: it uses everything above
};

void Credentials::Impl::submit(Task task) {
    const std::lock_guard lock(mutex);
    queue.push_back(std::move(task));
    changed.notify_one();
}

void Credentials::Impl::work() {
    for (;;) {
        Task task;
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return stopping || !queue.empty(); });
            if (stopping) return;
            task = std::move(queue.front());
            queue.pop_front();
        }
        task(*vault);
    }
}

void Credentials::Impl::stop() {
    {
        const std::lock_guard lock(mutex);
        stopping = true;
        changed.notify_one();
    }
    if (thread.joinable()) thread.join();
}

Credentials::Credentials(boost::asio::io_context& context, std::unique_ptr<vault::Vault> vault)
    : impl_(std::make_shared<Impl>(context, std::move(vault))) {}

Credentials::~Credentials() { impl_->stop(); }

// The work guard keeps the loop running while the answer is under way. What `then` captured belongs to the
// loop's thread: it is handed through, and never shared.
void Credentials::submit(std::function<void(vault::Vault&)> work, std::function<void()> then) {
    auto keep = std::make_shared<std::function<void()>>(std::move(then));
    impl_->submit([guard = boost::asio::make_work_guard(impl_->context), owner = std::weak_ptr<Impl>(impl_),
                   work = std::move(work), keep = std::move(keep)](vault::Vault& vault) mutable {
        work(vault);
        boost::asio::post(guard.get_executor(), [owner = std::move(owner), keep = std::move(keep)] {
            if (!owner.expired()) (*keep)();
        });
    });
}

void Credentials::add(SecTag tag, CredentialType type, std::vector<Byte> value, bool replace, Done done) {
    ask<void>([tag, type, value = WipedBytes(std::move(value)),
               replace](vault::Vault& vault) { return vault.add(tag, type, value.bytes, replace); },
              std::move(done));
}

void Credentials::remove(SecTag tag, CredentialType type, Done done) {
    ask<void>([tag, type](vault::Vault& vault) { return vault.remove(tag, type); }, std::move(done));
}

void Credentials::get(SecTag tag, CredentialType type, Answer<std::vector<Byte>> done) {
    ask<std::vector<Byte>>([tag, type](vault::Vault& vault) { return vault.get(tag, type); },
                           std::move(done));
}

void Credentials::list(Answer<std::vector<vault::CredentialInfo>> done) {
    ask<std::vector<vault::CredentialInfo>>([](vault::Vault& vault) { return vault.list(); },
                                            std::move(done));
}

void Credentials::generate_key(SecTag tag, bool replace, Done done) {
    ask<void>([tag, replace](vault::Vault& vault) { return vault.generate_key(tag, replace); },
              std::move(done));
}

void Credentials::signing_request(SecTag tag, std::string subject, Answer<std::string> done) {
    ask<std::string>([tag, subject = std::move(subject)](
                         vault::Vault& vault) { return vault.signing_request(tag, subject); },
                     std::move(done));
}

void Credentials::write_file(std::string name, std::vector<Byte> content, Done done) {
    ask<void>([name = std::move(name), content = WipedBytes(std::move(content))](
                  vault::Vault& vault) { return vault.write_file(name, content.bytes); },
              std::move(done));
}

void Credentials::remove_file(std::string name, Done done) {
    ask<void>([name = std::move(name)](vault::Vault& vault) { return vault.remove_file(name); },
              std::move(done));
}

void Credentials::list_files(Answer<std::vector<vault::FileInfo>> done) {
    ask<std::vector<vault::FileInfo>>([](vault::Vault& vault) { return vault.list_files(); },
                                      std::move(done));
}

void Credentials::tls_credentials(std::vector<SecTag> tags, Answer<net::TlsCredentials> done) {
    ask<net::TlsCredentials>(
        [tags = std::move(tags)](vault::Vault& vault) { return vault.tls_credentials(tags); },
        std::move(done));
}

void Credentials::signing_key(std::string file, Answer<vault::SigningKey> done) {
    ask<vault::SigningKey>(
        [file = std::move(file)](const vault::Vault& vault) { return vault.signing_key(file); },
        std::move(done));
}

void Credentials::put_setting(std::string name, std::vector<Byte> value, Done done) {
    ask<void>([name = std::move(name), value = WipedBytes(std::move(value))](
                  vault::Vault& vault) { return vault.put_setting(name, value.bytes); },
              std::move(done));
}

void Credentials::remove_setting(std::string name, Done done) {
    ask<void>([name = std::move(name)](vault::Vault& vault) { return vault.remove_setting(name); },
              std::move(done));
}

void Credentials::tls_credentials_of(vault::TlsFiles files, Answer<vault::TlsFileCredentials> done) {
    ask<vault::TlsFileCredentials>(
        [files = std::move(files)](vault::Vault& vault) { return vault.tls_credentials_of(files); },
        std::move(done));
}

void Credentials::date_floor(Answer<std::int64_t> done) {
    ask<std::int64_t>([](vault::Vault& vault) { return vault.date_floor(); }, std::move(done));
}

void Credentials::raise_date_floor(std::int64_t seconds_since_1970, Done done) {
    ask<void>(
        [seconds_since_1970](vault::Vault& vault) { return vault.raise_date_floor(seconds_since_1970); },
        std::move(done));
}

void Credentials::run(std::function<void()> work) {
    impl_->submit([work = std::move(work)](vault::Vault&) { work(); });
}

} // namespace nwp::service
