# SPDX-License-Identifier: Apache-2.0
"""The file system."""

import os

import pytest

from simplelink import messages, silos
from simplelink.silos import CREATE, FAIL_SAFE, MUST_COMMIT, PUBLIC_READ, PUBLIC_WRITE, WRITE, WRITE_OR_CREATE

NOT_THERE, EXISTS, OPEN_FOR_WRITE, TOO_MANY_OPEN, BAD_TOKEN = -10341, -10326, -10370, -10316, (-10302, -10365)
BAD_HANDLE, NO_FAILSAFE, PENDING, NOT_SECURE = -10335, -10333, -10344, (-10366, -10247, -10286)
OPEN_ALREADY = (-10369, -10370)
PENDING_COMMIT_BIT, NOT_FAILSAFE_BIT = 1 << 7, 1 << 2
CONTENT = b"HELLO-CERT"


def test_a_certificate_is_written_read_listed_and_deleted(host):
    """Ladder 12.13."""
    files = host.files
    handle, token = files.open("ca.der", WRITE_OR_CREATE, 4096)
    assert handle >= 0
    assert files.write_chunk(handle, 0, CONTENT) == len(CONTENT)
    assert files.close(handle) == 0
    handle, _ = files.open("ca.der", token=token)
    assert handle >= 0
    assert files.read_chunk(handle, 0, len(CONTENT)) == CONTENT
    assert files.close(handle) == 0
    info = files.info("ca.der", token)
    assert (info["status"], info["size"], info["max_size"]) == (0, len(CONTENT), 4096)
    assert info["storage"] >= 4096
    assert "ca.der" in [name for name, _ in files.list()]
    assert files.delete("ca.der", token) == 0
    assert files.delete("ca.der", token) == NOT_THERE
    assert files.open("ca.der")[0] == NOT_THERE
    assert files.info("ca.der")["status"] == NOT_THERE


@pytest.mark.parametrize("size", [0, 1, 3, 255, 1455, 1456, 1457, 4096, 65536])
def test_what_was_written_is_read_also_after_a_restart(host, size):
    content = os.urandom(size)
    token = host.files.write("some file", content)
    assert token >= 0
    assert host.files.read("some file", size, token) == content
    host.restart()
    assert host.files.read("some file", size, token) == content
    assert host.files.info("some file", token)["size"] == size


def test_reading_behind_the_end(host):
    """The driver goes on until it has asked for everything, and takes what it got."""
    host.files.write("short", CONTENT)
    assert host.files.read("short", 5000) == CONTENT
    with host.files.opened("short") as handle:
        assert host.files.read_chunk(handle, 4, 100) in (CONTENT[4:], -10337, -10339)
        beyond = host.files.read_chunk(handle, 100, 10)
        assert beyond == b"" or beyond < 0
        assert host.files.read_chunk(handle, 6, 4) == CONTENT[6:]
        assert host.files.read_chunk(handle, 0, 4) == CONTENT[:4]


def test_writing_replaces_the_whole_file(host):
    token = host.files.write("file", b"long content", max_size=4096)
    host.files.write("file", b"new", access=WRITE, token=token)
    assert host.files.read("file", 100, token) == b"new"
    assert host.files.info("file", token)["size"] == 3


def test_the_old_content_stands_until_the_close(host):
    host.files.write("file", CONTENT, max_size=4096)
    handle, _ = host.files.open("file", WRITE)
    host.files.write_chunk(handle, 0, b"other")
    host.reopen()
    assert host.files.read("file", 100) in (CONTENT, b"") or host.files.read("file", 100) < 0


def test_an_abort_discards(host):
    host.files.write("file", CONTENT, flags=FAIL_SAFE, max_size=4096)
    handle, _ = host.files.open("file", WRITE)
    assert handle >= 0
    host.files.write_chunk(handle, 0, b"other")
    assert host.files.abort(handle) >= 0
    assert host.files.read("file", 100) == CONTENT


