// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/descriptor_watch.h"

namespace nwp::endpoint {

struct DescriptorWatch::State : std::enable_shared_from_this<State> {
    State(boost::asio::io_context& context, int native) : descriptor(context, native) {}

    void wait(boost::asio::posix::stream_descriptor::wait_type type, bool& waiting) {
        if (waiting) return;
        waiting = true;
        descriptor.async_wait(type, [self = shared_from_this(), &waiting](boost::system::error_code error) {
            waiting = false;
            if (!error && self->wake) self->wake();
        });
    }

    boost::asio::posix::stream_descriptor descriptor;
    Callback<void()> wake;
    bool waiting_to_read = false;
    bool waiting_to_write = false;
};

DescriptorWatch::DescriptorWatch(boost::asio::io_context& context, int descriptor)
    : state_(std::make_shared<State>(context, descriptor)) {}

DescriptorWatch::~DescriptorWatch() {
    state_->wake = {};
    boost::system::error_code ignored; // closing is all that is left to do
    state_->descriptor.close(ignored);
}

int DescriptorWatch::descriptor() const { return state_->descriptor.native_handle(); }

void DescriptorWatch::set_wake(Callback<void()> wake) { state_->wake = wake; }

void DescriptorWatch::want_read() {
    state_->wait(boost::asio::posix::stream_descriptor::wait_read, state_->waiting_to_read);
}

void DescriptorWatch::want_write() {
    state_->wait(boost::asio::posix::stream_descriptor::wait_write, state_->waiting_to_write);
}

} // namespace nwp::endpoint
