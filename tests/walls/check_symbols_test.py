# SPDX-License-Identifier: Apache-2.0
import subprocess

import pytest

import check_symbols

HOST_FLAGS = ["-std=c++17", "-O2", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]


@pytest.fixture
def archive(tmp_path):
    """Compiles one source into libNAME.a."""
    def make(name, text, flags=HOST_FLAGS):
        source, member, library = (tmp_path / (name + end) for end in (".cpp", ".o", ".a"))
        source.write_text(text)
        subprocess.run(["g++", *flags, "-c", source, "-o", member], check=True)
        subprocess.run(["ar", "qc", library, member], check=True)
        return library
    return make


def test_plain_code_passes(archive):
    one = archive("one", "#include <cstring>\nint length(const char* p) { return static_cast<int>(std::strlen(p)); }\n")
    two = archive("two", "int length(const char*);\nstruct A { virtual int f() = 0; protected: ~A() = default; };\n"
                         "struct B : A { int f() override { return length(\"b\"); } };\nint g(A& a);\nint h() { B b; return g(b); }\n"
                         "int g(A& a) { return a.f(); }\n")
    assert list(check_symbols.check_host([one, two])) == []


@pytest.mark.parametrize("text, flags, why", [
    ("#include <cstdlib>\nvoid* f() { return std::malloc(9); }\n", HOST_FLAGS, "malloc: heap"),
    ("#include <cstdlib>\nvoid f(void* p) { std::free(p); }\n", HOST_FLAGS, "free: heap"),
    ("int* f() { return new int[7]; }\n", HOST_FLAGS, "_Znam: heap"),
    ("struct A { virtual ~A(); };\nA::~A() {}\n", HOST_FLAGS, "_ZdlPvm: heap"),
    ("int g();\nint f() { static int x = g(); return x; }\nint g() { return 1; }\n", ["-O0"], "__cxa_guard_acquire: guarded"),
    ("void f() { throw 1; }\n", ["-O2"], "__cxa_throw: exceptions"),
    ("#include <cstdio>\nvoid f(int x) { std::printf(\"%d\", x); }\n", HOST_FLAGS, "printf: stdio"),
    ("#include <exception>\nvoid f() { std::terminate(); }\n", HOST_FLAGS, "_ZSt9terminatev: exceptions"),
    ("struct A { ~A(); };\nA a;\nA::~A() { asm(\"\"); }\n", HOST_FLAGS, "__cxa_atexit: destructor"),
    ("#include <ctime>\nlong f() { return std::time(nullptr); }\n", HOST_FLAGS, "time: clock"),
    ("#include <unistd.h>\nlong f() { return getpid(); }\n", HOST_FLAGS, "getpid: not in the list"),
])
def test_what_host_code_may_not_call_is_told_with_its_reason(archive, text, flags, why):
    assert any(why in fault for fault in check_symbols.check_host([archive("bad", text, flags)]))


PROTOTYPE = 'extern "C" int {0}();\nint f() {{ return {0}(); }}\n'


@pytest.mark.parametrize("name", [
    "EVP_PKEY_get_raw_private_key", "EVP_PKEY_get_bn_param", "PEM_write_bio_PrivateKey", "PEM_write_PKCS8PrivateKey",
    "i2d_PrivateKey", "i2d_PrivateKey_bio", "i2d_PKCS8_PRIV_KEY_INFO", "i2d_ECPrivateKey", "EVP_PKEY2PKCS8",
    "EC_KEY_get0_private_key", "EVP_PKEY_todata",
])
def test_the_export_of_a_private_key_is_told(archive, name):
    found = list(check_symbols.check_keys([archive("net", PROTOTYPE.format(name))]))
    assert len(found) == 1 and name in found[0]


@pytest.mark.parametrize("name", ["EVP_PKEY_get_raw_public_key", "PEM_read_bio_PrivateKey", "i2d_X509", "i2d_PUBKEY"])
def test_public_keys_and_reading_pass(archive, name):
    assert list(check_symbols.check_keys([archive("net", PROTOTYPE.format(name))])) == []


def test_a_lone_object_file_is_read_too(archive):
    archive("net", PROTOTYPE.format("i2d_PrivateKey"))
    member = next(archive("other", "").parent.glob("net.o"))
    assert len(list(check_symbols.check_keys([member]))) == 1


def test_a_folder_whose_archive_is_not_read_is_told(repository):
    files = repository({"wire/a.cpp": "", "nwpd/net/b.cpp": "", "nwpd/net/b_test.cpp": "", "link/c_test.cpp": ""})
    assert check_symbols.archives_missing(files, ["wire", "nwpd/net"]) == []
    assert len(check_symbols.archives_missing(files, ["wire"])) == 1
    assert len(check_symbols.archives_missing(files, ["nwpd/net"])) == 1


def test_object_files_of_a_program_come_in_one_argument():
    assert check_symbols.folders_and_files(["base=libbase.a", "tools/nwp=a.o|b.o"]) == [
        ("base", "libbase.a"), ("tools/nwp", "a.o"), ("tools/nwp", "b.o")]