def test_creating_twice_is_refused(host):
    assert host.files.write("file", CONTENT, access=CREATE) >= 0
    assert host.files.write("file", CONTENT, access=CREATE) == EXISTS
    assert host.files.write("nobody", CONTENT, access=WRITE) == NOT_THERE


def test_one_writer_and_nobody_beside_it(host):
    host.files.write("file", CONTENT, max_size=4096)
    with host.files.opened("file", WRITE):
        assert host.files.open("file")[0] in OPEN_ALREADY
        assert host.files.open("file", WRITE)[0] in OPEN_ALREADY
        assert host.files.delete("file") < 0


def test_handles_are_what_open_gave(host):
    for handle in (0, 77, 0xFFFFFFFF):
        assert host.files.read_chunk(handle, 0, 10) == BAD_HANDLE
        assert host.files.write_chunk(handle, 0, b"x") == BAD_HANDLE
        assert host.files.close(handle) == BAD_HANDLE
    host.files.write("file", CONTENT)
    handle, _ = host.files.open("file")
    assert host.files.write_chunk(handle, 0, b"x") < 0  # opened for reading
    assert host.files.close(handle) == 0
    assert host.files.close(handle) == BAD_HANDLE


def test_there_is_an_end_of_open_files(host):
    handles = []
    for number in range(200):
        handle, _ = host.files.open(f"file {number}", CREATE, 100)
        if handle < 0:
            assert handle == TOO_MANY_OPEN
            break
        handles.append(handle)
    assert handles
    for handle in handles:
        assert host.files.close(handle) == 0


@pytest.mark.parametrize("name", ["", "n" * 180, "n" * 1000])
def test_names_that_cannot_be(host, name):
    assert host.files.open(name, CREATE, 100)[0] < 0


def test_the_longest_name(host):
    assert host.files.write("n" * 179, CONTENT) >= 0
    assert host.files.read("n" * 179, 100) == CONTENT
    assert "n" * 179 in [name for name, _ in host.files.list()]


def test_more_than_was_reserved_is_refused(host):
    handle, _ = host.files.open("file", CREATE, 256)
    statuses = [host.files.write_chunk(handle, offset, bytes(1456)) for offset in range(0, 65536, 1456)]
    assert statuses[-1] < 0
    host.files.abort(handle)


@pytest.mark.parametrize("count", [1, 5, 7])
def test_many_files_are_listed_in_parts(host, count):
    names = {f"file {number}" for number in range(23)}
    for name in names:
        assert host.files.write(name, CONTENT) >= 0
    for attributes in (True, False):
        listed = host.files.list(count, 192, attributes)
        assert names <= {name for name, _ in listed}
        assert len(listed) == len({name for name, _ in listed})
    assert all(head[0] >= len(CONTENT) for name, head in host.files.list() if name in names)


def test_tokens_guard_a_secure_file(host):
    secure = silos.SECURE | silos.NO_SIGNATURE
    token = host.files.write("secret", CONTENT, access=CREATE, flags=secure)
    assert token not in (0, None) and token > 0
    assert host.files.open("secret", token=token ^ 1)[0] in BAD_TOKEN
    assert host.files.info("secret", token ^ 1)["status"] in BAD_TOKEN
    assert host.files.delete("secret", token ^ 1) in BAD_TOKEN
    tokens = host.files.info("secret", token)["tokens"]
    assert len(set(tokens)) == 4 and token in tokens
    assert host.files.read("secret", 100, token) == CONTENT
    assert host.files.delete("secret", token) == 0


def test_public_files_need_no_token(host):
    flags = silos.SECURE | silos.NO_SIGNATURE | PUBLIC_READ
    token = host.files.write("public", CONTENT, access=CREATE, flags=flags)
    assert host.files.read("public", 100) == CONTENT
    assert host.files.write("public", b"other", access=WRITE) in BAD_TOKEN
    assert host.files.write("public", b"other", access=WRITE, token=token) >= 0
    token = host.files.write("all", CONTENT, access=CREATE, flags=flags | PUBLIC_WRITE)
    assert host.files.write("all", b"other", access=WRITE) >= 0


