// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/tls_arrivals.h"

#include "base/ip_text.h"
#include "nwpd/service/steady_time.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace nwp::service {
namespace {

std::string text_of(RuleSet rules) {
    std::string text;
    for (unsigned bit = 0; bit < 32; ++bit) {
        if ((rules.bits() >> bit & 1U) == 0) continue;
        text += (text.empty() ? "" : " ") + std::string{to_string(static_cast<Rule>(bit))};
    }
    return text;
}

} // namespace

/// Handlers hold it weakly: it lives exactly as long as it stands in running_.
struct TlsArrivals::Running {
    Running(boost::asio::io_context& context, AcceptedStream came, Way how)
        : arrival(std::move(came)), way(std::move(how)), deadline(context) {}

    AcceptedStream arrival;
    Way way;
    boost::asio::steady_timer deadline;
};

void TlsArrivals::begin(AcceptedStream arrival, Way way) {
    const auto entry = std::make_shared<Running>(services_.context, std::move(arrival), std::move(way));
    running_.insert(entry);
    const std::weak_ptr weak{entry};
    entry->deadline.expires_after(services_.handshake_limit);
    entry->deadline.async_wait([this, weak](boost::system::error_code error) {
        const auto running = weak.lock();
        if (!running || error) return;
        Verdict verdict = running->arrival.tls != nullptr ? running->arrival.tls->verdict() : Verdict{};
        verdict.rules.add(Rule::timed_out);
        running->arrival.stream->close(true);
        refused(running, verdict, "");
    });
    if (entry->way.given) return secure(entry, *entry->way.given);
    services_.credentials.tls_credentials(entry->way.tags, [this, weak](Result<net::TlsCredentials> found) {
        if (const auto running = weak.lock()) secure(running, std::move(found));
    });
}

void TlsArrivals::secure(const Entry& entry, Result<net::TlsCredentials> found) {
    if (!found) {
        Verdict verdict;
        verdict.rules.add(Rule::no_credential);
        entry->arrival.stream->close(true);
        return refused(entry, verdict, std::string{"the vault says "} + to_string(found.error()));
    }
    entry->way.settings.credentials = std::move(*found);
    auto tls = std::make_unique<net::TlsStream>(services_.context, services_.tls_contexts,
                                                std::move(entry->arrival.stream), entry->way.settings,
                                                services_.calendar);
    entry->arrival.tls = tls.get();
    entry->arrival.stream = std::move(tls);
    entry->arrival.tls->handshake([this, weak = std::weak_ptr{entry}](Result<void> outcome) {
        if (const auto running = weak.lock()) finished(running, outcome);
    });
}

void TlsArrivals::finished(const Entry& entry, Result<void> outcome) {
    if (!outcome) return refused(entry, entry->arrival.tls->verdict(), entry->arrival.tls->failure_text());
    entry->deadline.cancel();
    ++services_.totals.handshakes_done;
    running_.erase(entry);
    told_(std::make_unique<AcceptedStream>(std::move(entry->arrival)), {});
}

void TlsArrivals::refused(const Entry& entry, const Verdict& verdict, const std::string& words) {
    entry->deadline.cancel();
    ++services_.totals.handshakes_refused;
    if (const auto left_out = log_limit_.admit(steady_now()))
        spdlog::warn("client {}: refused a TLS handshake from {}: {}; alert {}{}{}; {} more before it",
                     entry->way.client, ip_text(entry->arrival.peer).view(), text_of(verdict.rules),
                     verdict.alert, words.empty() ? "" : "; ", words, *left_out);
    running_.erase(entry);
    told_(nullptr, verdict);
}

void TlsArrivals::drop_all() {
    for (const Entry& entry : std::exchange(running_, {})) entry->arrival.stream->close(true);
}

void TlsArrivals::drop_remote() {
    std::erase_if(running_, [](const Entry& entry) {
        if (!entry->arrival.loopback) entry->arrival.stream->close(true);
        return !entry->arrival.loopback;
    });
}

} // namespace nwp::service
