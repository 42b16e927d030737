// SPDX-License-Identifier: Apache-2.0
#include "tests/freertos/test_host.h"

#include "host/c/datagram_calls.h"

namespace nwp::freertos {
namespace {

HostSettings settings() {
    HostSettings settings;
    settings.nonce_seed = 1;
    settings.datagrams = &Host::kDatagrams;
    return settings;
}

} // namespace

TestHost::TestHost(link::Link& link)
    : host_(port_, link, storage_->parts(), settings()),
      attachment_(table_->attachment(host_, port_, numbers_, kReceiveBytes, &c::kDatagramCalls)),
      task_(port_, host_) {
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
