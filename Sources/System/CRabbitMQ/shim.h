#ifndef MSGCTL_CRABBITMQ_SHIM_H
#define MSGCTL_CRABBITMQ_SHIM_H

#include <sys/time.h>
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <openssl/ssl.h>

// Swift calls no function with variable arguments.

static inline amqp_rpc_reply_t msgctl_amqp_login_plain(
    amqp_connection_state_t state, char const *vhost, int frame_max, int heartbeat, amqp_table_t const *properties,
    char const *user, char const *password) {
    return amqp_login_with_properties(
        state, vhost, 0, frame_max, heartbeat, properties, AMQP_SASL_METHOD_PLAIN, user, password);
}

static inline amqp_rpc_reply_t msgctl_amqp_login_external(
    amqp_connection_state_t state, char const *vhost, int frame_max, int heartbeat, amqp_table_t const *properties,
    char const *identity) {
    return amqp_login_with_properties(
        state, vhost, 0, frame_max, heartbeat, properties, AMQP_SASL_METHOD_EXTERNAL, identity);
}

// librabbitmq 0.11 trusts no authority until it is told of a file; the system's own are found by OpenSSL.
static inline int msgctl_amqp_trust_system_authorities(amqp_socket_t *socket) {
    return SSL_CTX_set_default_verify_paths((SSL_CTX *)amqp_ssl_socket_get_context(socket));
}

#endif
