# SPDX-License-Identifier: Apache-2.0
"""A SimpleLink host in Python, written from the protocol's facts alone: it plays TI's host driver, reads messages the
way that driver reads them, and says which trap of the protocol was sprung. No module here knows the C++ one."""
