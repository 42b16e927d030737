// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/distinguished_name.h"

#include <gtest/gtest.h>
#include <openssl/objects.h>

namespace nwp::vault {
namespace {

std::vector<std::string> values_of(std::string_view text) {
    auto parsed = parse_distinguished_name(text);
    if (!parsed) return {"refused"};
    std::vector<std::string> values;
    for (const auto& attribute : *parsed) values.push_back(attribute.value);
    return values;
}

bool refused(std::string_view text) {
    return parse_distinguished_name(text).error() == Error::invalid_argument;
}

std::string printed(std::string_view text) {
    auto parsed = parse_distinguished_name(text);
    if (!parsed) return "refused";
    auto name = make_name(*parsed);
    if (!name) return to_string(name.error());
    const BioPointer writer(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(writer.get(), name->get(), 0, XN_FLAG_RFC2253);
    char* line = nullptr;
    const long size = BIO_get_mem_data(writer.get(), &line);
    return {line, static_cast<std::size_t>(size)};
}

using Values = std::vector<std::string>;

TEST(DistinguishedName, reads_attributes_in_the_order_of_the_string) {
    const auto parsed = parse_distinguished_name("CN=sensor-7,o=Example,2.5.4.6=DE");
    ASSERT_TRUE(parsed);
    const std::vector<NameAttribute> expected = {{"2.5.4.3", "sensor-7", false, false},
                                                 {"2.5.4.10", "Example", false, false},
                                                 {"2.5.4.6", "DE", false, false}};
    EXPECT_EQ(*parsed, expected);
}

// RFC 4514 section 4.
TEST(DistinguishedName, reads_the_examples_of_rfc_4514) {
    EXPECT_EQ(values_of("UID=jsmith,DC=example,DC=net"), (Values{"jsmith", "example", "net"}));
    EXPECT_EQ(values_of("OU=Sales+CN=J.  Smith,DC=example,DC=net"),
              (Values{"Sales", "J.  Smith", "example", "net"}));
    EXPECT_EQ(values_of("CN=James \\\"Jim\\\" Smith\\, III,DC=example,DC=net")[0],
              "James \"Jim\" Smith, III");
    EXPECT_EQ(values_of("CN=Before\\0dAfter,DC=example,DC=net")[0], "Before\rAfter");
    EXPECT_EQ(values_of("CN=Lu\\C4\\8Di\\C4\\87")[0], "Lu\xc4\x8di\xc4\x87");
    const auto encoded = parse_distinguished_name("1.3.6.1.4.1.1466.0=#04024869");
    ASSERT_TRUE(encoded);
    EXPECT_EQ(encoded->front(), (NameAttribute{"1.3.6.1.4.1.1466.0", "\x04\x02Hi", true, false}));
}

TEST(DistinguishedName, keeps_spaces_and_marks_where_they_are_escaped) {
    EXPECT_EQ(values_of("CN=\\ a\\ ")[0], " a ");
    EXPECT_EQ(values_of("CN=\\#1")[0], "#1");
    EXPECT_EQ(values_of("CN=a=b")[0], "a=b");
    EXPECT_EQ(values_of("CN=")[0], "");
}

TEST(DistinguishedName, refuses_what_is_no_rfc_4514_string) {
    for (const char* text :
         {"",       "CN",     "=x",      "CN=x,",   "CN=x+",   ",CN=x",     "XX=x",   "1=x",      "1.=x",
          "01.2=x", "1..2=x", "CN= x",   "CN=x ",   "CN=#",    "CN=#4",     "CN=#4z", "CN=\"x\"", "CN=a;O=b",
          "CN=<x>", "CN=x\\", "CN=x\\z", "CN=x\\4", "CN=\\ff", "CN=a, O=b", "CN =a"}) {
        EXPECT_TRUE(refused(text)) << text;
    }
    EXPECT_TRUE(refused(std::string_view("CN=a\0b", 6)));
    EXPECT_TRUE(refused("CN=" + std::string(5000, 'x')));
}

TEST(DistinguishedName, makes_a_name_that_prints_as_it_was_written) {
    EXPECT_EQ(printed("CN=sensor-7,OU=Lab\\, North,O=Example,C=DE"),
              "CN=sensor-7,OU=Lab\\, North,O=Example,C=DE");
    EXPECT_EQ(printed("OU=Sales+CN=J. Smith,DC=example,DC=net"), "OU=Sales+CN=J. Smith,DC=example,DC=net");
    EXPECT_EQ(printed("CN=#0c0161"), "CN=a");
}

TEST(DistinguishedName, begins_the_name_with_the_least_specific) {
    auto name = make_name(*parse_distinguished_name("CN=x,C=DE"));
    ASSERT_TRUE(name);
    const X509_NAME_ENTRY* const first = X509_NAME_get_entry(name->get(), 0);
    EXPECT_EQ(OBJ_obj2nid(X509_NAME_ENTRY_get_object(first)), NID_countryName);
}

TEST(DistinguishedName, refuses_values_that_a_type_cannot_have) {
    EXPECT_EQ(printed("C=DEU"), "invalid_argument");
    EXPECT_EQ(printed("CN=" + std::string(65, 'x')), "invalid_argument");
    EXPECT_EQ(printed("CN=#02010a"), "invalid_argument") << "an INTEGER is no name";
    EXPECT_EQ(printed("CN=#0c05"), "invalid_argument") << "cut DER";
}

} // namespace
} // namespace nwp::vault
