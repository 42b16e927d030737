// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/capture_carrier.h"

#include <utility>

namespace nwp::endpoint {

CaptureCarrier::CaptureCarrier(std::unique_ptr<Carrier> inner, const std::string& path)
    : inner_(std::move(inner)), file_(path, "native") {}

Result<void> CaptureCarrier::send(ByteView frame) {
    const Result<void> sent = inner_->send(frame);
    if (sent) file_.write(PcapngWriter::Direction::outbound, frame);
    return sent;
}

Result<ByteView> CaptureCarrier::receive() {
    const Result<ByteView> frame = inner_->receive();
    if (frame) file_.write(PcapngWriter::Direction::inbound, *frame);
    return frame;
}

} // namespace nwp::endpoint
