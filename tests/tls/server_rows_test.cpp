// SPDX-License-Identifier: Apache-2.0
#include "tests/tls/matrix.h"
std::vector<std::string> nwp::tls_matrix::server_row_names() { return {}; }
