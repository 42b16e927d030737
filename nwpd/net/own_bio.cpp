// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/own_bio.h"

namespace nwp::net {

BIO_METHOD* make_bio_method(const char* name, BioWrite write, BioRead read, BioControl control) {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, name);
    if (made == nullptr) return made;
    BIO_meth_set_write(made, write);
    BIO_meth_set_read(made, read);
    BIO_meth_set_ctrl(made, control);
    return made;
}

BIO* make_bio(const BIO_METHOD* method, void* owner) {
    BIO* bio = method != nullptr ? BIO_new(method) : nullptr;
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, owner);
    BIO_set_init(bio, 1);
    return bio;
}

} // namespace nwp::net
