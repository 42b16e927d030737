// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/expect.h"

#include <cstddef>
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

/// As wide as a register: who gets a byte must first cut off what stands beside it.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(static_cast<unsigned>(error)) {}

    explicit operator bool() const { return ok(); }
    bool ok() const { return error_ == 0; }
    Error error() const { return static_cast<Error>(error_); }

private:
    unsigned error_ = 0;
};

/// A count or an error in one word, so that it is returned in a register and not through memory: the last 256
/// numbers are errors.
template <>
class [[nodiscard]] Result<std::size_t> {
public:
    Result(std::size_t value) : word_(value) {}
    Result(Error error) : word_(-static_cast<std::size_t>(error)) {}

    explicit operator bool() const { return ok(); }
    bool ok() const { return word_ < -std::size_t{256}; }
    Error error() const { return ok() ? Error{} : static_cast<Error>(-word_); }

    std::size_t operator*() const {
        NWP_EXPECT(ok());
        return word_;
    }

private:
    std::size_t word_;
};

} // namespace nwp
