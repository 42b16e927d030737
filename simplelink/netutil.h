// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simplelink/common.h"

namespace nwp::simplelink {

/// Options of NetUtilGet.
enum class NetUtilOption : std::uint16_t {
    public_key = 1,      ///< of the key with index `object`
    public_key_info = 2, ///< same
    true_random = 3,     ///< `length` bytes
};

/// What is asked and what is answered; the value follows the answer as payload.
template <std::uint16_t Opcode>
struct NetUtilValue {
    static constexpr std::uint16_t opcode = Opcode;
    static constexpr std::size_t size = 12;
    std::uint32_t object = 0;
    std::int16_t status = 0; ///< garbage of NetUtilGet
    NetUtilOption option{};
    std::uint16_t length = 0; ///< of the host's room, of the value
    static constexpr auto fields() {
        return layout(at(0, "object", &NetUtilValue::object), at(4, "status", &NetUtilValue::status),
                      at(6, "option", &NetUtilValue::option), at(8, "length", &NetUtilValue::length));
    }
};
using NetUtilGet = NetUtilValue<0xB4C0>;
using NetUtilGetResponse = NetUtilValue<0x34C0>;

enum class NetUtilTask : std::uint16_t {
    create_certificate = 1,
    sign = 2,
    verify = 3,
    temporary_keys = 4,
    install = 5,
    arp_lookup = 6,
};

/// Attributes and input follow as payload, without padding between them.
struct NetUtilCommand {
    static constexpr std::uint16_t opcode = 0xB4C1;
    static constexpr std::size_t size = 8;
    NetUtilTask task{};
    std::uint16_t attributes_length = 0;
    std::uint16_t input_length = 0;
    std::uint16_t output_room = 0;
    static constexpr auto fields() {
        return layout(at(0, "task", &NetUtilCommand::task),
                      at(2, "attributes_length", &NetUtilCommand::attributes_length),
                      at(4, "input_length", &NetUtilCommand::input_length),
                      at(6, "output_room", &NetUtilCommand::output_room));
    }
};
using NetUtilCommandResponse = BasicResponse<0x34C1>;

/// Output follows as payload. Without a command it crashes the host.
struct NetUtilResult {
    static constexpr std::uint16_t opcode = 0x30C1;
    static constexpr std::size_t size = 12;
    std::uint32_t object = 0;
    std::int16_t status = 0;
    NetUtilTask task{};
    std::uint16_t output_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "object", &NetUtilResult::object), at(4, "status", &NetUtilResult::status),
                      at(6, "task", &NetUtilResult::task),
                      at(8, "output_length", &NetUtilResult::output_length));
    }
};

/// Attributes of create_certificate, temporary_keys and install.
struct ObjectAttributes {
    static constexpr std::size_t size = 12;
    std::uint32_t object = 0;
    std::uint32_t flags = 0;
    std::uint16_t step = 0; ///< "sub-command" of the task
    static constexpr auto fields() {
        return layout(at(0, "object", &ObjectAttributes::object), at(4, "flags", &ObjectAttributes::flags),
                      at(8, "step", &ObjectAttributes::step));
    }
};

/// Of these the chip knows sha1_ecdsa and digest_ecdsa only.
enum class SignatureType : std::uint32_t {
    sha1_dsa = 0,
    md2_rsa = 1,
    md5_rsa = 2,
    sha1_rsa = 3,
    sha1_ecdsa = 4,
    sha256_rsa = 5,
    sha256_ecdsa = 6,
    sha384_rsa = 7,
    sha384_ecdsa = 8,
    sha512_rsa = 9,
    sha512_ecdsa = 10,
    digest_ecdsa = 11,
};

struct SignAttributes {
    static constexpr std::size_t size = 12;
    std::uint32_t object = 0;
    SignatureType type{};
    std::uint32_t flags = 0;
    static constexpr auto fields() {
        return layout(at(0, "object", &SignAttributes::object), at(4, "type", &SignAttributes::type),
                      at(8, "flags", &SignAttributes::flags));
    }
};

/// The input is message and signature, one behind the other.
struct VerifyAttributes {
    static constexpr std::size_t size = 16;
    std::uint32_t object = 0;
    SignatureType type{};
    std::uint32_t flags = 0;
    std::uint16_t message_length = 0;
    std::uint16_t signature_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "object", &VerifyAttributes::object), at(4, "type", &VerifyAttributes::type),
                      at(8, "flags", &VerifyAttributes::flags),
                      at(12, "message_length", &VerifyAttributes::message_length),
                      at(14, "signature_length", &VerifyAttributes::signature_length));
    }
};

/// Attributes of arp_lookup; its input is an IPv4 address.
struct ArpAttributes {
    static constexpr std::size_t size = 4;
    std::uint16_t retries = 0;
    std::uint16_t timeout_ms = 0;
    static constexpr auto fields() {
        return layout(at(0, "retries", &ArpAttributes::retries),
                      at(2, "timeout_ms", &ArpAttributes::timeout_ms));
    }
};

/// Head of the input of install: names of certificate and key follow.
struct InstallInput {
    static constexpr std::size_t size = 8;
    std::uint8_t key_algorithm = 0; ///< 1: elliptic curve
    std::uint8_t curve_type = 0;    ///< 1: named
    std::uint8_t curve = 0;         ///< 1: secp256r1
    std::uint8_t key_name_length = 0;
    std::uint8_t certificate_name_length = 0;
    static constexpr auto fields() {
        return layout(at(0, "key_algorithm", &InstallInput::key_algorithm),
                      at(1, "curve_type", &InstallInput::curve_type), at(2, "curve", &InstallInput::curve),
                      at(6, "key_name_length", &InstallInput::key_name_length),
                      at(7, "certificate_name_length", &InstallInput::certificate_name_length));
    }
};

} // namespace nwp::simplelink
