// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/expect.h"

#include <utility>

namespace nwp {

/// A value or the reason why there is none.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : value_(std::move(value)) {}
    Result(Error error) : error_(error) {}

    explicit operator bool() const { return ok(); }
    bool ok() const { return error_ == Error{}; }
    Error error() const { return error_; }

    T& operator*() {
        NWP_EXPECT(ok());
        return value_;
    }
    const T& operator*() const {
        NWP_EXPECT(ok());
        return value_;
    }
    T* operator->() { return &**this; }
    const T* operator->() const { return &**this; }

private:
    T value_{};
    Error error_{};
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(error) {}

    explicit operator bool() const { return ok(); }
    bool ok() const { return error_ == Error{}; }
    Error error() const { return error_; }

private:
    Error error_{};
};

} // namespace nwp
