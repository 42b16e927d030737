# SPDX-License-Identifier: Apache-2.0
"""The port as compiled for a Cortex-M4 refers to the driver and to the kernel alone: no heap, exception or printf."""

import importlib
import pathlib
import re
import sys

from conftest import firmware

sys.path.insert(0, str(firmware.system.REPOSITORY / "tests" / "walls"))
check_symbols = importlib.import_module("check_symbols")

# The static half of the kernel's interface; the shim's functions stand for macros.
KERNEL = re.compile(r"xSemaphore(Create(Mutex|Binary)Static|Take|Give(FromISR)?)|vSemaphoreDelete|vTaskSetTimeOutState"
                    r"|xTaskCreateStatic|shim_disable_interrupts")


def test_the_port_refers_to_the_driver_and_the_kernel_alone(request):
    folder = pathlib.Path(request.config.getoption("--build")) / "firmware"
    archives = [folder / f"lib{name}.a" for name in
                ("nwp_base", "nwp_wire", "nwp_link", "nwp_session", "nwp_host", "nwp_host_c", "port_freertos")]
    faults = list(check_symbols.check_host(archives))
    refers = {fault.split(": ")[2] for fault in faults if fault.startswith("libport_freertos.a")}
    assert "xSemaphoreTake" in refers  # the archive was read
    assert [name for name in refers if not KERNEL.fullmatch(name)] == []
