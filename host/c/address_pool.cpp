// SPDX-License-Identifier: Apache-2.0
#include "host/c/address_pool.h"

#include "host/c/socket_address.h"

namespace nwp::c {

Result<void> AddressPool::resolve_into(Span<ResolvedAddress> found, Host& host, Port& port,
                                       const Question& question, addrinfo*& list) {
    request::Resolve request{question.node, question.service, question.hints, found};
    CanonicalName* name = nullptr;
    if ((question.hints.flags & resolve_flag::canonical_name) != 0) {
        const Lock lock{port};
        name = take_name();
        if (name == nullptr) return Error::name_memory;
        request.canonical_into({reinterpret_cast<Byte*>(name->text), CanonicalName::kRoom});
    }
    Result<void> outcome = host.perform(request);

    const Lock lock{port};
    if (outcome) outcome = build(found.first(request.count()), list);
    if (name == nullptr) return outcome;
    name->used = outcome.ok();
    if (outcome) {
        name->text[request.canonical().size()] = '\0';
        list->ai_canonname = name->text;
    }
    return outcome;
}

/// The whole list or nothing.
Result<void> AddressPool::build(Span<const ResolvedAddress> found, addrinfo*& list) {
    if (found.empty()) return Error::name_no_data;
    std::size_t free = 0;
    for (const AddressNode& node : nodes_) free += node.used ? 0 : 1;
    if (free < found.size()) return Error::name_memory;

    addrinfo** link = &list;
    AddressNode* next = nodes_.begin();
    for (const ResolvedAddress& answer : found) {
        while (next->used) ++next;
        AddressNode& node = *next;
        node = AddressNode{};
        node.used = true;
        node.info.ai_addr = reinterpret_cast<sockaddr*>(&node.address);
        node.info.ai_addrlen = write_address(answer.address, node.info.ai_addr, sizeof node.address);
        node.info.ai_family = family_number(answer.address.family);
        node.info.ai_socktype = static_cast<int>(answer.type);
        node.info.ai_protocol = static_cast<int>(answer.protocol);
        *link = &node.info;
        link = &node.info.ai_next;
    }
    return {};
}

CanonicalName* AddressPool::take_name() {
    for (CanonicalName& name : names_) {
        if (name.used) continue;
        name.used = true;
        return &name;
    }
    return nullptr;
}

AddressNode* AddressPool::node_of(const addrinfo* info) {
    for (AddressNode& node : nodes_) {
        if (&node.info == info) return &node;
    }
    return nullptr;
}

void AddressPool::release_name(const char* text) {
    for (CanonicalName& name : names_) {
        if (name.text == text) name.used = false;
    }
}

void AddressPool::release(Port& port, addrinfo* list) {
    const Lock lock{port};
    while (list != nullptr) {
        AddressNode* const node = node_of(list);
        if (node == nullptr || !node->used) return;
        list = node->info.ai_next;
        if (node->info.ai_canonname != nullptr) release_name(node->info.ai_canonname);
        node->used = false;
    }
}

} // namespace nwp::c
