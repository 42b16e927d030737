// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/baremetal/cortex_m.h"

namespace nwp::baremetal {

/// SMSC LAN9118, an Ethernet controller with queues that are read and written in words.
struct Lan9118Registers {
    using Register = cortex_m::Register;

    Register receive_data, reserved0[7], transmit_data, reserved1[7], receive_status, receive_status_peek,
        transmit_status, transmit_status_peek, id, interrupt_configuration, interrupt_status,
        interrupt_enable, reserved2, byte_test, fifo_level, receive_configuration, transmit_configuration,
        hardware_configuration, receive_datapath, receive_fifo, transmit_fifo, power, gpio,
        timer_configuration, timer_count, reserved3, word_swap, free_run, receive_dropped, mac_command,
        mac_data, flow_control;
};

} // namespace nwp::baremetal
