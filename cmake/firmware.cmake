# SPDX-License-Identifier: Apache-2.0
# The images for microcontrollers, in a build of their own with its own compiler: the target `firmware`.
include(ExternalProject)

get_property(driver_sources GLOBAL PROPERTY NWP_DRIVER_SOURCES)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/driver_sources.cmake CONTENT "${driver_sources}")
ExternalProject_Add(firmware
  SOURCE_DIR ${CMAKE_SOURCE_DIR}/firmware
  BINARY_DIR ${CMAKE_BINARY_DIR}/firmware
  PREFIX ${CMAKE_BINARY_DIR}/firmware/steps
  CMAKE_ARGS -DCMAKE_TOOLCHAIN_FILE=${CMAKE_SOURCE_DIR}/cmake/cortex-m.cmake
             -DNWP_DRIVER_SOURCES=${CMAKE_BINARY_DIR}/driver_sources.cmake
             -DFREERTOS_KERNEL_PATH=$ENV{FREERTOS_KERNEL_PATH}
             -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER}
             -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
  BUILD_ALWAYS ON
  INSTALL_COMMAND "")
