# SPDX-License-Identifier: Apache-2.0
"""A host with a microcontroller's buffers gets whole frames."""

import json

import conftest

BODY = 256 * 1024
FRAME_PAYLOAD = 500  # of frames of 512 bytes, with some room for headers
TLS_RECORD = 16 * 1024  # its last frame may be short


def test_a_small_window_is_filled_with_whole_frames(lab, pki):
    https = lab.web_server(lab.site({"body": bytes(BODY)}), pki.server)
    lab.nwpd("--radio", "none")
    done = lab.run("bench_host", "download", lab.link(), conftest.WEB, https, conftest.NAME, "/body",
                   pki.root.certificate_file)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["body"] == BODY
    assert seen["data_frames"] <= BODY / FRAME_PAYLOAD + 2 * BODY / TLS_RECORD
