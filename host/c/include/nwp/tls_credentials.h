/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Credentials in the network processor's store, by tag. Types have Zephyr's numbers. All functions return 0
 * or a negative errno; errno itself is not set. -ENETDOWN: the link is down. */

#include "nwp/socket.h"

#ifdef __cplusplus
extern "C" {
#endif

enum tls_credential_type {
    TLS_CREDENTIAL_NONE = 0,
    TLS_CREDENTIAL_CA_CERTIFICATE = 1,
    TLS_CREDENTIAL_SERVER_CERTIFICATE = 2, /* own certificate, a client's too */
    TLS_CREDENTIAL_PUBLIC_CERTIFICATE = 2, /* its newer name */
    TLS_CREDENTIAL_PRIVATE_KEY = 3,
    TLS_CREDENTIAL_PSK = 4,
    TLS_CREDENTIAL_PSK_ID = 5,
    TLS_CREDENTIAL_CRL = 1000
};

/* Stores durably. The value is the bytes (DER or PEM), or the name of a file stored there, with or without a
 * NUL behind it. The same bytes again are no error. -EEXIST   other bytes are there: delete them first
 *   -ENOENT   no file of that name
 *   -EINVAL   neither bytes of that type nor a name
 *   -EFBIG    longer than 64 KiB
 *   -ENOSPC, -EACCES */
int tls_credential_add(sec_tag_t tag, enum tls_credential_type type, const void* value, size_t size);

/* Reads a certificate or a PSK identity into `value`, `*size` bytes long; `*size` becomes its length.
 *   -ENOENT   nothing there
 *   -EACCES   a key: it cannot be read back
 *   -EFBIG    `*size` is too small; it becomes what is needed */
int tls_credential_get(sec_tag_t tag, enum tls_credential_type type, void* value, size_t* size);

/* -ENOENT   nothing there */
int tls_credential_delete(sec_tag_t tag, enum tls_credential_type type);

#ifdef __cplusplus
}
#endif
