# SPDX-License-Identifier: Apache-2.0
# The module over the shim, for the build machine (CMakeLists.txt) and for a microcontroller (firmware/CMakeLists.txt).
# `root` is the repository's folder.
set(module ${root}/zephyr)
set(shim ${root}/tests/zephyr)
set(shim_sources
  ${module}/addresses.cpp ${module}/credentials.cpp ${module}/driver.cpp ${module}/names.cpp ${module}/network.cpp
  ${module}/poll.cpp ${module}/registration.c ${module}/socket_plane.cpp ${module}/socket_registration.c ${module}/sockets.cpp
  ${module}/wifi.cpp ${root}/ports/zephyr/reset_line.cpp ${root}/ports/zephyr/zephyr_port.cpp
  ${shim}/calls.cpp ${shim}/kernel.cpp)
set(uart_sources ${root}/ports/zephyr/zephyr_uart.cpp)
set(spi_sources ${root}/ports/zephyr/zephyr_spi.cpp)
set(shim_folders ${shim}/shim ${shim}/shim/private ${module}/planes/sockets) # and those of ${module}/links and ${module}/versions
