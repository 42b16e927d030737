// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/device_key.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace nwp::vault {
namespace {

constexpr const char* kWrapContext = "nwp-store/data-key/device-key-file";

class File {
public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

Result<void> check_private(int file, std::string& why) {
    struct stat status {};
    if (::fstat(file, &status) != 0) return Error::input_output;
    if (!S_ISREG(status.st_mode)) {
        why = "the device key is not a regular file";
        return Error::access_denied;
    }
    if (status.st_uid != ::geteuid()) {
        why = "the device key file belongs to another user";
        return Error::access_denied;
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        why = "the device key file is open to other users: chmod 0600, and consider it known";
        return Error::access_denied;
    }
    return {};
}

Result<void> write_whole(int file, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return error_of_errno(errno);
        bytes = bytes.from(static_cast<std::size_t>(written));
    }
    return {};
}

/// How many bytes were there, at most as many as `into` has room for.
Result<std::size_t> read_whole(int file, Bytes into) {
    std::size_t count = 0;
    while (count < into.size()) {
        const ssize_t got = ::read(file, into.data() + count, into.size() - count);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return error_of_errno(errno);
        if (got == 0) break;
        count += static_cast<std::size_t>(got);
    }
    return count;
}

Result<void> write_key_file(const StoreFolder& folder, ByteView key) {
    // What a crash left behind; the folder's lock says that nobody else is writing it now.
    if (::unlinkat(folder.descriptor(), DeviceKey::kUnfinishedName, 0) != 0 && errno != ENOENT) {
        return error_of_errno(errno);
    }
    const File file(::openat(folder.descriptor(), DeviceKey::kUnfinishedName,
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (file.get() < 0) return error_of_errno(errno);
    if (auto written = write_whole(file.get(), key); !written) return written;

    // The bytes must be on the disk before the name is, and the name before anything is sealed under the key.
    if (::fsync(file.get()) != 0) return Error::input_output;
    if (::renameat(folder.descriptor(), DeviceKey::kUnfinishedName, folder.descriptor(),
                   DeviceKey::kFileName) != 0) {
        return error_of_errno(errno);
    }
    return folder.sync();
}

} // namespace

Result<DeviceKey> DeviceKey::load(const StoreFolder& folder, std::string& why) {
    const File file(::openat(folder.descriptor(), kFileName, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) {
        if (errno == ENOENT) return Error::not_found;
        why = "the device key file cannot be opened";
        return errno == ELOOP ? Error::access_denied : error_of_errno(errno);
    }
    if (auto checked = check_private(file.get(), why); !checked) return checked.error();

    DeviceKey key;
    Secret<33> content; // one more than the key has, to notice a longer file
    auto count = read_whole(file.get(), content.fill());
    if (!count) return count.error();
    if (*count != key.key_.view().size()) {
        why = "the device key file does not have 32 bytes";
        return Error::malformed;
    }
    copy_bytes(key.key_.fill(), content.view());
    return key;
}

Result<DeviceKey> DeviceKey::create(const StoreFolder& folder, std::string& why) {
    DeviceKey key;
    if (auto filled = fill_random(key.key_.fill()); !filled) return filled.error();
    if (auto written = write_key_file(folder, key.key_.view()); !written) {
        why = "the device key file cannot be written";
        return written.error();
    }
    return key;
}

Result<std::vector<Byte>> DeviceKey::wrap(const SealKey& data_key) const {
    return seal(key_, kWrapContext, data_key.view());
}

Result<SealKey> DeviceKey::unwrap(ByteView wrapped) const {
    auto plain = unseal(key_, kWrapContext, wrapped);
    if (!plain) return plain.error();
    SealKey data_key;
    if (plain->size() != data_key.view().size()) return Error::malformed;
    copy_bytes(data_key.fill(), *plain);
    return data_key;
}

} // namespace nwp::vault
