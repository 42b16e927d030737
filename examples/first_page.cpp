// SPDX-License-Identifier: Apache-2.0
//
// The host's side of ./run: everything a device does between power-on and its first page by HTTPS, with what
// it cost. The C++ driver joins the Wi-Fi network; the page itself is fetched with the socket calls that
// every C program knows (get_page() below).
#include "base/ip_text.h"
#include "nwp/device.h"
#include "nwp/tls_credentials.h"
#include "nwp/wifi.h"
#include "ports/posix/posix_host.h"

#include <chrono>
#include <condition_variable>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <getopt.h>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

constexpr sec_tag_t kCa = 1;
constexpr sec_tag_t kWrongCa = 2;

struct Failure {
    std::string what;
};

/// A page and the name that its server's certificate must have.
struct Target {
    std::string host;
    std::string port;
    std::string path;
    sec_tag_t ca = kCa;
    std::string tls_name;
};

struct Outcome {
    int error = 0; ///< errno; 0: `response` is whole
    std::string address;
    std::string response;
    nwp_tls_verdict verdict{}; ///< after ECONNABORTED
};

// ---- The part that any C program would have
// ----------------------------------------------------------------

/// Sends the request and reads until the server closes. 0, or errno.
int exchange(int sock, const std::string& request, std::string& response) {
    for (std::size_t done = 0; done < request.size();) {
        const ssize_t sent = nwp_send(sock, request.data() + done, request.size() - done, 0);
        if (sent < 0) return errno;
        done += static_cast<std::size_t>(sent);
    }
    char buffer[1024];
    for (;;) {
        const ssize_t size = nwp_recv(sock, buffer, sizeof buffer, 0);
        if (size < 0) return errno;
        if (size == 0) return 0;
        response.append(buffer, static_cast<std::size_t>(size));
    }
}

Outcome get_page(const Target& target) {
    Outcome outcome;
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* address = nullptr;
    const int unresolved = nwp_getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &address);
    if (unresolved != 0) throw Failure{target.host + ": " + nwp_gai_strerror(unresolved)};
    char text[INET_ADDRSTRLEN];
    const auto* const ipv4 = reinterpret_cast<const sockaddr_in*>(address->ai_addr);
    outcome.address = nwp_inet_ntop(AF_INET, &ipv4->sin_addr, text, sizeof text);

    const int sock = nwp_socket(address->ai_family, address->ai_socktype, IPPROTO_TLS_1_2);
    if (sock < 0) throw Failure{std::string{"socket: "} + std::strerror(errno)};
    const bool ready = nwp_setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, &target.ca, sizeof target.ca) == 0 &&
                       nwp_setsockopt(sock, SOL_TLS, TLS_HOSTNAME, target.tls_name.c_str(), 0) == 0 &&
                       nwp_connect(sock, address->ai_addr, address->ai_addrlen) == 0;
    outcome.error = ready ? 0 : errno;
    nwp_freeaddrinfo(address);

    if (ready) {
        const std::string request = "GET " + target.path + " HTTP/1.0\r\nHost: " + target.host + "\r\n\r\n";
        outcome.error = exchange(sock, request, outcome.response);
    }
    socklen_t size = sizeof outcome.verdict;
    if (nwp_getsockopt(sock, SOL_TLS, NWP_TLS_VERDICT, &outcome.verdict, &size) != 0) outcome.verdict = {};
    nwp_close(sock);
    return outcome;
}

void provision(sec_tag_t tag, const std::string& file_name) {
    std::ifstream file{file_name, std::ios::binary};
    if (!file) throw Failure{file_name + ": cannot read it"};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    int added = tls_credential_add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, bytes.data(), bytes.size());
    if (added == -EEXIST) { // another run's
        tls_credential_delete(tag, TLS_CREDENTIAL_CA_CERTIFICATE);
        added = tls_credential_add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, bytes.data(), bytes.size());
    }
    if (added != 0) throw Failure{file_name + ": " + std::strerror(-added)};
}

// ---- Terminal ---------------------------------------------------------------------------------------------

const bool in_colour = ::isatty(STDOUT_FILENO) != 0;

