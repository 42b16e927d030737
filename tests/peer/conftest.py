# SPDX-License-Identifier: Apache-2.0
"""The fixtures of tests/system, for tests whose one side is the independent peer."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from conftest import lab, pki, pytest_addoption  # noqa: E402,F401  (the folder above is not a package)
