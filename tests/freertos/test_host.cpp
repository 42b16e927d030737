// SPDX-License-Identifier: Apache-2.0
#include "tests/freertos/test_host.h"

namespace nwp::freertos {

TestHost::TestHost(link::Link& link)
    : host_(port_, link, memory_.parts(), kit::HostMemory::settings(1)),
      attachment_(memory_.attachment(host_, port_, numbers_)), task_(port_, host_) {
    host_.start();
    thread_ = std::thread([this] {
        while (!stopping_) task_.turn();
    });
}

TestHost::~TestHost() {
    if (c::attached() == &attachment_) c::detach();
    stopping_ = true;
    port_.wake(host_.service_waiter());
    thread_.join();
}

} // namespace nwp::freertos
