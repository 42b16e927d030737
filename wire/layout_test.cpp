// SPDX-License-Identifier: Apache-2.0
// What holds for every message, whatever its fields.
#include "wire/layout.h"
#include "wire/messages.h"
#include "wire/sample.h"

#include <gtest/gtest.h>

namespace nwp::wire {
namespace {

/// Calls test(message) for a counting sample of every message.
template <typename Test>
void for_each_sample(Test test) {
    const auto each = [&](const auto& tag) {
        using M = std::decay_t<decltype(tag)>;
        for (const Family family : {Family::unspecified, Family::ipv4, Family::ipv6}) {
            for (const std::size_t text_size : {0U, 1U, 200U}) {
                SCOPED_TRACE(M::name);
                CountingSample maker{text_size, family};
                test(maker.make<M>());
            }
        }
    };
    for_each_message(Hellos{}, each);
    for_each_message(Requests{}, each);
    for_each_message(Replies{}, each);
    for_each_message(Items{}, each);
    for_each_message(Events{}, each);
}

TEST(EveryMessage, comes_back_as_it_went) {
    for_each_sample([](const auto& message) {
        using M = std::decay_t<decltype(message)>;
        const std::vector<Byte> bytes = encoded(message);
        EXPECT_EQ(bytes.size(), size_of(message));
        const Result<M> back = decode<M>(bytes);
        ASSERT_TRUE(back);
        EXPECT_EQ(encoded(*back), bytes);
    });
}

TEST(EveryMessage, has_a_code_that_knows_where_its_fields_lie) {
    for_each_sample([](const auto& message) {
        using M = std::decay_t<decltype(message)>;
        const Code* word = code<M>();
        EXPECT_EQ(*word, M::id);
        for_each_field(message, [&](const auto& field, const auto& value) {
            const auto* const begin = reinterpret_cast<const Byte*>(&message);
            EXPECT_EQ(*++word >> kOffsetShift, reinterpret_cast<const Byte*>(&value) - begin) << field.name;
            EXPECT_EQ((*word & kNewer) != 0, field.since > 0) << field.name;
        });
        EXPECT_EQ(*++word, kCodeEnd);
    });
}

TEST(EveryMessage, cut_anywhere_is_malformed) {
    for_each_sample([](const auto& message) {
        using M = std::decay_t<decltype(message)>;
        const std::vector<Byte> bytes = encoded(message);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            ASSERT_EQ(decode<M>(ByteView{bytes}.first(size)).error(), Error::malformed) << size;
        }
    });
}

TEST(EveryMessage, ignores_what_a_newer_peer_appends) {
    for_each_sample([](const auto& message) {
        using M = std::decay_t<decltype(message)>;
        std::vector<Byte> bytes = encoded(message);
        const std::vector<Byte> known = bytes;
        bytes.insert(bytes.end(), {0xFF, 0x00, 0xFF});
        const Result<M> back = decode<M>(bytes);
        ASSERT_TRUE(back);
        EXPECT_EQ(encoded(*back), known);
    });
}

TEST(EveryMessage, does_not_fit_into_less_room_and_writes_nothing_behind_it) {
    for_each_sample([](const auto& message) {
        const std::vector<Byte> whole = encoded(message);
        for (std::size_t room = 0; room <= whole.size(); ++room) {
            std::vector<Byte> into(whole.size() + 1, 0xEE);
            Writer writer{Bytes{into}.first(room)};
            encode(writer, message);
            ASSERT_EQ(writer.complete(), room == whole.size());
            ASSERT_EQ(writer.written(), room);
            ASSERT_TRUE(equal(ByteView{into}.first(room), ByteView{whole}.first(room)));
            for (std::size_t i = room; i < into.size(); ++i) ASSERT_EQ(into[i], 0xEE);
        }
    });
}

TEST(EveryMessage, written_in_windows_is_the_slices_of_the_whole) {
    for_each_sample([](const auto& message) {
        const std::vector<Byte> whole = encoded(message);
        for (const std::size_t room : {1U, 7U, 56U}) {
            for (std::size_t skip = 0; skip <= whole.size() + 1; skip += room) {
                std::vector<Byte> window(room);
                Writer writer{window, skip};
                encode(writer, message);
                const ByteView slice = ByteView{whole}.sub(skip, room);
                ASSERT_EQ(writer.position(), whole.size());
                ASSERT_EQ(writer.written(), slice.size());
                ASSERT_TRUE(equal(ByteView{window}.first(slice.size()), slice));
            }
        }
    });
}

TEST(EveryMessage, has_an_id_of_its_own_within_its_use) {
    const auto distinct = [](auto list) {
        std::vector<std::uint16_t> ids;
        for_each_message(list,
                         [&](const auto& message) { ids.push_back(std::decay_t<decltype(message)>::id); });
        for (std::size_t a = 0; a < ids.size(); ++a) {
            for (std::size_t b = a + 1; b < ids.size(); ++b) EXPECT_NE(ids[a], ids[b]);
        }
    };
    distinct(Hellos{});
    distinct(Requests{});
    distinct(Replies{});
    distinct(Items{});
    distinct(Events{});
}

struct Older {
    std::uint16_t first = 0;
    static constexpr auto fields() { return layout(field("first", &Older::first, "")); }
};
struct Newer {
    std::uint16_t first = 0;
    std::uint16_t second = 77;
    std::string_view third = "default";
    static constexpr auto fields() {
        return layout(field("first", &Newer::first, ""), field("second", &Newer::second, "", 1),
                      field("third", &Newer::third, "", 2));
    }
};
static_assert(well_formed<Older>() && well_formed<Newer>());

TEST(Layout, newer_field_that_is_missing_keeps_its_default) {
    const auto read = decode<Newer>(encoded(Older{5}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->first, 5);
    EXPECT_EQ(read->second, 77);
    EXPECT_EQ(read->third, "default");
}

TEST(Layout, newer_field_that_is_cut_is_malformed) {
    std::vector<Byte> bytes = encoded(Older{5});
    bytes.push_back(1);
    EXPECT_EQ(decode<Newer>(bytes).error(), Error::malformed);
}

TEST(Layout, older_peer_reads_what_it_knows_of_a_newer_message) {
    const auto read = decode<Older>(encoded(Newer{5, 6, "x"}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->first, 5);
}

struct Hears {
    void on(const SocketClose& message) { heard = message.linger_s; }
    std::int32_t heard = 0;
};

TEST(Layout, route_tells_known_from_unknown_and_malformed) {
    Hears handler;
    const std::vector<Byte> body = encoded(SocketClose{SocketHandle{1}, 42});
    using List = Messages<SocketClose>;
    EXPECT_EQ(route(List{}, SocketOpen::id, body, handler).error(), Error::unsupported);
    EXPECT_EQ(route(List{}, SocketClose::id, ByteView{body}.first(3), handler).error(), Error::malformed);
    EXPECT_EQ(handler.heard, 0);
    EXPECT_TRUE(route(List{}, SocketClose::id, body, handler));
    EXPECT_EQ(handler.heard, 42);
}

TEST(Writer, cuts_text_at_255_bytes) {
    const std::string text(300, 'x');
    std::vector<Byte> into(400);
    Writer writer{into};
    writer.text(text);
    EXPECT_EQ(writer.position(), 256U);
    EXPECT_EQ(into[0], 255);
}

TEST(Reader, gives_zeros_behind_the_end_and_never_recovers) {
    const Byte bytes[] = {1, 2, 3};
    Reader reader{bytes};
    EXPECT_EQ(reader.number(2), 0x0201U);
    EXPECT_EQ(reader.number(2), 0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.number(1), 0U);
    EXPECT_TRUE(reader.text().empty());
    EXPECT_TRUE(reader.blob().empty());
    EXPECT_FALSE(reader.ok());
}

} // namespace
} // namespace nwp::wire
