// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zephyr/kernel.h>

namespace nwp::zephyr {

/// A mutex of Zephyr's, for as long as this lives.
class Held {
public:
    explicit Held(k_mutex& mutex) : mutex_(mutex) { k_mutex_lock(&mutex_, K_FOREVER); }
    ~Held() { k_mutex_unlock(&mutex_); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

private:
    k_mutex& mutex_;
};

/// The same turned inside out: for a stretch of what holds it once.
class Released {
public:
    explicit Released(k_mutex& mutex) : mutex_(mutex) { k_mutex_unlock(&mutex_); }
    ~Released() { k_mutex_lock(&mutex_, K_FOREVER); }
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;

private:
    k_mutex& mutex_;
};

} // namespace nwp::zephyr
