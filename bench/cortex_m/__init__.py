# SPDX-License-Identifier: Apache-2.0
"""What bench/mcu is made of: sources of others, images, runs under the counter."""
