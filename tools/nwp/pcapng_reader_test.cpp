// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/pcapng_reader.h"

#include <gtest/gtest.h>

namespace nwp::tool {
namespace {

// Section header, interface, one packet of three bytes from the host at 0x100000002 us; bytes by hand from
// the format.
const std::vector<Byte> kFile = {
    0x0A, 0x0D, 0x0D, 0x0A, 0x1C, 0,    0,    0,    0x4D, 0x3C, 0x2B, 0x1A, 1,    0,    0,    0,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1C, 0,    0,    0, // section header
    1,    0,    0,    0,    0x14, 0,    0,    0,    0x93, 0,    0,    0,    0,    0,    0,    0,
    0x14, 0,    0,    0, // interface
    6,    0,    0,    0,    0x30, 0,    0,    0,    0,    0,    0,    0,    1,    0,    0,    0,
    2,    0,    0,    0,    3,    0,    0,    0,    3,    0,    0,    0,    0xAA, 0xBB, 0xCC, 0,
    2,    0,    4,    0,    1,    0,    0,    0,    0,    0,    0,    0,    0x30, 0,    0,    0}; // packet

TEST(PcapngReader, reads_a_packet_with_its_time_and_direction) {
    const Capture capture = read_pcapng(kFile);
    EXPECT_EQ(capture.error, "");
    ASSERT_EQ(capture.frames.size(), 1U);
    EXPECT_EQ(capture.frames[0].time_us, 0x100000002U);
    EXPECT_TRUE(capture.frames[0].from_host);
    const Byte expected[] = {0xAA, 0xBB, 0xCC};
    EXPECT_TRUE(equal(capture.frames[0].bytes, expected));
}

TEST(PcapngReader, interface_without_a_name_speaks_native) { EXPECT_EQ(read_pcapng(kFile).dialect, ""); }

TEST(PcapngReader, name_of_the_interface_is_the_dialect) {
    std::vector<Byte> file(kFile.begin(), kFile.begin() + 28); // the section header
    const Byte interface[] = {1,   0,   0, 0, 0x28, 0, 0,   0,   0x93, 0,   0,   0,   0,   0,
                              0,   0,   2, 0, 10,   0, 's', 'i', 'm',  'p', 'l', 'e', 'l', 'i',
                              'n', 'k', 0, 0, 0,    0, 0,   0,   0x28, 0,   0,   0};
    file.insert(file.end(), std::begin(interface), std::end(interface));
    file.insert(file.end(), kFile.begin() + 48, kFile.end());
    const Capture capture = read_pcapng(file);
    EXPECT_EQ(capture.error, "");
    EXPECT_EQ(capture.dialect, "simplelink");
    EXPECT_EQ(capture.frames.size(), 1U);
    for (std::size_t i = 28; i < 68; ++i) { // a name astray reads no byte behind its block
        std::vector<Byte> damaged = file;
        damaged[i] ^= 0xFF;
        EXPECT_LE(read_pcapng(damaged).dialect.size(), 24U) << i;
    }
}

TEST(PcapngReader, every_cut_file_says_so_and_keeps_what_was_whole) {
    const std::size_t before_packet = 28 + 20;
    for (std::size_t size = 0; size < kFile.size(); ++size) {
        const Capture capture = read_pcapng(ByteView{kFile}.first(size));
        EXPECT_TRUE(capture.frames.empty());
        const bool whole_blocks = size == 28 || size == before_packet;
        EXPECT_EQ(capture.error.empty(), whole_blocks) << size;
    }
}

TEST(PcapngReader, no_byte_astray_leads_out_of_the_file) {
    for (std::size_t i = 0; i < kFile.size(); ++i) {
        std::vector<Byte> damaged = kFile;
        damaged[i] ^= 0xFF;
        for (const CapturedFrame& frame : read_pcapng(damaged).frames) {
            EXPECT_GE(frame.bytes.data(), damaged.data());
            EXPECT_LE(frame.bytes.data() + frame.bytes.size(), damaged.data() + damaged.size());
        }
    }
}

TEST(PcapngReader, other_files_are_refused) {
    const Byte text[] = {'h', 'e', 'l', 'l', 'o', ' ', 'w', 'o', 'r', 'l', 'd', '!'};
    EXPECT_NE(read_pcapng(text).error, "");
}

} // namespace
} // namespace nwp::tool
