// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace nwp {

/// A function pointer and an object pointer: two words, no heap. The object must outlive it.
template <typename Signature>
class Callback;

template <typename R, typename... Args>
class alignas(8) Callback<R(Args...)> {
public:
    using Function = R (*)(void*, Args...);

    constexpr Callback() = default;
    constexpr Callback(Function function, void* object) : function_(function), object_(object) {}

    /// Calls `(object.*Method)(args...)`.
    template <auto Method, typename T>
    static constexpr Callback to(T& object) {
        return {[](void* self, Args... args) -> R {
                    return (static_cast<T*>(self)->*Method)(std::forward<Args>(args)...);
                },
                &object};
    }

    explicit constexpr operator bool() const { return function_ != nullptr; }
    /// Only when set.
    R operator()(Args... args) const { return function_(object_, std::forward<Args>(args)...); }

private:
    Function function_ = nullptr;
    void* object_ = nullptr;
};

} // namespace nwp
