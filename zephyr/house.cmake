# SPDX-License-Identifier: Apache-2.0
# The words of cmake/nwp.cmake for a Zephyr build: each folder of the driver becomes a library with Zephyr's flags;
# tests, programs and what prints are for the build machine and are never built here.

set(opennwp_root ${CMAKE_CURRENT_LIST_DIR}/..)

# Zephyr's minimal C library comes without the compiler's headers: those of C++ are asked for by name, with ours before
# them where they ask for more C than there is. Nothing of the C++ library is linked.
set(opennwp_system_headers)
if(CONFIG_MINIMAL_LIBC)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} ${TOOLCHAIN_C_FLAGS} -E -v -x c++ /dev/null
                  ERROR_VARIABLE said OUTPUT_QUIET)
  string(REGEX MATCHALL "\n [^\n]*/c\\+\\+/[^\n]*" opennwp_system_headers "${said}")
  list(TRANSFORM opennwp_system_headers STRIP)
  list(TRANSFORM opennwp_system_headers REPLACE "(.+)" "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-idirafter \\1>")
endif()

function(opennwp_options target)
  target_link_libraries(${target} PRIVATE zephyr_interface)
  target_include_directories(${target} PRIVATE ${versions} ${opennwp_root} ${opennwp_root}/host/include ${opennwp_root}/host/c/include)
  if(CONFIG_MINIMAL_LIBC)
    target_include_directories(${target} SYSTEM PRIVATE ${opennwp_root}/zephyr/minimal_libc)
  endif()
  target_compile_definitions(${target} PRIVATE NWP_TYPES_HEADER="ports/zephyr/types.h" NWP_PANIC_WITHOUT_WORDS)
  target_compile_options(${target} PRIVATE ${opennwp_system_headers} $<$<COMPILE_LANGUAGE:CXX>:-std=gnu++17>
                         $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions> $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>
                         $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>)
endfunction()

function(nwp_host_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  list(REMOVE_ITEM ARG_SOURCES poll.cpp) # of host/c: Zephyr has a poll() and select() of its own, see poll.h here
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${ARG_SOURCES})
  opennwp_options(${name})
  add_dependencies(${name} zephyr_generated_headers)
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS})
endfunction()

function(nwp_daemon_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${ARG_SOURCES})
endfunction()

function(nwp_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} EXCLUDE_FROM_ALL ${ARG_SOURCES})
endfunction()

function(nwp_test)
endfunction()

function(nwp_fuzz)
endfunction()
