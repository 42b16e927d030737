// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include "base/texts/packed_texts.h"

namespace nwp {
namespace {

constexpr NumberedText<Error> kNames[] = {
    {Error::would_block, "would_block"},
    {Error::in_progress, "in_progress"},
    {Error::already, "already"},
    {Error::is_connected, "is_connected"},
    {Error::not_connected, "not_connected"},
    {Error::connection_refused, "connection_refused"},
    {Error::connection_reset, "connection_reset"},
    {Error::connection_aborted, "connection_aborted"},
    {Error::timed_out, "timed_out"},
    {Error::host_unreachable, "host_unreachable"},
    {Error::network_unreachable, "network_unreachable"},
    {Error::network_down, "network_down"},
    {Error::address_in_use, "address_in_use"},
    {Error::address_not_available, "address_not_available"},
    {Error::bad_handle, "bad_handle"},
    {Error::invalid_argument, "invalid_argument"},
    {Error::no_protocol_option, "no_protocol_option"},
    {Error::protocol_not_supported, "protocol_not_supported"},
    {Error::socket_type_not_supported, "socket_type_not_supported"},
    {Error::family_not_supported, "family_not_supported"},
    {Error::operation_not_supported, "operation_not_supported"},
    {Error::broken_pipe, "broken_pipe"},
    {Error::message_too_long, "message_too_long"},
    {Error::too_many_files, "too_many_files"},
    {Error::too_many_files_in_system, "too_many_files_in_system"},
    {Error::no_buffers, "no_buffers"},
    {Error::no_memory, "no_memory"},
    {Error::not_permitted, "not_permitted"},
    {Error::access_denied, "access_denied"},
    {Error::interrupted, "interrupted"},
    {Error::destination_required, "destination_required"},
    {Error::wrong_protocol_type, "wrong_protocol_type"},
    {Error::bad_address, "bad_address"},
    {Error::exists, "exists"},
    {Error::not_found, "not_found"},
    {Error::too_big, "too_big"},
    {Error::no_space, "no_space"},
    {Error::no_device, "no_device"},
    {Error::not_a_socket, "not_a_socket"},
    {Error::cancelled, "cancelled"},
    {Error::input_output, "input_output"},
    {Error::protocol_error, "protocol_error"},
    {Error::domain_error, "domain_error"},
    {Error::name_too_long, "name_too_long"},
    {Error::closed, "closed"},
    {Error::link_down, "link_down"},
    {Error::link_reset, "link_reset"},
    {Error::version_mismatch, "version_mismatch"},
    {Error::unsupported, "unsupported"},
    {Error::malformed, "malformed"},
    {Error::name_not_found, "name_not_found"},
    {Error::name_no_data, "name_no_data"},
    {Error::name_again, "name_again"},
    {Error::name_fail, "name_fail"},
    {Error::name_bad_flags, "name_bad_flags"},
    {Error::name_family, "name_family"},
    {Error::name_service, "name_service"},
    {Error::name_socktype, "name_socktype"},
    {Error::name_memory, "name_memory"},
    {Error::wifi_no_network, "wifi_no_network"},
    {Error::wifi_wrong_key, "wifi_wrong_key"},
    {Error::wifi_rejected, "wifi_rejected"},
    {Error::wifi_busy, "wifi_busy"},
};
constexpr PackedTexts<packed_size(kNames)> kPackedNames{kNames};

} // namespace

const char* to_string(Error error) { return kPackedNames.find(static_cast<unsigned>(error), "unknown"); }

} // namespace nwp
