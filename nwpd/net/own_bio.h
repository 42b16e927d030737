// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>

namespace nwp::net {

using BioWrite = int (*)(BIO*, const char*, int);
using BioRead = int (*)(BIO*, char*, int);
using BioControl = long (*)(BIO*, int, long, void*);

/// A table of functions for BIOs of our own, for the life of the process; null when OpenSSL has no memory.
BIO_METHOD* make_bio_method(const char* name, BioWrite write, BioRead read, BioControl control);

/// A BIO that calls those functions and finds `owner` as its data; null without `method` or memory.
BIO* make_bio(const BIO_METHOD* method, void* owner);

} // namespace nwp::net
