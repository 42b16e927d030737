// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_fixture.h"
