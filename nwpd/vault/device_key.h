// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "nwpd/vault/seal.h"
#include "nwpd/vault/store_folder.h"

#include <string>
#include <vector>

namespace nwp::vault {

/// What binds a store to this device: it wraps the store's data key and never touches a value itself, so that
/// a TPM or a PKCS#11 token can take its place without sealing anything anew. This one is a file of 32 random
/// bytes.
class DeviceKey {
public:
    static constexpr const char* kFileName = "device.key";
    static constexpr const char* kUnfinishedName = "device.key.new";

    DeviceKey() = default;

    /// Reads the key file.
    ///   not_found       there is none
    ///   access_denied   others can read it, it is not ours, or it is no regular file
    ///   malformed       its length is wrong
    ///   input_output    the disk
    static Result<DeviceKey> load(const StoreFolder& folder, std::string& why);

    /// Makes the key file, durable before this returns; a crash at any moment leaves either no key file or a
    /// whole one. Must only be called where load() said not_found and there is nothing sealed yet.
    static Result<DeviceKey> create(const StoreFolder& folder, std::string& why);

    Result<std::vector<Byte>> wrap(const SealKey& data_key) const;
    ///   malformed   wrapped by another device's key
    Result<SealKey> unwrap(ByteView wrapped) const;

private:
    SealKey key_;
};

} // namespace nwp::vault
