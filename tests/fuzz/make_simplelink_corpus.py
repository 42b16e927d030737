#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the kept corpora of fuzz_simplelink_host and fuzz_simplelink_nwp from simplelink/golden. Run it when golden files
were added."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus"


def main():
    streams = {"fuzz_simplelink_host": b"", "fuzz_simplelink_nwp": b""}
    for path in sorted((ROOT / "simplelink/golden").glob("*.hex")):
        form, content = path.read_text().split("\n", 1)
        message = bytes.fromhex(content.replace("~", ""))
        target = "fuzz_simplelink_nwp" if form.endswith(" nwp") else "fuzz_simplelink_host"
        (CORPUS / target).mkdir(parents=True, exist_ok=True)
        (CORPUS / target / path.stem).write_bytes(bytes([len(message) % 16]) + message)
        streams[target] += message
    for target, stream in streams.items():
        (CORPUS / target / "all").write_bytes(bytes([100]) + stream)


if __name__ == "__main__":
    main()
