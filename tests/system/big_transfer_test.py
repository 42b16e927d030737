# SPDX-License-Identifier: Apache-2.0
"""A gibibyte each way through one socket."""

import conftest
import servers

SIZE = 1024 * 1024 * 1024
LIMIT_S = 500


def test_a_gibibyte_comes_down_whole(lab):
    lab.nwpd("--radio", "none")
    with servers.Source(SIZE) as source:
        host = lab.start_host("download", lab.link(), servers.ADDRESS, source.port)
        assert conftest.said(host) == {"begun": True}
        assert conftest.said(host, LIMIT_S) == {"bytes": SIZE, "sha256": source.sha256}


def test_a_gibibyte_goes_up_whole(lab):
    lab.nwpd("--radio", "none")
    with servers.Sink() as sink:
        host = lab.start_host("upload", lab.link(), servers.ADDRESS, sink.port, SIZE)
        sent = conftest.said(host, LIMIT_S)
    assert sent["bytes"] == sink.bytes == SIZE
    assert sent["sha256"] == sink.sha256
