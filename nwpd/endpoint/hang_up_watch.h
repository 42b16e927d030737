// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/callback.h"
#include "nwpd/endpoint/descriptor_watch.h"

#include <optional>

namespace nwp::endpoint {

/// The peer of a socket closed it, or half of it, or a terminal is gone. Bytes that nobody has read yet may
/// stand before that.
bool has_hung_up(int descriptor);

/// Tells once when that happens, also while nobody reads.
class HangUpWatch {
public:
    /// Looks at `descriptor`, which is another's. The call may delete the watch.
    HangUpWatch(boost::asio::io_context& context, int descriptor, Callback<void()> on_hung_up);
    HangUpWatch(const HangUpWatch&) = delete;
    HangUpWatch& operator=(const HangUpWatch&) = delete;

    /// False: the system has no descriptors left, and nothing is watched.
    bool watches() const { return watch_.has_value(); }

private:
    void look();

    int descriptor_;
    Callback<void()> on_hung_up_;
    std::optional<DescriptorWatch> watch_;
};

} // namespace nwp::endpoint
