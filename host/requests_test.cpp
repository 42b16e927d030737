// SPDX-License-Identifier: Apache-2.0
#include "host/test_world.h"
#include "nwp/credentials.h"
#include "nwp/device.h"
#include "nwp/names.h"
#include "nwp/radio.h"
#include "nwp/socket_list.h"
#include "nwp/socket_requests.h"
#include "nwp/wifi.h"

namespace nwp::test {
namespace {

struct Requests : testing::Test {
    World<4, 256, 512, 4> world;
    Host& host = world.host;
    FakeNwp& nwp = world.nwp;
    void SetUp() override { world.up(); }
};

TEST_F(Requests, echo_comes_back_and_carries_its_deadline) {
    request::Echo echo{as_bytes("to and fro")};
    ASSERT_TRUE(host.perform(echo));
    EXPECT_EQ(nwp.seen.back().deadline_ms, 10000U);
    nwp.on<wire::Echo>([&](const session::Message& request) {
        nwp.reply(request.request, wire::Echo{as_bytes("something else")});
    });
    EXPECT_EQ(host.perform(echo).error(), Error::protocol_error);
    const std::string long_text(request::kPart + 1, 'e');
    request::Echo too_long{as_bytes(long_text)};
    EXPECT_EQ(host.perform(too_long).error(), Error::message_too_long);
}

TEST_F(Requests, unanswered_request_ends_by_itself_and_is_cancelled) {
    nwp.ignore<wire::Echo>();
    request::Echo echo{as_bytes("?")};
    const Instant begun = world.clock.now();
    EXPECT_EQ(host.perform(echo).error(), Error::timed_out);
    EXPECT_EQ(world.clock.now() - begun, seconds(12));
    world.run();
    EXPECT_EQ(nwp.cancelled, std::vector<std::uint16_t>{nwp.seen.back().number});
    nwp.reply(nwp.seen.back().number, wire::Echo{});
    world.run();
    EXPECT_EQ(host.statistics().late_replies, 1U);
}

TEST_F(Requests, cancelled_request_ends_as_the_nwp_says_or_after_the_grace) {
    nwp.ignore<wire::Echo>();
    request::Echo echo{as_bytes("?")};
    ASSERT_TRUE(host.begin(echo));
    world.run();
    host.cancel(echo);
    world.run();
    ASSERT_EQ(nwp.cancelled.size(), 1U);
    EXPECT_FALSE(echo.done());
    nwp.reply(nwp.cancelled[0], wire::Failed{Error::cancelled, 0});
    world.run();
    ASSERT_TRUE(echo.done());
    EXPECT_EQ(echo.result().error(), Error::cancelled);

    ASSERT_TRUE(host.begin(echo));
    host.cancel(echo);
    world.run(seconds(3));
    ASSERT_TRUE(echo.done());
    EXPECT_EQ(echo.result().error(), Error::cancelled);
}

TEST_F(Requests, error_and_detail_are_the_nwps) {
    nwp.refuse<wire::WifiConnect>(Error::wifi_wrong_key, 15);
    request::ConnectWifi join{{"home", "not the one", WifiSecurity::wpa2_psk, {}, 0}};
    EXPECT_EQ(host.perform(join).error(), Error::wifi_wrong_key);
    EXPECT_EQ(join.detail(), 15U);
}

TEST_F(Requests, lies_become_protocol_errors) {
    for (const Error lie : {Error{}, Error::would_block, Error::closed}) {
        nwp.refuse<wire::Echo>(lie);
        request::Echo echo{as_bytes("?")};
        EXPECT_EQ(host.perform(echo).error(), Error::protocol_error);
    }
    nwp.on<wire::Echo>([&](const session::Message& request) { nwp.reply(request.request, wire::Done{}); });
    request::Echo echo{as_bytes("?")};
    EXPECT_EQ(host.perform(echo).error(), Error::protocol_error);
    EXPECT_GE(host.statistics().broken_rules, 1U);
}

TEST_F(Requests, replies_to_nobody_are_counted) {
    nwp.reply(12345, wire::Done{});
    nwp.reply(0, wire::Done{});
    nwp.item(77, wire::FileEntry{"x", 1});
    world.run();
    EXPECT_EQ(host.statistics().late_replies, 3U);
    EXPECT_EQ(host.link_state(), LinkState::up);
}

TEST_F(Requests, callback_runs_without_the_lock_and_may_begin_the_next) {
    struct Chain {
        Host& host;
        ManualPort& port;
        request::Echo echo{as_bytes("again")};
        int times = 0;
        void done(Pending& pending) {
            EXPECT_FALSE(port.locked);
            EXPECT_TRUE(pending.result());
            if (++times < 3) {
                EXPECT_TRUE(host.begin(pending));
            }
        }
    } chain{host, world.port};
    chain.echo.when_done(Callback<void(Pending&)>::to<&Chain::done>(chain));
    ASSERT_TRUE(host.begin(chain.echo));
    world.run();
    EXPECT_EQ(chain.times, 3);
}

TEST_F(Requests, more_than_the_ring_holds_wait_for_room_in_their_order) {
    nwp.silent = true;
    std::vector<std::unique_ptr<request::Echo>> echoes;
    std::vector<std::string> texts;
    for (int i = 0; i < 100; ++i) texts.push_back(std::to_string(i));
    for (const std::string& text : texts) {
        echoes.push_back(std::make_unique<request::Echo>(as_bytes(text)));
        ASSERT_TRUE(host.begin(*echoes.back()));
    }
    nwp.silent = false;
    world.run(seconds(1));
    ASSERT_EQ(nwp.seen.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        EXPECT_TRUE(echoes[i]->done());
        EXPECT_TRUE(echoes[i]->result());
        EXPECT_EQ(as_text(wire::decode<wire::Echo>(nwp.seen[i].body)->content), texts[i]);
    }
}

TEST_F(Requests, names_are_collected_and_cut_to_the_room_given) {
    nwp.on<wire::Resolve>([&](const session::Message& request) {
        for (Byte last = 1; last <= 3; ++last) {
            nwp.item(request.request, wire::ResolvedAddress{Address::ipv4(10, 0, 0, last, 443),
                                                            SocketType::stream, Protocol::tcp});
        }
        nwp.reply(request.request, wire::Resolved{3, "www.example.test"});
    });
    ResolvedAddress into[2];
    Byte name[8];
    request::Resolve resolve{"example.test", "https", {}, into};
    resolve.canonical_into(name);
    ASSERT_TRUE(host.perform(resolve));
    EXPECT_EQ(nwp.last<wire::Resolve>().node, "example.test");
    EXPECT_EQ(nwp.seen.back().deadline_ms, 30000U);
    ASSERT_EQ(resolve.count(), 2U);
    EXPECT_EQ(into[1].address, Address::ipv4(10, 0, 0, 2, 443));
    EXPECT_EQ(resolve.canonical(), "www.exam");
    const std::string long_name(256, 'n');
    request::Resolve too_long{long_name, "", {}, into};
    EXPECT_EQ(host.perform(too_long).error(), Error::name_too_long);
}

TEST_F(Requests, item_of_another_kind_spoils_the_answer) {
    nwp.on<wire::Resolve>([&](const session::Message& request) {
        nwp.item(request.request, wire::FileEntry{"x", 1});
        nwp.reply(request.request, wire::Resolved{1, ""});
    });
    ResolvedAddress into[2];
    request::Resolve resolve{"example.test", "", {}, into};
    EXPECT_EQ(host.perform(resolve).error(), Error::protocol_error);
    EXPECT_EQ(host.statistics().broken_rules, 1U);
}

TEST_F(Requests, scan_tells_each_network_without_the_lock) {
    nwp.on<wire::WifiScan>([&](const session::Message& request) {
        nwp.item(request.request, wire::WifiNetworkFound{"home", {}, 6, -40, WifiSecurity::wpa2_psk});
        nwp.item(request.request, wire::WifiNetworkFound{"cafe", {}, 11, -70, WifiSecurity::open});
        nwp.reply(request.request, wire::Listed{2});
    });
    struct Found {
        ManualPort& port;
        std::vector<WifiNetwork> networks;
        void add(const WifiNetwork& network) {
            EXPECT_FALSE(port.locked);
            networks.push_back(network);
        }
    } found{world.port, {}};
    request::ScanWifi scan{Callback<void(const WifiNetwork&)>::to<&Found::add>(found)};
    ASSERT_TRUE(host.perform(scan));
    ASSERT_EQ(found.networks.size(), 2U);
    EXPECT_EQ(found.networks[1].ssid.view(), "cafe");
    EXPECT_EQ(found.networks[1].rssi_dbm, -70);
    EXPECT_EQ(scan.count(), 2U);
}

TEST_F(Requests, wifi_status_and_join_are_values) {
    nwp.on<wire::WifiStatusGet>([&](const session::Message& request) {
        wire::WifiStatus status;
        status.state = WifiState::connected;
        status.ssid = "home";
        status.address = Address::ipv4(10, 77, 0, 5);
        nwp.reply(request.request, status);
    });
    nwp.on<wire::WifiConnect>([&](const session::Message& request) {
        nwp.reply(request.request, wire::WifiJoined{"home", {}, 6, -40, WifiSecurity::wpa2_psk});
    });
    request::ConnectWifi join{{"home", "correct horse", WifiSecurity::wpa2_psk, {}, 0}};
    ASSERT_TRUE(host.perform(join));
    EXPECT_EQ(join.network().channel, 6);
    request::GetWifiStatus get;
    ASSERT_TRUE(host.perform(get));
    EXPECT_EQ(get.status().network.ssid.view(), "home");
    EXPECT_EQ(get.status().address, Address::ipv4(10, 77, 0, 5));
    request::DisconnectWifi leave;
    EXPECT_TRUE(host.perform(leave));
}

TEST_F(Requests, of_the_radio_are_values) {
    nwp.on<wire::WifiCountryGet>(
        [&](const session::Message& request) { nwp.reply(request.request, wire::WifiCountry{"DE"}); });
    nwp.on<wire::WifiPowerSaveGet>([&](const session::Message& request) {
        nwp.reply(request.request, wire::WifiPowerSave{1, 3});
    });
    nwp.on<wire::WifiStatisticsGet>([&](const session::Message& request) {
        nwp.reply(request.request, wire::WifiStatistics{1, 2, 3, 4, 5, 6, 7, 8});
    });
    nwp.on<wire::WifiAccessPointGet>([&](const session::Message& request) {
        nwp.item(request.request, wire::WifiAccessPointStation{Bssid{{2, 0, 0, 0, 1, 1}}});
        nwp.reply(request.request, wire::WifiAccessPoint{1, "ours", WifiSecurity::open, 11, 1});
    });
    request::GetWifiCountry country;
    ASSERT_TRUE(host.perform(country));
    EXPECT_EQ(country.country(), Country("DE"));
    request::GetWifiPowerSave power_save;
    ASSERT_TRUE(host.perform(power_save));
    EXPECT_TRUE(power_save.power_save().enabled);
    EXPECT_EQ(power_save.power_save().listen_interval, 3);
    request::GetWifiStatistics statistics;
    ASSERT_TRUE(host.perform(statistics));
    EXPECT_EQ(statistics.statistics().losses, 4U);
    EXPECT_EQ(statistics.statistics().packets_sent, 8U);
    struct In {
        std::vector<Bssid> stations;
        void add(const Bssid& station) { stations.push_back(station); }
    } in;
    request::GetAccessPoint point{Callback<void(const Bssid&)>::to<&In::add>(in)};
    ASSERT_TRUE(host.perform(point));
    EXPECT_TRUE(point.status().running);
    EXPECT_EQ(point.status().ssid.view(), "ours");
    EXPECT_EQ(point.status().channel, 11);
    EXPECT_EQ(in.stations, std::vector{(Bssid{{2, 0, 0, 0, 1, 1}})});
}

TEST_F(Requests, of_the_radio_are_unsupported_by_an_older_nwp) {
    nwp.refuse<wire::WifiCountrySet>(Error::unsupported);
    request::SetWifiCountry country{"DE"};
    EXPECT_EQ(host.perform(country).error(), Error::unsupported);
}

TEST_F(Requests, stations_that_come_and_go_are_told_to_who_listens_for_them) {
    struct Stations final : StationListener {
        std::vector<bool> joined;
        void on_station(const WifiStationChanged& change) override { joined.push_back(change.joined != 0); }
    } stations;
    host.add(stations);
    nwp.event(wire::WifiStationChanged{Bssid{{2, 0, 0, 0, 1, 1}}, 1});
    nwp.event(wire::WifiStationChanged{Bssid{{2, 0, 0, 0, 1, 1}}, 0});
    world.run();
    EXPECT_EQ(stations.joined, (std::vector<bool>{true, false}));
    host.remove(stations);
}

TEST_F(Requests, device_texts_outlive_the_message) {
    nwp.on<wire::DeviceInfoGet>([&](const session::Message& request) {
        nwp.reply(request.request, wire::DeviceInfo{"nwpd", "0.1.0", 1, 0, 5, 200, 1});
    });
    nwp.on<wire::DeviceStatusGet>([&](const session::Message& request) {
        wire::DeviceStatus status;
        status.last_mismatch = "2.0 met 1.0";
        nwp.reply(request.request, status);
    });
    request::GetDeviceInfo info;
    request::GetDeviceStatus status;
    ASSERT_TRUE(host.perform(info));
    ASSERT_TRUE(host.perform(status));
    EXPECT_EQ(info.info().product, "nwpd");
    EXPECT_EQ(info.info().socket_limit, 200);
    EXPECT_EQ(status.status().last_mismatch, "2.0 met 1.0");
}

/// Keeps what comes in parts, as a store does.
struct Store {
    FakeNwp& nwp;
    std::string value;
    explicit Store(FakeNwp& at) : nwp(at) {
        nwp.on<wire::CredentialWrite>([this](const session::Message& request) {
            const auto part = *wire::decode<wire::CredentialWrite>(request.body);
            EXPECT_EQ(part.offset, part.offset == 0 ? 0 : value.size());
            if (part.offset == 0) value.clear();
            value += as_text(part.part);
            EXPECT_LE(value.size(), part.total);
            nwp.reply(request.request, wire::Done{});
        });
        nwp.on<wire::CredentialRead>([this](const session::Message& request) {
            const auto read = *wire::decode<wire::CredentialRead>(request.body);
            const auto part = std::string_view{value}.substr(read.offset, read.room);
            nwp.reply(request.request,
                      wire::CredentialPart{static_cast<std::uint32_t>(value.size()), as_bytes(part)});
        });
    }
};

TEST_F(Requests, credentials_travel_in_parts_both_ways) {
    Store store{nwp};
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, request::kPart, request::kPart + 1,
                                   std::size_t{kMaxCredentialSize}}) {
        const std::string value(size, 'c');
        request::WriteCredential write{7, CredentialType::ca_certificate, as_bytes(value)};
        ASSERT_TRUE(host.perform(write));
        EXPECT_EQ(store.value, value);
        kit::Buffer into(size + 1);
        request::ReadCredential read{7, CredentialType::ca_certificate, into};
        ASSERT_TRUE(host.perform(read));
        ASSERT_EQ(read.total(), size);
        EXPECT_EQ(as_text(ByteView{into}.first(size)), value);
    }
    const std::string huge(kMaxCredentialSize + 1, 'h');
    request::WriteCredential too_big{7, CredentialType::ca_certificate, as_bytes(huge)};
    EXPECT_EQ(host.perform(too_big).error(), Error::too_big);
}

