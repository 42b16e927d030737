// SPDX-License-Identifier: Apache-2.0
// Zephyr's net_context in the network processor: the table of its calls.
#include "zephyr/context_fields.h"
#include "zephyr/driver.h"

#include <cerrno>
#include <zephyr/net/net_if.h>
#include <zephyr/net/net_offload.h>
#include <zephyr/net/net_pkt.h>

namespace nwp::zephyr {
namespace {

K_THREAD_STACK_DEFINE(callback_stack, CONFIG_OPENNWP_CALLBACK_STACK_SIZE);

ContextPlace& place_of(const net_context* context) {
    return *static_cast<ContextPlace*>(opennwp_context_place(context));
}

int get(sa_family_t, net_sock_type type, net_ip_protocol, net_context** context) {
    if (type != SOCK_STREAM && type != SOCK_DGRAM) return -ESOCKTNOSUPPORT;
    return plane().reserve(**context) ? 0 : -ENFILE;
}

int bind(net_context* context, const sockaddr* address, socklen_t length) {
    return place_of(context).bind(address, length);
}

int listen(net_context* context, int backlog) { return place_of(context).listen(backlog); }

int connect(net_context* context, const sockaddr* address, socklen_t length,
            net_context_connect_cb_t callback, std::int32_t timeout, void* user_data) {
    return place_of(context).connect(address, length, callback, timeout, user_data);
}

int accept(net_context* context, net_tcp_accept_cb_t callback, std::int32_t timeout, void* user_data) {
    return place_of(context).accept(callback, timeout, user_data);
}

int send(net_pkt* packet, net_context_send_cb_t callback, std::int32_t timeout, void* user_data) {
    return place_of(net_pkt_context(packet)).send(*packet, callback, timeout, user_data);
}

int send_to(net_pkt* packet, const sockaddr* address, socklen_t length, net_context_send_cb_t callback,
            std::int32_t timeout, void* user_data) {
    return place_of(net_pkt_context(packet)).send_to(*packet, address, length, callback, timeout, user_data);
}

int receive(net_context* context, net_context_recv_cb_t callback, std::int32_t timeout, void* user_data) {
    return place_of(context).receive(callback, timeout, user_data);
}

int put(net_context* context) {
    place_of(context).put();
    return 0;
}

} // namespace

Plane::Plane(Host&, Port& port) : port_(port) {
    k_mutex_init(&accepting_);
    k_work_queue_init(&callbacks_);
}

void Plane::take_interface(net_if* interface) {
    static net_offload calls{&get, &bind, &listen, &connect, &accept, &send, &send_to, &receive, &put};
    interface_ = interface;
    interface->if_dev->offload = &calls;
    k_work_queue_start(&callbacks_, callback_stack, K_THREAD_STACK_SIZEOF(callback_stack),
                       CONFIG_OPENNWP_CALLBACK_PRIORITY, nullptr);
    k_thread_name_set(&callbacks_.thread, "opennwp callbacks");
}

bool Plane::reserve(net_context& context) {
    for (ContextPlace& place : places_) {
        if (place.take(context)) return true;
    }
    return false;
}

} // namespace nwp::zephyr
