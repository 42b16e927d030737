# SPDX-License-Identifier: Apache-2.0
"""The hash that firmware prints of what it received."""


def fnv(octets):
    """FNV-1a with 32 bits."""
    value = 2166136261
    for octet in octets:
        value = (value ^ octet) * 16777619 & 0xFFFFFFFF
    return f"{value:08x}"