TEST_F(Requests, write_that_failed_in_the_middle_begins_anew) {
    Store store{nwp};
    const std::string value(3 * request::kPart, 'v');
    request::WriteCredential write{7, CredentialType::ca_certificate, as_bytes(value)};
    ASSERT_TRUE(host.begin(write));
    world.turn(world.clock.now());
    world.turn(world.clock.now());
    host.restart();
    world.run(seconds(1));
    ASSERT_TRUE(write.done());
    EXPECT_EQ(write.result().error(), Error::connection_aborted);
    ASSERT_TRUE(host.perform(write));
    EXPECT_EQ(store.value, value);
}

TEST_F(Requests, value_longer_than_the_room_tells_its_size) {
    Store store{nwp};
    store.value = std::string(100, 'x');
    Byte into[99];
    request::ReadCredential read{7, CredentialType::ca_certificate, into};
    EXPECT_EQ(host.perform(read).error(), Error::too_big);
    EXPECT_EQ(read.total(), 100U);
}

TEST_F(Requests, reading_never_goes_round_in_circles_or_past_its_room) {
    const std::string part(300, 'p');
    kit::Buffer into(1000);
    const std::vector<std::vector<wire::CredentialPart>> lies = {
        {{500, {}}},
        {{200, as_bytes(part)}},
        {{500, as_bytes(part)}, {600, as_bytes(part)}},
        {{500, as_bytes(part)}, {500, as_bytes(part)}},
        {{0xFFFFFFFF, as_bytes(part)}},
    };
    for (const auto& script : lies) {
        std::size_t turn = 0;
        nwp.on<wire::CredentialRead>([&](const session::Message& request) {
            ASSERT_LT(turn, script.size());
            nwp.reply(request.request, script[turn++]);
        });
        request::ReadCredential read{7, CredentialType::ca_certificate, into};
        EXPECT_EQ(host.perform(read).error(), Error::protocol_error);
    }
}

