// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/service/files.h"
#include "simplelink/file.h"

#include <memory>

namespace nwp::simplelink {

/// The file system that a host takes for serial flash: service::Files in the protocol's words. What is open
/// when the power goes is lost as on the chip. docs/decisions/0016: what is answered where the chip's own
/// answer is not known, or needs what is not kept here.
class FileSilo final : public SiloHandler {
public:
    explicit FileSilo(const Power& power);
    ~FileSilo() override;

    bool take(const HostMessage& message) override;

    void on(const FileOpen& command, ByteView payload);
    void on(const FileClose& command, ByteView payload);
    void on(const FileRead& command, ByteView payload);
    void on(const FileWrite& command, ByteView payload);
    void on(const FileInfoGet& command, ByteView payload);
    void on(const FileDelete& command, ByteView payload);
    void on(const FileListGet& command, ByteView payload);
    void on(const FileControl& command, ByteView payload);
    void on(const FileProgram& command, ByteView payload);
    void on(const FileSystemFormat& command, ByteView payload);
    void on(const BundleControl& command, ByteView payload);

private:
    /// `act`, unless the power was cut meanwhile.
    template <typename Act>
    auto while_powered(Act act) {
        return [alive = std::weak_ptr<bool>(alive_), act = std::move(act)](const auto& result) {
            if (!alive.expired()) act(result);
        };
    }
    /// Ends the open command with `Response{}` or with the code of a failure.
    template <typename Response>
    service::Files::Done answer();
    void refuse(service::FileFailure failure);
    void end_trial(const FileControl& command, ByteView payload);
    void rename(const FileControl& command, ByteView payload);
    void answer_storage(const service::FileStorage& storage);

    Outbox& out_;
    service::Files& files_;
    service::OpenFiles open_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace nwp::simplelink
