# SPDX-License-Identifier: Apache-2.0
# Part of firmware/CMakeLists.txt: the port for a Cortex-M4, over the kernel of ours, whose symbols a test reads; and with a
# kernel (FREERTOS_KERNEL_PATH) the application for the emulated board.
set(freertos ${root}/tests/freertos)
set(port_sources ${root}/ports/freertos/driver_task.cpp ${root}/ports/freertos/freertos_port.cpp)
add_library(port_freertos STATIC ${port_sources} ${root}/ports/freertos/panic.cpp)
target_include_directories(port_freertos PRIVATE ${freertos}/shim)
target_link_libraries(port_freertos PRIVATE warnings)

if(NOT FREERTOS_KERNEL_PATH)
  return()
endif()
set(kernel ${FREERTOS_KERNEL_PATH})
set(cm4f ${kernel}/portable/GCC/ARM_CM4F)
add_library(freertos_kernel STATIC ${kernel}/tasks.c ${kernel}/queue.c ${kernel}/list.c ${cm4f}/port.c)
add_executable(freertos_uart ${port_sources} ${freertos}/application/idle_memory.cpp ${freertos}/application/main.cpp
               ${freertos}/mps2/board.cpp ${root}/firmware/network.cpp ${root}/firmware/pages.cpp ${root}/firmware/secured.cpp)
foreach(target freertos_kernel freertos_uart)
  target_include_directories(${target} PRIVATE ${freertos}/mps2)
  target_include_directories(${target} SYSTEM PRIVATE ${kernel}/include ${cm4f})
endforeach()
target_compile_definitions(freertos_uart PRIVATE APPLICATION_STACK=4096)
target_link_libraries(freertos_uart PRIVATE warnings mps2_an386 port_baremetal nwp_host_c nwp_host nwp_session nwp_link nwp_wire
                      nwp_base nwp_host_c_texts nwp_base_texts freertos_kernel)
target_link_options(freertos_uart PRIVATE -T ${board}/mps2_an386.ld -Wl,-Map=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/freertos_uart.map)
set_target_properties(freertos_uart PROPERTIES LINKER_LANGUAGE C SUFFIX .elf LINK_DEPENDS ${board}/mps2_an386.ld)