void heading(const char* text) {
    static int number = 0;
    std::printf(in_colour ? "\n\033[1m%d  %s\033[0m\n" : "\n%d  %s\n", ++number, text);
}

__attribute__((format(printf, 2, 3))) void line(const char* name, const char* format, ...) {
    std::printf("   %-12s", name);
    va_list arguments;
    va_start(arguments, format);
    std::vprintf(format, arguments);
    va_end(arguments);
    std::printf("\n");
}

void indented(const std::string& text, const char* margin) {
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::size_t size = end - begin;
        if (size != 0 && text[end - 1] == '\r') --size;
        std::printf("%s%.*s\n", margin, static_cast<int>(size), text.data() + begin);
        begin = end + 1;
    }
}

// ---- What each phase cost ---------------------------------------------------------------------------------

/// What has crossed the link so far. A message is a hello, a request, a reply, an item, an event, or a frame
/// of a socket's data.
struct Traffic {
    explicit Traffic(const nwp::HostStatistics& statistics)
        : messages_out(statistics.session.messages_out + statistics.session.data_frames_out +
                       statistics.sessions),
          messages_in(statistics.session.messages_in + statistics.session.data_frames_in +
                      statistics.sessions),
          bytes_out(statistics.session.bytes_out), bytes_in(statistics.session.bytes_in) {}

    std::size_t messages_out;
    std::size_t messages_in;
    std::size_t bytes_out;
    std::size_t bytes_in;
};

struct Phase {
    const char* name;
    double milliseconds;
    Traffic before;
    Traffic after;
};

class Meter {
public:
    explicit Meter(nwp::Host& host) : host_(host) {}

    template <typename Work>
    auto measure(const char* name, Work&& work) {
        struct AtEnd { // also when the work throws
            Meter& meter;
            Phase phase;
            std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
            ~AtEnd() {
                const std::chrono::duration<double, std::milli> time =
                    std::chrono::steady_clock::now() - begin;
                phase.milliseconds = time.count();
                phase.after = meter.traffic();
                meter.phases_.push_back(phase);
            }
        } at_end{*this, {name, 0, traffic(), traffic()}};
        return work();
    }

    void print() const {
        std::printf("   %-26s %9s %17s   %17s\n", "", "time", "messages", "bytes");
        std::printf("   %-26s %9s %8s %8s   %8s %8s\n", "phase", "ms", "out", "in", "out", "in");
        Phase all{"all", 0, phases_.front().before, traffic()};
        for (const Phase& phase : phases_) {
            print(phase);
            all.milliseconds += phase.milliseconds;
        }
        print(all);
    }

private:
    Traffic traffic() const { return Traffic{host_.statistics()}; }

    static void print(const Phase& phase) {
        std::printf("   %-26s %9.1f %8zu %8zu   %8zu %8zu\n", phase.name, phase.milliseconds,
                    phase.after.messages_out - phase.before.messages_out,
                    phase.after.messages_in - phase.before.messages_in,
                    phase.after.bytes_out - phase.before.bytes_out,
                    phase.after.bytes_in - phase.before.bytes_in);
    }

    nwp::Host& host_;
    std::vector<Phase> phases_;
};

/// Waits for the address that the lease brings.
class AddressWait final : public nwp::EventListener {
public:
    void on_address(const nwp::AddressChanged& change) override {
        const std::lock_guard<std::mutex> guard{mutex_};
        address_ = change;
        changed_.notify_all();
    }

