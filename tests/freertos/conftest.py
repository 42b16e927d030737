# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests with the real kernel: the firmware tests' boards, and a simulator in place of one."""

import importlib.util
import pathlib
import subprocess
import sys

FIRMWARE = pathlib.Path(__file__).resolve().parent.parent / "firmware"
sys.path.insert(0, str(FIRMWARE))
specification = importlib.util.spec_from_file_location("firmware_conftest", FIRMWARE / "conftest.py")
firmware = importlib.util.module_from_spec(specification)
specification.loader.exec_module(firmware)

lab, pki, board, pytest_addoption = firmware.lab, firmware.pki, firmware.board, firmware.pytest_addoption
