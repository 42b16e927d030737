# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests in real Zephyr: those of the system tests."""

import importlib.util
import pathlib

SYSTEM = pathlib.Path(__file__).resolve().parent.parent / "system" / "conftest.py"
specification = importlib.util.spec_from_file_location("system_conftest", SYSTEM)
system = importlib.util.module_from_spec(specification)
specification.loader.exec_module(system)

lab, pki, pytest_addoption = system.lab, system.pki, system.pytest_addoption
