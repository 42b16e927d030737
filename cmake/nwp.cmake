# SPDX-License-Identifier: Apache-2.0
# How a folder of this house becomes a library, a test, a fuzz target.

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
if(NWP_SANITIZE)
  set(optimisation "-O1 -g1")  # half the build time of -O2, and better stack traces
else()
  set(optimisation "-O2 -g1")
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO ${optimisation})
set(CMAKE_C_FLAGS_RELWITHDEBINFO ${optimisation})

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(PkgConfig REQUIRED)

add_library(nwp_warnings INTERFACE)
target_compile_options(nwp_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_options(nwp_warnings INTERFACE -Wreserved-identifier -Wno-reserved-macro-identifier)
endif()
target_include_directories(nwp_warnings INTERFACE ${CMAKE_SOURCE_DIR})
if(NWP_SANITIZE)
  # vptr: asks for type information, which code without RTTI does not have.
  add_compile_options(-fsanitize=${NWP_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NWP_SANITIZE})
  # GCC warns that ThreadSanitizer does not follow the fences in Asio's headers; it follows the locks beside them.
  if(NWP_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan)
  endif()
  # GCC 12 takes what sanitizers add inside the standard library's templates for uses of uninitialised memory.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()

# Asio has its functions in headers; what of them is no template is compiled here once, not in each source. Everything that
# includes Asio must see the definition, and every daemon library brings the rest.
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION)
add_library(nwp_asio STATIC ${CMAKE_SOURCE_DIR}/nwpd/net/asio.cpp)
target_compile_features(nwp_asio PRIVATE cxx_std_20)
target_link_libraries(nwp_asio PUBLIC Threads::Threads)

# nwp_host_library(NAME SOURCES ... DEPENDS ...): code that also runs on a microcontroller:
# C++17, no exceptions, no RTTI, no heap (tests/walls/check_symbols reads the archive).
function(nwp_host_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_compile_options(${name} PRIVATE -fno-exceptions -fno-rtti -fno-threadsafe-statics
                                         -ffunction-sections -fdata-sections)
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE nwp_warnings)
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set_property(GLOBAL APPEND_STRING PROPERTY NWP_DRIVER_SOURCES "set(${name}_sources ${ARG_SOURCES})\n")
endfunction()

# The sanitizers' builds compile a target's sources in batches: what headers of Asio, OpenSSL and the standard library bring
# is compiled once for several of them, in half the time. Two sources of a batch see each other's unnamed namespaces;
# `alone` are those that clash with another.
function(nwp_compile_in_batches target alone)
  if(NWP_SANITIZE)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
    set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# nwp_daemon_library(NAME SOURCES ... DEPENDS ... [ALONE SOURCE...]): code of nwpd and of the tools: C++20.
# ALONE: sources that are never compiled in a batch.
function(nwp_daemon_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;ALONE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES} ${ARG_ALONE})
  nwp_compile_in_batches(${name} "${ARG_ALONE}")
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} nwp_asio PRIVATE nwp_warnings)
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
endfunction()

function(nwp_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} nwp_warnings)
endfunction()

