// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/netutil_silo.h"

#include "base/expect.h"
#include "base/text.h"
#include "nwpd/dialect/simplelink/host_order.h"
#include "simplelink/errors.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <optional>

namespace nwp::simplelink {
namespace {

using service::KeySlots;
using vault::SignatureOf;

/// What a host's buffer for events holds behind the args, where its port has room for requests of the HTTP
/// server.
constexpr std::size_t kMostOutput = 1588;
constexpr std::size_t kMostRandom = 1500;
constexpr std::uint16_t kDo = 1;   ///< ObjectAttributes::step: create, install
constexpr std::uint16_t kUndo = 2; ///< remove, uninstall
constexpr std::uint8_t kEllipticCurve = 1;
constexpr std::uint8_t kNamedCurve = 1;
constexpr std::uint8_t kSecp256r1 = 1;

std::int16_t code_of(Error error) {
    if (error == Error{}) return code::success;
    switch (error) {
        case Error::domain_error: return code::netutil_crypto_invalid_index;
        case Error::not_found: return code::netutil_crypto_empty_db_entry;
        case Error::exists: return code::netutil_crypto_db_entry_not_free;
        case Error::not_permitted: return code::netutil_crypto_non_temporary_key;
        case Error::no_memory: return code::netutil_crypto_mem_alloc;
        case Error::invalid_argument:
        case Error::malformed: return code::netutil_crypto_invalid_param;
        case Error::operation_not_supported: return code::netutil_crypto_unsupported_option;
        default: return code::netutil_crypto_general;
    }
}

/// The two kinds that a chip knows.
std::optional<SignatureOf> kind_of(SignatureType type) {
    if (type == SignatureType::sha1_ecdsa) return SignatureOf::sha1_of_message;
    if (type == SignatureType::digest_ecdsa) return SignatureOf::digest;
    return std::nullopt;
}

std::size_t attributes_size(NetUtilTask task) {
    switch (task) {
        case NetUtilTask::create_certificate:
        case NetUtilTask::temporary_keys:
        case NetUtilTask::install: return ObjectAttributes::size;
        case NetUtilTask::sign: return SignAttributes::size;
        case NetUtilTask::verify: return VerifyAttributes::size;
        case NetUtilTask::arp_lookup: return ArpAttributes::size;
    }
    return 0;
}

} // namespace

NetUtilSilo::NetUtilSilo(const Power& power)
    : board_(power.board), out_(power.out),
      keys_(power.board.services.settings, power.board.services.credentials) {}

bool NetUtilSilo::take(const HostMessage& message) {
    return route(Messages<NetUtilGet, NetUtilCommand>{}, message, out_, *this);
}

// ---- values

void NetUtilSilo::on(const NetUtilGet& command, ByteView) {
    if (command.option == NetUtilOption::true_random) {
        if (command.length == 0 || command.length > kMostRandom)
            return out_.refuse(code::netutil_crypto_invalid_param);
        std::vector<Byte> random(command.length);
        // Up to 256 bytes at a time no signal can interrupt it (getrandom(2)).
        for (std::size_t at = 0; at < random.size(); at += 256) {
            const std::size_t size = std::min<std::size_t>(256, random.size() - at);
            NWP_EXPECT(::getrandom(random.data() + at, size, 0) == static_cast<ssize_t>(size));
        }
        return answer(command, random);
    }
    if (command.option == NetUtilOption::public_key) {
        const auto key = keys_.key(command.object);
        if (!key) return out_.refuse(code_of(key.error()));
        return answer(command, key->public_key());
    }
    if (command.option != NetUtilOption::public_key_info)
        return out_.refuse(code::netutil_crypto_invalid_param);
    const auto info = keys_.info(command.object);
    if (!info) return out_.refuse(code_of(info.error()));
    InstallInput head{kEllipticCurve, kNamedCurve, kSecp256r1,
                      static_cast<std::uint8_t>(info->key_file.size()),
                      static_cast<std::uint8_t>(info->certificate_file.size())};
    const auto bytes = encode(head);
    std::vector<Byte> value(bytes.begin(), bytes.end());
    value.insert(value.end(), info->certificate_file.begin(), info->certificate_file.end());
    value.insert(value.end(), info->key_file.begin(), info->key_file.end());
    answer(command, value);
}

void NetUtilSilo::answer(const NetUtilGet& command, ByteView value) {
    if (value.size() > command.length) return out_.refuse(code::netutil_crypto_buffer_too_small);
    NetUtilGetResponse response;
    response.object = command.object;
    response.option = command.option;
    response.length = static_cast<std::uint16_t>(value.size());
    out_.respond(response, value);
}

// ---- tasks

void NetUtilSilo::on(const NetUtilCommand& command, ByteView payload) {
    const std::size_t size = std::size_t{command.attributes_length} + command.input_length;
    const std::size_t wanted = attributes_size(command.task);
    if (wanted == 0 || command.attributes_length < wanted || size > payload.size())
        return out_.refuse(code::netutil_crypto_invalid_param);
    Task task;
    task.which = command.task;
    task.attributes = payload.first(command.attributes_length);
    task.input = payload.from(command.attributes_length).first(command.input_length);
    task.room = std::min<std::size_t>(command.output_room, kMostOutput);
    if (task.which != NetUtilTask::arp_lookup)
        task.object = decode<ObjectAttributes>(task.attributes)->object;
    const std::int16_t problem = problem_of(task);
    if (problem != code::success) return out_.refuse(problem);
    out_.respond(NetUtilCommandResponse{});
    run(task);
}

/// What can be said before anything is begun; then no event follows.
std::int16_t NetUtilSilo::problem_of(const Task& task) const {
    switch (task.which) {
        case NetUtilTask::create_certificate: return code::netutil_crypto_unsupported_option;
        case NetUtilTask::sign:
            return kind_of(decode<SignAttributes>(task.attributes)->type)
                       ? code::success
                       : code::netutil_crypto_unsupported_option;
        case NetUtilTask::verify: {
            const auto attributes = *decode<VerifyAttributes>(task.attributes);
            if (!kind_of(attributes.type)) return code::netutil_crypto_unsupported_option;
            const std::size_t size = std::size_t{attributes.message_length} + attributes.signature_length;
            return size <= task.input.size() ? code::success : code::netutil_crypto_invalid_param;
        }
        case NetUtilTask::temporary_keys:
        case NetUtilTask::install: {
            const auto step = decode<ObjectAttributes>(task.attributes)->step;
            return step == kDo || step == kUndo ? code::success : code::netutil_crypto_invalid_param;
        }
        case NetUtilTask::arp_lookup:
            return task.input.size() >= sizeof(HostOrderIpv4) ? code::success
                                                              : code::netutil_crypto_invalid_param;
    }
    return code::netutil_crypto_invalid_param;
}

void NetUtilSilo::run(const Task& task) {
    switch (task.which) {
        case NetUtilTask::sign: return sign(task);
        case NetUtilTask::verify: return verify(task);
        case NetUtilTask::temporary_keys: return change_temporary(task);
        case NetUtilTask::install: return change_installed(task);
        case NetUtilTask::arp_lookup: return look_up(task);
        case NetUtilTask::create_certificate: break; // refused before
    }
}

void NetUtilSilo::done(const Task& task, std::int16_t status, ByteView output) {
    const bool fits = output.size() <= task.room;
    NetUtilResult result;
    result.object = task.object;
    result.status = fits ? status : std::int16_t{code::netutil_crypto_buffer_too_small};
    result.task = task.which;
    result.output_length = static_cast<std::uint16_t>(fits ? output.size() : 0);
    out_.complete(result, fits ? output : ByteView{});
}

void NetUtilSilo::sign(const Task& task) {
    const auto key = keys_.key(task.object);
    if (!key) return done(task, code_of(key.error()));
    const auto signature = key->sign(*kind_of(decode<SignAttributes>(task.attributes)->type), task.input);
    if (!signature) return done(task, code_of(signature.error()));
    done(task, code::success, *signature);
}

/// The output says 0 where the signature holds, else -1.
void NetUtilSilo::verify(const Task& task) {
    const auto key = keys_.key(task.object);
    if (!key) return done(task, code_of(key.error()));
    const auto attributes = *decode<VerifyAttributes>(task.attributes);
    const ByteView message = task.input.first(attributes.message_length);
    const ByteView signature = task.input.from(attributes.message_length).first(attributes.signature_length);
    std::array<Byte, 4> verdict{};
    if (!key->verifies(*kind_of(attributes.type), message, signature)) verdict.fill(0xFF);
    done(task, code::success, verdict);
}

void NetUtilSilo::change_temporary(const Task& task) {
    const bool make = decode<ObjectAttributes>(task.attributes)->step == kDo;
    const auto changed = make ? keys_.make_temporary(task.object) : keys_.remove_temporary(task.object);
    done(task, code_of(changed.error()));
}

void NetUtilSilo::change_installed(const Task& task) {
    Task later = task; // views die with this call
    later.attributes = later.input = {};
    if (decode<ObjectAttributes>(task.attributes)->step == kUndo)
        return done(later, code_of(keys_.uninstall(task.object).error()));
    const auto head = decode<InstallInput>(task.input);
    if (!head) return done(later, code::netutil_crypto_invalid_param);
    if (head->key_algorithm != kEllipticCurve || head->curve_type != kNamedCurve || head->curve != kSecp256r1)
        return done(later, code::netutil_crypto_unsupported_option);
    const ByteView names = task.input.from(InstallInput::size);
    const std::size_t certificate = head->certificate_name_length;
    if (head->key_name_length == 0 || certificate + head->key_name_length > names.size())
        return done(later, code::netutil_crypto_invalid_param);
    const KeySlots::Installed files{
        std::string(as_text(names.first(certificate))),
        std::string(as_text(names.from(certificate).first(head->key_name_length)))};
    const auto begun = keys_.install(task.object, files, [this, later](const Result<void>& result) {
        done(later, code_of(result.error()));
    });
    if (!begun) done(later, code_of(begun.error()));
}

/// The one neighbour whose address the air knows: the gateway is the access point.
void NetUtilSilo::look_up(const Task& task) {
    HostOrderIpv4 wanted = 0;
    for (std::size_t i = 0; i < sizeof wanted; ++i)
        wanted |= static_cast<HostOrderIpv4>(task.input[i]) << (8 * i);
    const auto status = board_.services.wlan.status();
    if (!status.lease || wanted == 0 || ipv4_of(status.lease->gateway) != wanted)
        return done(task, code::netutil_crypto_general);
    done(task, code::success, ByteView{status.network.bssid.octets});
}

} // namespace nwp::simplelink
