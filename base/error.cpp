// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

namespace nwp {

const char* to_string(Error error) {
    switch (error) {
        case Error::would_block: return "would_block";
        case Error::in_progress: return "in_progress";
        case Error::already: return "already";
        case Error::is_connected: return "is_connected";
        case Error::not_connected: return "not_connected";
        case Error::connection_refused: return "connection_refused";
        case Error::connection_reset: return "connection_reset";
        case Error::connection_aborted: return "connection_aborted";
        case Error::timed_out: return "timed_out";
        case Error::host_unreachable: return "host_unreachable";
        case Error::network_unreachable: return "network_unreachable";
        case Error::network_down: return "network_down";
        case Error::address_in_use: return "address_in_use";
        case Error::address_not_available: return "address_not_available";
        case Error::bad_handle: return "bad_handle";
        case Error::invalid_argument: return "invalid_argument";
        case Error::no_protocol_option: return "no_protocol_option";
        case Error::protocol_not_supported: return "protocol_not_supported";
        case Error::socket_type_not_supported: return "socket_type_not_supported";
        case Error::family_not_supported: return "family_not_supported";
        case Error::operation_not_supported: return "operation_not_supported";
        case Error::broken_pipe: return "broken_pipe";
        case Error::message_too_long: return "message_too_long";
        case Error::too_many_files: return "too_many_files";
        case Error::too_many_files_in_system: return "too_many_files_in_system";
        case Error::no_buffers: return "no_buffers";
        case Error::no_memory: return "no_memory";
        case Error::not_permitted: return "not_permitted";
        case Error::access_denied: return "access_denied";
        case Error::interrupted: return "interrupted";
        case Error::destination_required: return "destination_required";
        case Error::wrong_protocol_type: return "wrong_protocol_type";
        case Error::bad_address: return "bad_address";
        case Error::exists: return "exists";
        case Error::not_found: return "not_found";
        case Error::too_big: return "too_big";
        case Error::no_space: return "no_space";
        case Error::no_device: return "no_device";
        case Error::not_a_socket: return "not_a_socket";
        case Error::cancelled: return "cancelled";
        case Error::input_output: return "input_output";
        case Error::protocol_error: return "protocol_error";
        case Error::domain_error: return "domain_error";
        case Error::name_too_long: return "name_too_long";
        case Error::closed: return "closed";
        case Error::link_down: return "link_down";
        case Error::link_reset: return "link_reset";
        case Error::version_mismatch: return "version_mismatch";
        case Error::unsupported: return "unsupported";
        case Error::malformed: return "malformed";
        case Error::name_not_found: return "name_not_found";
        case Error::name_no_data: return "name_no_data";
        case Error::name_again: return "name_again";
        case Error::name_fail: return "name_fail";
        case Error::name_bad_flags: return "name_bad_flags";
        case Error::name_family: return "name_family";
        case Error::name_service: return "name_service";
        case Error::name_socktype: return "name_socktype";
        case Error::name_memory: return "name_memory";
        case Error::wifi_no_network: return "wifi_no_network";
        case Error::wifi_wrong_key: return "wifi_wrong_key";
        case Error::wifi_rejected: return "wifi_rejected";
        case Error::wifi_busy: return "wifi_busy";
    }
    return "unknown";
}

} // namespace nwp
