// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nwp::baseline {

/// What an image does whose TCP/IP is lwIP, once it has an Ethernet: an address, a name, a page. The words of
/// the command line are HOST|PORT|PATH|DNS-PORT.
void get_by_lwip();

} // namespace nwp::baseline
