# SPDX-License-Identifier: Apache-2.0
# The module over the shim, for the build machine (CMakeLists.txt) and for a microcontroller (firmware/CMakeLists.txt).
# `root` is the repository's folder.
set(module ${root}/zephyr)
set(shim ${root}/tests/zephyr)
set(shim_common_sources
  ${module}/driver.cpp ${module}/network.cpp ${module}/radio.cpp ${module}/registration.c ${module}/wifi.cpp
  ${root}/ports/zephyr/reset_line.cpp ${root}/ports/zephyr/zephyr_port.cpp ${shim}/calls.cpp ${shim}/kernel.cpp)
set(sockets_sources
  ${module}/addresses.cpp ${module}/credentials.cpp ${module}/names.cpp ${module}/poll.cpp ${module}/socket_plane.cpp
  ${module}/socket_registration.c ${module}/sockets.cpp)
set(contexts_sources
  ${module}/addresses.cpp ${module}/context_events.cpp ${module}/context_fields.c ${module}/context_place.cpp
  ${module}/contexts.cpp ${module}/datagram_buffers.cpp ${shim}/net_objects.cpp ${shim}/work_queue.cpp)
set(packets_sources ${module}/datagram_buffers.cpp ${module}/packets.cpp ${shim}/net_objects.cpp)
set(shim_sources ${shim_common_sources} ${sockets_sources})
set(uart_sources ${root}/ports/zephyr/zephyr_uart.cpp)
set(spi_sources ${root}/ports/zephyr/zephyr_spi.cpp)
set(shim_common_folders ${shim}/shim ${shim}/shim/private)
set(shim_folders ${shim_common_folders} ${module}/planes/sockets) # and those of ${module}/links and ${module}/versions