def test_a_file_on_trial_is_committed_or_rolled_back(host):
    flags = FAIL_SAFE | MUST_COMMIT
    token = host.files.write("app", b"one", access=CREATE, flags=flags, max_size=4096)
    first = host.files.control(silos.COMMIT, "app", token)
    assert first.status == 0
    token = first.args["token"] or token
    token = host.files.write("app", b"two", access=WRITE, flags=MUST_COMMIT, token=token) or token
    assert host.files.info("app", token)["flags"] & PENDING_COMMIT_BIT
    back = host.files.control(silos.ROLLBACK, "app", token)
    assert back.status == 0
    token = back.args["token"] or token
    assert host.files.read("app", 100, token) == b"one"
    token = host.files.write("app", b"three", access=WRITE, flags=MUST_COMMIT, token=token) or token
    assert host.files.control(silos.COMMIT, "app", token).status == 0
    assert host.files.read("app", 100, token) == b"three"
    assert not host.files.info("app", token)["flags"] & PENDING_COMMIT_BIT


def test_only_a_fail_safe_file_is_committed(host):
    host.files.write("file", CONTENT)
    assert host.files.control(silos.COMMIT, "file").status < 0
    assert host.files.control(silos.ROLLBACK, "file").status < 0
    assert host.files.control(silos.COMMIT, "nobody").status == NOT_THERE


def test_a_file_is_renamed(host):
    host.files.write("old name", CONTENT)
    host.files.write("taken", CONTENT)
    assert host.files.control(silos.RENAME, "old name", new_name="new").status == 0
    assert host.files.read("new", 100) == CONTENT
    assert host.files.open("old name")[0] == NOT_THERE
    assert host.files.control(silos.RENAME, "old name", new_name="other").status == NOT_THERE
    assert host.files.control(silos.RENAME, "new", new_name="taken").status < 0


def test_storage_is_told(host):
    before = host.files.control(silos.STORAGE_INFO)
    assert before.status == 0 and len(before.payload) == messages.STORAGE_INFO.size
    host.files.write("file", bytes(60000))
    after = messages.STORAGE_INFO.unpack(host.files.control(silos.STORAGE_INFO).payload)
    assert after["user_files"] == messages.STORAGE_INFO.unpack(before.payload)["user_files"] + 1
    assert after["device"][0] > 0 and after["device"][1] >= after["device"][2]


@pytest.mark.parametrize("operation", [4, 8, 99])
def test_an_operation_that_is_none_is_refused(host, operation):
    assert host.files.control(operation).status < 0


@pytest.mark.parametrize("operation", [6, 7])
def test_bundles_are_refused_when_there_is_none(host, operation):
    assert host.files.control(operation).status <= 3
    host.settle()


def test_a_false_signature_is_refused(host):
    flags = silos.SECURE | FAIL_SAFE
    handle, token = host.files.open("signed", CREATE, 4096, flags)
    if handle < 0:
        return
    host.files.write_chunk(handle, 0, CONTENT)
    assert host.files.close(handle, "no such certificate", bytes(256)) < 0
    host.files.delete("signed", token)


def test_the_store_is_one_with_the_native_dialect_s(chip):
    chip.start()
    with chip.host() as host:
        assert host.files.write("from simplelink", CONTENT) >= 0
        listed = chip.lab.nwp("file", "list", name="nwp")
        assert "from simplelink" in listed.stdout, listed.stderr
        source = chip.lab.folder / "source"
        source.write_bytes(b"from the other side")
        put = chip.lab.nwp("file", "put", "from native", source)
        assert put.returncode == 0, put.stderr
        assert host.files.read("from native", 100) == b"from the other side"
