# SPDX-License-Identifier: Apache-2.0
# Writes the bytes of the file INPUT as an array into the source OUTPUT.
file(READ ${INPUT} digits HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes ${digits})
file(WRITE ${OUTPUT} "// Made from the CA's certificate.
#include \"firmware/baseline/authority.h\"

const unsigned char kAuthority[] = {${bytes}};
const std::size_t kAuthoritySize = sizeof kAuthority;
")
