// SPDX-License-Identifier: Apache-2.0
#include "simplelink/event_ids.h"

namespace nwp::simplelink {
namespace {

struct Row {
    std::uint16_t opcode;
    EventId event;
};

constexpr Row kRows[] = {
    {0x0880, {EventClass::wlan, 1, 0x01}},   {0x0881, {EventClass::wlan, 2, 0x02}},
    {0x082E, {EventClass::wlan, 3, 0x04}},   {0x082F, {EventClass::wlan, 4, 0x08}},
    {0x0892, {EventClass::wlan, 5, 0x01}},   {0x0894, {EventClass::wlan, 6, 0x02}},
    {0x0896, {EventClass::wlan, 7, 0x04}},   {0x0898, {EventClass::wlan, 8, 0x08}},
    {0x0830, {EventClass::wlan, 9, 0x10}},   {0x0832, {EventClass::wlan, 10, 0x40}},
    {0x0831, {EventClass::wlan, 11, 0x20}},  {0x089D, {EventClass::wlan, 12, 0x80}},
    {0x089A, {EventClass::wlan, 13, 0}},     {0x08B2, {EventClass::wlan, 14, 0}},
    {0x1825, {EventClass::netapp, 1, 0x01}}, {0x1A25, {EventClass::netapp, 2, 0x02}},
    {0x1831, {EventClass::netapp, 3, 0x40}}, {0x182C, {EventClass::netapp, 4, 0x04}},
    {0x182D, {EventClass::netapp, 5, 0x08}}, {0x182E, {EventClass::netapp, 6, 0}},
    {0x1830, {EventClass::netapp, 7, 0}},    {0x1832, {EventClass::netapp, 8, 0x10}},
    {0x1833, {EventClass::netapp, 9, 0x20}}, {0x1A32, {EventClass::netapp, 10, 0x80}},
    {0x100E, {EventClass::socket, 1, 0x01}}, {0x100F, {EventClass::socket, 2, 0}},
    {0x0078, {EventClass::device, 7, 0x01}},
};

} // namespace

std::optional<EventId> event_id(std::uint16_t opcode) {
    for (const Row& row : kRows) {
        if (row.opcode == opcode) return row.event;
    }
    return std::nullopt;
}

} // namespace nwp::simplelink