    nwp::AddressChanged wait() {
        std::unique_lock<std::mutex> guard{mutex_};
        const auto there = [this] { return address_.address.family != nwp::Family::unspecified; };
        if (!changed_.wait_for(guard, std::chrono::seconds(30), there)) throw Failure{"no address came"};
        return address_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    nwp::AddressChanged address_;
};

// ---- The steps --------------------------------------------------------------------------------------------

std::string text_of(const nwp::Address& address) { return std::string{nwp::ip_text(address).view()}; }

void must(const nwp::Result<void>& done, const char* what) {
    if (!done) throw Failure{std::string{what} + ": " + nwp::to_string(done.error())};
}

void connect_driver(nwp::posix::PosixHost& driver, Meter& meter, const std::string& link) {
    heading("Connect to the network processor");
    meter.measure("hello", [&] {
        must(driver.start(), link.c_str());
        must(driver.host().await_link(driver.port().now() + nwp::seconds(10)), "hello");
    });
    nwp::request::GetDeviceInfo device;
    meter.measure("device information", [&] { must(driver.host().perform(device), "device information"); });
    const nwp::wire::DeviceInfo& info = device.info();
    constexpr const char* kRadios[] = {"none", "simulated", "real"};
    line("link", "%s", link.c_str());
    line("processor", "%.*s %.*s", static_cast<int>(info.product.size()), info.product.data(),
         static_cast<int>(info.version.size()), info.version.data());
    line("protocol", "%u.%u", unsigned{info.major}, unsigned{info.minor});
    line("radio", "%s", info.radio < std::size(kRadios) ? kRadios[info.radio] : "unknown");
    line("sockets", "%u", unsigned{info.socket_limit});
}

/// Filled up with blanks to so many places on the terminal; a character of UTF-8 takes one.
std::string padded(std::string_view text, std::size_t places) {
    std::size_t taken = 0;
    for (const char byte : text) taken += (byte & 0xC0) != 0x80 ? 1 : 0;
    return std::string{text} + std::string(taken < places ? places - taken : 0, ' ');
}

void print_network(void*, const nwp::WifiNetwork& network) {
    const auto bssid = nwp::bssid_text(network.bssid);
    std::printf("   %s  %.*s  %7u  %4d dBm  %s\n", padded(network.ssid.view(), 32).c_str(),
                static_cast<int>(bssid.size()), bssid.view().data(), unsigned{network.channel},
                int{network.rssi_dbm}, nwp::to_string(network.security));
}

void scan(nwp::Host& host, Meter& meter) {
    heading("Scan for access points");
    std::printf("   %-32s  %-17s  %7s  %8s  %s\n", "name", "address", "channel", "signal", "security");
    nwp::request::ScanWifi scan{{print_network, nullptr}};
    meter.measure("scan", [&] { must(host.perform(scan), "scan"); });
    if (scan.count() == 0) throw Failure{"the scan found nothing"};
}

void join(nwp::Host& host, Meter& meter, const std::string& ssid, const std::string& passphrase) {
    heading("Join the network");
    AddressWait address;
    host.add(address);
    nwp::WifiNetworkChoice choice;
    choice.ssid = ssid;
    choice.passphrase = passphrase;
    nwp::request::ConnectWifi connect{choice};
    const nwp::AddressChanged lease = meter.measure("join and lease", [&] {
        must(host.perform(connect), "join");
        return address.wait();
    });
    host.remove(address);
    line("joined", "%s, %s, channel %u", ssid.c_str(), nwp::to_string(connect.network().security),
         unsigned{connect.network().channel});
    line("address", "%s/%u", text_of(lease.address).c_str(), unsigned{lease.prefix_length});
    line("gateway", "%s", text_of(lease.gateway).c_str());
    line("name server", "%s", text_of(lease.dns).c_str());
}

void fetch(Meter& meter, const Target& target) {
    heading("Get the page");
    const Outcome page = meter.measure("page", [&] { return get_page(target); });
    line("page", "https://%s:%s%s", target.host.c_str(), target.port.c_str(), target.path.c_str());
    line("address", "%s", page.address.c_str());
    if (page.error != 0) {
        char words[1024];
        nwp_tls_verdict_text(&page.verdict, words, sizeof words);
        throw Failure{std::string{"no page: "} + std::strerror(page.error) + "\n" + words};
    }
    const std::string status = page.response.substr(0, page.response.find('\r'));
    line("response", "%s, %zu bytes", status.c_str(), page.response.size());
    if (status.rfind("HTTP/1.", 0) != 0) throw Failure{"that is no HTTP response"};
    const std::size_t body = page.response.find("\r\n\r\n");
    std::printf("\n");
    if (body != std::string::npos) indented(page.response.substr(body + 4), "      | ");
}

/// The same page must be refused, for one of these reasons.
void refuse(Meter& meter, const char* title, const char* phase, const Target& target, std::uint32_t reasons) {
    heading(title);
    const Outcome page = meter.measure(phase, [&] { return get_page(target); });
    if (page.error != ECONNABORTED) {
        throw Failure{std::string{"TLS should have refused: "} + std::strerror(page.error)};
    }
    line("refused", "ECONNABORTED");
    char words[1024];
    nwp_tls_verdict_text(&page.verdict, words, sizeof words);
    indented(words, "               ");
    if ((page.verdict.rules & reasons) == 0) throw Failure{"TLS refused for another reason than expected"};
}

void print_memory(const nwp::posix::HostMemory& memory) {
    const auto row = [](const char* what, std::size_t bytes) { std::printf("   %-52s %9zu\n", what, bytes); };
    std::printf("\n   %-52s %9s\n", "memory of the host driver, on a 64-bit machine", "bytes");
    row("driver", memory.host);
    row("state of 8 sockets", memory.sockets);
    row("frames on their way, 4 of 512 bytes", memory.session);
    row("received and unread, 2 KiB each socket", memory.receive);
    row("socket interface, with room for 32 addresses of DNS", memory.c_api);
    row("all", memory.host + memory.sockets + memory.session + memory.receive + memory.c_api);
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

using Options = std::map<std::string, std::string>;

Options read_options(int argc, char** argv) {
    Options options{{"port", "443"}, {"path", "/"}};
    const char* const names[] = {"link", "ssid", "passphrase", "host",      "port",
                                 "path", "ca",   "wrong-ca",   "wrong-name"};
    std::vector<option> known;
    for (const char* const name : names) known.push_back({name, required_argument, nullptr, 0});
    known.push_back({nullptr, 0, nullptr, 0});
    int index = 0;
    int found = 0;
    while ((found = ::getopt_long(argc, argv, "", known.data(), &index)) == 0)
        options[names[index]] = ::optarg;
    bool complete = found == -1 && ::optind == argc;
    for (const char* const name : names) complete = complete && options.count(name) != 0;
    if (complete) return options;
    throw Failure{std::string{"usage: "} + argv[0] +
                  " --link LINK --ssid SSID --passphrase TEXT --host NAME [--port PORT] [--path PATH]"
                  " --ca FILE --wrong-ca FILE --wrong-name NAME"};
}

void run(const Options& options) {
    nwp::posix::PosixHostSettings settings;
    settings.link = options.at("link");
    settings.sizes = nwp::posix::HostSizes::of_a_microcontroller();
    nwp::posix::PosixHost driver{settings};
    driver.attach();
    Meter meter{driver.host()};

    connect_driver(driver, meter, settings.link);
    scan(driver.host(), meter);
    join(driver.host(), meter, options.at("ssid"), options.at("passphrase"));

    heading("Provision certificates");
    meter.measure("certificates", [&] {
        provision(kCa, options.at("ca"));
        provision(kWrongCa, options.at("wrong-ca"));
    });
    line("tag 1", "%s, the server's CA", file_name(options.at("ca")).c_str());
    line("tag 2", "%s, a stranger", file_name(options.at("wrong-ca")).c_str());

    const Target right{options.at("host"), options.at("port"), options.at("path"), kCa, options.at("host")};
    fetch(meter, right);

    Target wrong = right;
    wrong.ca = kWrongCa;
    refuse(meter, "With the wrong CA", "wrong CA", wrong,
           NWP_TLS_UNKNOWN_CA | NWP_TLS_SELF_SIGNED | NWP_TLS_MISSING_INTERMEDIATE);
    wrong = right;
    wrong.tls_name = options.at("wrong-name");
    refuse(meter, "With the wrong host name", "wrong host name", wrong, NWP_TLS_WRONG_HOST_NAME);

    heading("What it cost");
    meter.print();
    std::printf(
        "   (bytes of frames with their headers; the serial line adds a checksum and delimiters to each)\n");
    print_memory(driver.memory());
    std::printf("\n");
}

} // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    try {
        run(read_options(argc, argv));
        return 0;
    } catch (const Failure& failure) {
        std::fflush(stdout);
        std::fprintf(stderr, "first_page: %s\n", failure.what.c_str());
        return 1;
    }
}