# nwp_documents(PROGRAM SECTION): manual page and shell completion in the build folder's share/, printed by the program.
function(nwp_documents program section)
  set(share ${CMAKE_BINARY_DIR}/share)
  set(page ${share}/man/man${section}/${program}.${section})
  set(bash ${share}/bash-completion/completions/${program})
  set(fish ${share}/fish/vendor_completions.d/${program}.fish)
  set(zsh ${share}/zsh/site-functions/_${program})
  foreach(file ${page} ${bash} ${fish} ${zsh})
    get_filename_component(folder ${file} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
  endforeach()
  add_custom_command(
    OUTPUT ${page} ${bash} ${fish} ${zsh}
    COMMAND ${program} --man > ${page}
    COMMAND ${program} --completion bash > ${bash}
    COMMAND ${program} --completion fish > ${fish}
    COMMAND ${program} --completion zsh > ${zsh}
    DEPENDS ${program} VERBATIM)
  add_custom_target(${program}_documents ALL DEPENDS ${page} ${bash} ${fish} ${zsh})
endfunction()

# nwp_test(NAME SOURCES ... DEPENDS ... [ALONE SOURCE...] [TIMEOUT seconds]): one GoogleTest program; ctest sees each of its
# tests. A test runs in a folder of its own: tests make theirs with tests/kit/temporary_folder.h.
# RUNS: ctest sees one test for each of these --gtest_filter patterns instead.
# THREADS: it has more than one, so that ThreadSanitizer has something to see (target threaded_tests, label threads).
function(nwp_test name)
  if(NOT NWP_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "THREADS" "TIMEOUT" "SOURCES;DEPENDS;ALONE;LABELS;RUNS" ${ARGN})
  set_property(GLOBAL APPEND PROPERTY NWP_UNIT_TESTS ${name})
  if(ARG_THREADS)
    list(APPEND ARG_LABELS threads)
    set_property(GLOBAL APPEND PROPERTY NWP_THREADED_TESTS ${name})
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${name} ${ARG_SOURCES} ${ARG_ALONE})
  nwp_compile_in_batches(${name} "${ARG_ALONE}")
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_compile_options(${name} PRIVATE -O0)  # built once, run once; what it tests is optimised
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} nwp_warnings GTest::gtest GTest::gmock GTest::gtest_main)
  foreach(filter ${ARG_RUNS})
    add_test(NAME "${name}.${filter}" COMMAND ${name} "--gtest_filter=${filter}")
    set_tests_properties("${name}.${filter}" PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
  endforeach()
  if(NOT ARG_RUNS)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
                         PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
  endif()
endfunction()

# nwp_python_test(NAME FILE [ARGUMENTS ...] [LABELS ...] [TIMEOUT seconds]): what pytest finds in that file or folder, as
# one test of ctest. ARGUMENTS go to pytest.
function(nwp_python_test name file)
  if(NOT NWP_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "TIMEOUT" "ARGUMENTS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  # Debian's own interpreter: it is the one that has pytest.
  add_test(NAME ${name} COMMAND /usr/bin/python3 -m pytest -q -p no:cacheprovider ${ARG_ARGUMENTS} ${file})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
                       ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endfunction()

# nwp_fuzz(NAME SOURCES ... DEPENDS ...): SOURCES define LLVMFuzzerTestOneInput. With NWP_FUZZ it is a libFuzzer
# program (run by ./test --full from tests/fuzz/corpus/NAME); always it is also a plain test of 10,000 seeded inputs.
function(nwp_fuzz name)
  if(NOT NWP_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  if(NWP_FUZZ)
    add_executable(${name} ${ARG_SOURCES})
    target_compile_features(${name} PRIVATE cxx_std_20)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} nwp_warnings)
    add_dependencies(fuzzers ${name})
    set_property(GLOBAL APPEND_STRING PROPERTY NWP_FUZZERS "${name}\n")
  else()
    add_executable(${name}_seeded ${ARG_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/seeded_main.cpp)
    target_compile_features(${name}_seeded PRIVATE cxx_std_20)
    target_link_libraries(${name}_seeded PRIVATE ${ARG_DEPENDS} nwp_warnings)
    add_test(NAME ${name}.takes_10000_seeded_inputs
             COMMAND ${name}_seeded ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
    set_tests_properties(${name}.takes_10000_seeded_inputs PROPERTIES TIMEOUT 300 LABELS fuzz)
  endif()
endfunction()

# nwp_product(FOLDER...): the target `product`, what ./run builds: every program of these folders but their tests.
function(nwp_product)
  add_custom_target(product)
  foreach(folder ${ARGN})
    get_property(targets DIRECTORY ${CMAKE_SOURCE_DIR}/${folder} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target ${targets})
      get_target_property(type ${target} TYPE)
      if(type STREQUAL "EXECUTABLE" AND NOT target MATCHES "_(test|seeded|fuzz)$")
        add_dependencies(product ${target})
      endif()
    endforeach()
  endforeach()
endfunction()

# After the last nwp_test: the targets that the sanitizers' builds make.
function(nwp_test_targets)
  foreach(kind unit threaded)
    string(TOUPPER NWP_${kind}_TESTS property)
    get_property(tests GLOBAL PROPERTY ${property})
    add_custom_target(${kind}_tests DEPENDS ${tests})
  endforeach()
endfunction()

# After the last nwp_fuzz: the list that tests/fuzz/run_fuzzers.py reads.
function(nwp_write_fuzzer_list)
  get_property(fuzzers GLOBAL PROPERTY NWP_FUZZERS)
  file(WRITE ${CMAKE_BINARY_DIR}/fuzzers.txt "${fuzzers}")
endfunction()

if(NWP_TESTS)
  enable_testing()
endif()
if(NWP_FUZZ)
  add_custom_target(fuzzers)  # every libFuzzer program
endif()