TEST_F(Requests, lists_and_files) {
    nwp.on<wire::FileList>([&](const session::Message& request) {
        nwp.item(request.request, wire::FileEntry{"ca.pem", 1200});
        nwp.reply(request.request, wire::Listed{1});
    });
    nwp.on<wire::CredentialList>([&](const session::Message& request) {
        nwp.item(request.request, wire::CredentialEntry{7, CredentialType::private_key,
                                                        CredentialKind::generated, 0, "EC P-256"});
        nwp.reply(request.request, wire::Listed{1});
    });
    std::string listed;
    request::ListFiles files{
        {[](void* object, const wire::FileEntry& entry) { *static_cast<std::string*>(object) += entry.file; },
         &listed}};
    ASSERT_TRUE(host.perform(files));
    request::ListCredentials credentials{{[](void* object, const wire::CredentialEntry& entry) {
                                              *static_cast<std::string*>(object) += entry.summary;
                                          },
                                          &listed}};
    ASSERT_TRUE(host.perform(credentials));
    EXPECT_EQ(listed, "ca.pemEC P-256");
    const std::string content(1000, 'f');
    const std::string name(180, 'n');
    request::WriteFile write{name, as_bytes(content)};
    ASSERT_TRUE(host.perform(write));
    EXPECT_EQ(nwp.count(wire::FileWrite::id), 4U);
    EXPECT_EQ(nwp.last<wire::FileWrite>().total, 1000U);
    const std::string long_name(181, 'n');
    request::WriteFile refused{long_name, as_bytes(content)};
    EXPECT_EQ(host.perform(refused).error(), Error::invalid_argument);
    request::DeleteFile remove_file{name};
    request::DeleteCredential forget{7, CredentialType::private_key};
    request::GenerateKey generate{7, true};
    request::SimulateFault fault{request::SimulateFault::Fault::lease_lost, {}};
    for (Pending* pending : std::initializer_list<Pending*>{&remove_file, &forget, &generate, &fault}) {
        EXPECT_TRUE(host.perform(*pending));
    }
    EXPECT_EQ(nwp.last<wire::KeyGenerate>().replace, 1);
    EXPECT_EQ(nwp.last<wire::SimulatedFault>().fault, 3);
}

