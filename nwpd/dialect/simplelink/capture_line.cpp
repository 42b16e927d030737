// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/capture_line.h"

#include <utility>

namespace nwp::simplelink {
namespace {

using Direction = endpoint::PcapngWriter::Direction;

} // namespace

CaptureLine::CaptureLine(std::unique_ptr<endpoint::HostLine> inner, const std::string& path)
    : inner_(std::move(inner)), file_(path, "simplelink") {}

std::string CaptureLine::start(endpoint::HostLineListener& listener) {
    listener_ = &listener;
    return inner_->start(*this);
}

void CaptureLine::on_opened() {
    open_ = true;
    listener_->on_opened();
}

void CaptureLine::on_closed() {
    open_ = false;
    framer_.restart();
    unwritten_.clear();
    listener_->on_closed();
}

ByteView CaptureLine::read() {
    const ByteView bytes = inner_->read();
    unwritten_.insert(unwritten_.end(), bytes.begin(), bytes.end());
    framer_.feed(bytes);
    write_messages_of_host();
    return bytes;
}

void CaptureLine::write_messages_of_host() {
    while (const auto message = framer_.next()) {
        if (framer_.take_baud_greeting()) file_.write(Direction::inbound, kBaudGreeting);
        // As it came: the message gives its length rounded up.
        const std::size_t end = unwritten_.size() - framer_.held();
        const std::size_t size = kHostHeaderSize + message->body.size();
        file_.write(Direction::inbound, ByteView{unwritten_}.sub(end - size, size));
    }
    if (framer_.take_baud_greeting()) file_.write(Direction::inbound, kBaudGreeting);
    const auto gone = static_cast<std::ptrdiff_t>(unwritten_.size() - framer_.held());
    unwritten_.erase(unwritten_.begin(), unwritten_.begin() + gone);
}

void CaptureLine::write(ByteView bytes) {
    if (open_) file_.write(Direction::outbound, bytes);
    inner_->write(bytes);
}

} // namespace nwp::simplelink
