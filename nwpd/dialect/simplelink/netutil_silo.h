// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/service/key_slots.h"
#include "simplelink/netutil.h"

namespace nwp::simplelink {

/// Random bytes, keys by number, signatures. Certificates are not made here (create_certificate is refused).
class NetUtilSilo final : public SiloHandler {
public:
    explicit NetUtilSilo(const Power& power);

    bool take(const HostMessage& message) override;

    void on(const NetUtilGet& command, ByteView payload);
    void on(const NetUtilCommand& command, ByteView payload);

private:
    /// What a command is about, taken apart.
    struct Task {
        NetUtilTask which{};
        std::uint32_t object = 0;
        ByteView attributes;
        ByteView input;
        std::size_t room = 0; ///< for the output
    };

    void answer(const NetUtilGet& command, ByteView value);
    std::int16_t problem_of(const Task& task) const;
    void run(const Task& task);
    void sign(const Task& task);
    void verify(const Task& task);
    void change_temporary(const Task& task);
    void change_installed(const Task& task);
    void look_up(const Task& task);
    void done(const Task& task, std::int16_t status, ByteView output = {});

    Board& board_;
    Outbox& out_;
    service::KeySlots keys_;
};

} // namespace nwp::simplelink
