// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace nwp::kit {

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "nwp-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored; // a test's rubbish is no reason to fail it
    std::filesystem::remove_all(path_, ignored);
}

} // namespace nwp::kit