TEST_F(Requests, sockets_are_listed_each_once) {
    nwp.on<wire::SocketList>([&](const session::Message& request) {
        wire::SocketEntry entry;
        entry.client = "web";
        entry.bytes_in = 5000000000;
        nwp.item(request.request, entry);
        entry.client = "sensor";
        nwp.item(request.request, entry);
        nwp.reply(request.request, wire::Listed{2});
    });
    std::string listed;
    request::ListSockets list{true,
                              {[](void* object, const wire::SocketEntry& entry) {
                                   EXPECT_EQ(entry.bytes_in, 5000000000);
                                   *static_cast<std::string*>(object) += std::string(entry.client) + ' ';
                               },
                               &listed}};
    ASSERT_TRUE(host.perform(list));
    EXPECT_EQ(listed, "web sensor ");
    EXPECT_EQ(nwp.last<wire::SocketList>().all, 1);
    nwp.on<wire::SocketList>([&](const session::Message& request) {
        nwp.item(request.request, wire::FileEntry{"ca.pem", 1200}); // another list's item
        nwp.reply(request.request, wire::Listed{1});
    });
    request::ListSockets lie{false, {}};
    EXPECT_EQ(host.perform(lie).error(), Error::protocol_error);
}

TEST_F(Requests, signing_request_is_read_in_parts) {
    const std::string pem(700, 's');
    nwp.on<wire::SigningRequestGet>([&](const session::Message& request) {
        const auto read = *wire::decode<wire::SigningRequestGet>(request.body);
        EXPECT_EQ(read.subject, "CN=sensor-7");
        nwp.reply(request.request,
                  wire::CredentialPart{700, as_bytes(std::string_view{pem}.substr(read.offset, read.room))});
    });
    Byte into[700];
    request::ReadSigningRequest read{7, "CN=sensor-7", into};
    ASSERT_TRUE(host.perform(read));
    EXPECT_EQ(as_text(into), pem);
}

