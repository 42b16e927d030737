// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/host.h"
#include "nwp/names.h"
#include "nwp/types.h"

namespace nwp::c {

/// One result of getaddrinfo() with all it points to.
struct AddressNode {
    addrinfo info{}; // first: a pointer to it is a pointer to the node
    sockaddr_in6 address{};
    bool used = false;
};

/// Room for one canonical name.
struct CanonicalName {
    static constexpr std::size_t kRoom = 255;
    char text[kRoom + 1];
    bool used = false;
};

/// What getaddrinfo() asks for; an empty text: nothing.
struct Question {
    std::string_view node;
    std::string_view service;
    ResolveHints hints;
};

/// Results of getaddrinfo(), taken and freed by the list.
class AddressPool {
public:
    AddressPool(const AddressPool&) = delete;
    AddressPool& operator=(const AddressPool&) = delete;

    /// Resolves and builds the list.
    ///   name_memory   other lists hold the nodes
    ///   any other     of request::Resolve
    virtual Result<void> resolve(Host& host, Port& port, const Question& question, addrinfo*& list) = 0;
    /// What is free already or none of ours is left alone.
    void release(Port& port, addrinfo* list);

protected:
    AddressPool(Span<AddressNode> nodes, Span<CanonicalName> names) : nodes_(nodes), names_(names) {}
    ~AddressPool() = default;

    Result<void> resolve_into(Span<ResolvedAddress> found, Host& host, Port& port, const Question& question,
                              addrinfo*& list);

private:
    Result<void> build(Span<const ResolvedAddress> found, addrinfo*& list);
    CanonicalName* take_name();
    AddressNode* node_of(const addrinfo* info);
    void release_name(const char* text);

    Span<AddressNode> nodes_;
    Span<CanonicalName> names_;
};

/// The pool with its memory. An answer longer than `Nodes` is cut.
template <std::size_t Nodes, std::size_t Names>
class AddressPoolOf final : public AddressPool {
public:
    AddressPoolOf() : AddressPool(nodes_, {names_, Names}) {}

    Result<void> resolve(Host& host, Port& port, const Question& question, addrinfo*& list) override {
        ResolvedAddress found[Nodes];
        return resolve_into(found, host, port, question, list);
    }

private:
    AddressNode nodes_[Nodes];
    CanonicalName names_[Names + 1]; // one more, so that there may be none
};

} // namespace nwp::c
