/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gets a page and prints it. One source, two programs:
 *
 *   http_get_kernel   HTTP over the kernel's sockets
 *   http_get          HTTPS over the network processor's: the build adds -DHTTPS and -include nwp/posix.h
 *
 * What HTTPS needs beyond plain HTTP stands between #if and #endif. The certificate of the CA is given once,
 * by one of two methods, and stays in the network processor's store:
 *
 *   NWP_CA_FILE=ca.pem  http_get www.example.org    Method 1: the bytes of the certificate
 *   NWP_CA_NAME=ca.pem  http_get www.example.org    Method 2: the name of a file that is stored there already
 *   http_get www.example.org                        the one from last time
 */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(HTTPS)

#include <nwp/tls_credentials.h>

#define DEFAULT_PORT "443"
#define PROTOCOL IPPROTO_TLS_1_2
#define CA_CERTIFICATE_TAG 1

static int add_ca_certificate(void) {
    static char certificate[64 * 1024];
    const char* file_name = getenv("NWP_CA_FILE");
    const char* stored_name = getenv("NWP_CA_NAME");
    const void* value = stored_name;
    size_t size = stored_name != NULL ? strlen(stored_name) : 0;
    if (file_name != NULL) {
        FILE* file = fopen(file_name, "rb");
        if (file == NULL) {
            perror(file_name);
            return -1;
        }
        size = fread(certificate, 1, sizeof(certificate), file);
        fclose(file);
        value = certificate;
    }
    if (value == NULL) return 0;

    const int error = tls_credential_add(CA_CERTIFICATE_TAG, TLS_CREDENTIAL_CA_CERTIFICATE, value, size);
    if (error == 0) return 0;
    fprintf(stderr, "CA certificate: %s\n", strerror(-error));
    errno = -error;
    return -1;
}

static int secure(int sock, const char* host) {
    const sec_tag_t tags[] = {CA_CERTIFICATE_TAG};
    if (add_ca_certificate() != 0) return -1;
    if (setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof(tags)) != 0) return -1;
    return setsockopt(sock, SOL_TLS, TLS_HOSTNAME, host, (socklen_t)strlen(host));
}

static void explain(int sock) {
    struct nwp_tls_verdict verdict;
    socklen_t size = sizeof(verdict);
    char text[1024];
    if (getsockopt(sock, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size) != 0 || verdict.rules == 0) return;
    nwp_tls_verdict_text(&verdict, text, sizeof(text));
    fprintf(stderr, "TLS refused:\n%s\n", text);
}

#else

#define DEFAULT_PORT "80"
#define PROTOCOL IPPROTO_TCP
static int secure(int sock, const char* host) { return (void)sock, (void)host, 0; }
static void explain(int sock) { (void)sock; }

#endif

/* A connected socket, or -1 when no address of the host led to one. */
static int connect_to(const char* host, const char* port) {
    struct addrinfo hints;
    struct addrinfo* addresses = NULL;
    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    const int error = getaddrinfo(host, port, &hints, &addresses);
    if (error != 0) {
        fprintf(stderr, "%s: %s\n", host, error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error));
        return -1;
    }

    int sock = -1;
    for (const struct addrinfo* address = addresses; address != NULL && sock < 0;
         address = address->ai_next) {
        sock = socket(address->ai_family, address->ai_socktype, PROTOCOL);
        if (sock < 0) {
            perror("socket");
            continue;
        }
        if (secure(sock, host) == 0 && connect(sock, address->ai_addr, address->ai_addrlen) == 0) break;
        perror(host);
        explain(sock);
        close(sock);
        sock = -1;
    }
    freeaddrinfo(addresses);
    return sock;
}

static int send_all(int sock, const char* text, size_t size) {
    while (size > 0) {
        const ssize_t sent = send(sock, text, size, MSG_NOSIGNAL);
        if (sent < 0) {
            perror("send");
            return -1;
        }
        text += sent;
        size -= (size_t)sent;
    }
    return 0;
}

/* Prints what comes until the server closes. */
static int print_response(int sock) {
    char response[4096];
    for (;;) {
        const ssize_t size = recv(sock, response, sizeof(response), 0);
        if (size < 0) {
            perror("recv");
            explain(sock);
            return -1;
        }
        if (size == 0) break;
        if (fwrite(response, 1, (size_t)size, stdout) != (size_t)size) {
            perror("standard output");
            return -1;
        }
    }
    return fflush(stdout);
}

int main(int argc, char** argv) {
    if (argc < 2 || argc > 4) {
        fprintf(stderr, "usage: %s HOST [PORT [PATH]]\n", argv[0]);
        return 2;
    }
    const char* host = argv[1];
    const char* port = argc > 2 ? argv[2] : DEFAULT_PORT;
    const char* path = argc > 3 ? argv[3] : "/";

    char request[2048];
    const int length = snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, host);
    if (length < 0 || (size_t)length >= sizeof(request)) {
        fprintf(stderr, "%s: too long\n", path);
        return 2;
    }

    const int sock = connect_to(host, port);
    if (sock < 0) return 1;
    const int failed = send_all(sock, request, (size_t)length) != 0 || print_response(sock) != 0;
    close(sock);
    return failed ? 1 : 0;
}