TEST_F(Requests, option_values_are_cut_to_the_room_given) {
    const SocketId id = world.socket();
    nwp.on<wire::SocketOptionGet>([&](const session::Message& request) {
        nwp.reply(request.request, wire::SocketOptionValue{as_bytes("0123456789")});
    });
    nwp.on<wire::SocketNameGet>([&](const session::Message& request) {
        nwp.reply(request.request, wire::SocketName{Address::ipv4(10, 77, 0, 5, 40000)});
    });
    Byte into[4];
    request::GetOption get{id, SocketOption::tls_alpn_selected, into};
    ASSERT_TRUE(host.perform(get));
    EXPECT_EQ(get.size(), 10U);
    EXPECT_EQ(as_text(into), "0123");
    request::GetName name{id, request::GetName::End::local};
    ASSERT_TRUE(host.perform(name));
    EXPECT_EQ(name.address().port, 40000);
}

TEST_F(Requests, closing_the_socket_ends_its_requests_with_bad_handle) {
    nwp.ignore<wire::SocketOptionGet>();
    const SocketId id = world.socket();
    Byte into[4];
    request::GetOption get{id, SocketOption::tls_version, into};
    ASSERT_TRUE(host.begin(get));
    request::Echo other{as_bytes("stays")};
    nwp.ignore<wire::Echo>();
    ASSERT_TRUE(host.begin(other));
    ASSERT_TRUE(host.close(id));
    world.run();
    ASSERT_TRUE(get.done());
    EXPECT_EQ(get.result().error(), Error::bad_handle);
    EXPECT_EQ(host.perform(get).error(), Error::bad_handle);
    EXPECT_FALSE(other.done());
    world.run(seconds(13));
    EXPECT_TRUE(other.done());
}

} // namespace
} // namespace nwp::test
