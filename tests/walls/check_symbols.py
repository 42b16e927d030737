#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the compiled archives refer to: no heap, exceptions, stdio or system in the host driver; no way to read a
private key outside the vault."""
import collections
import pathlib
import re
import subprocess

import tree

# What host-side code may take from outside its own archives: memory and string functions, the compiler's
# arithmetic, and names that the port supplies or that never run.
ALLOWED_ON_HOST = re.compile(
    r"(mem(cpy|move|set|cmp|chr)|str(len|nlen|cmp|ncmp|chr|rchr|str)"
    r"|__(mul|u?div|u?mod)[dt]i[34]|__(popcount|clz|ctz|bswap)[sd]i2|__aeabi_\w+"
    r"|__cxa_pure_virtual|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|_ZN3nwp5panicEPKcS1_i"
    r"|nwp_attach_default_host|__errno_location|__errno)")

# Why a name is refused. What is in neither table is refused too, without a reason.
REFUSED_ON_HOST = [
    ("heap", re.compile(r"(malloc|calloc|realloc|free|aligned_alloc|posix_memalign|_Zn[wa].*|_Zd[la]P.*|"
                        r"_ZSt17__throw_bad_allocv)")),
    ("exceptions", re.compile(r"(__cxa_(throw|rethrow|begin_catch|end_catch|allocate_exception|free_exception|.*cast.*)"
                              r"|_Unwind_.*|__gxx_personality_.*|_ZSt.*__throw_.*|_ZSt9terminatev)")),
    ("guarded static", re.compile(r"__cxa_guard_.*")),
    ("destructor at exit", re.compile(r"(__cxa_atexit|__aeabi_atexit|atexit|__dso_handle)")),
    ("run-time type information", re.compile(r"(_ZTVN10__cxxabiv1.*|__dynamic_cast)")),
    ("stdio", re.compile(r"(__)?(v?[fsd]?n?printf|vas?printf|asprintf|puts|putchar|fputs|fwrite)(_chk)?|stdout|stderr")),
    ("clock or threads", re.compile(r"(clock_gettime|time|gettimeofday|nanosleep|usleep|pthread_.*)")),
]

# OpenSSL's ways to get at a private key's bytes.
KEY_EXPORT = re.compile(
    r"(EVP_PKEY_get_raw_private_key|EVP_PKEY_get_bn_param|EVP_PKEY_get_octet_string_param|EVP_PKEY_get_params"
    r"|EVP_PKEY_todata|EVP_PKEY_export|EVP_PKEY_print_private(_fp)?|EVP_PKEY2PKCS8|EVP_PKEY_get[01]_(RSA|EC_KEY|DSA|DH)"
    r"|PEM_(write|ASN1_write)(_bio)?_?\w*(PrivateKey|PKCS8)\w*|i2d_\w*(PrivateKey|PKCS8)\w*|i2b_PrivateKey\w*"
    r"|EC_KEY_(get0_private_key|priv2(oct|buf))|RSA_get0_(key|d|factors|crt_params)|OSSL_ENCODER_CTX_new_for_pkey)")
VAULT = "nwpd/vault"

HOST_FOLDERS = ("base", "wire", "link", "session", "host", "host/c")


def symbols(archive):
    """Two maps of an archive: what its members define, and what they take from elsewhere; name to members."""
    out = subprocess.run(["nm", "-A", "-P", archive], check=True, capture_output=True, text=True).stdout
    defined, undefined = collections.defaultdict(set), collections.defaultdict(set)
    for line in out.splitlines():
        # libx.a[member.o]: name type [value size], or for a lone object: member.o: name type
        place, _, rest = line.partition(": ")
        name, kind = rest.split()[:2]
        member = place.rpartition("[")[2].rstrip("]")
        (undefined if kind in "Uwv" else defined)[name].add(member)
    return defined, undefined


def reason(name):
    found = next((why for why, pattern in REFUSED_ON_HOST if pattern.fullmatch(name)), None)
    return found or "not in the list of what host code may call"


def check_host(archives):
    """No archive of the host side refers to anything but the others and the allowed names."""
    read = [(archive, *symbols(archive)) for archive in archives]
    ours = {name for _, defined, _ in read for name in defined}
    for archive, _, undefined in read:
        for name, members in sorted(undefined.items()):
            if name in ours or ALLOWED_ON_HOST.fullmatch(name):
                continue
            yield f"{pathlib.Path(archive).name}: {', '.join(sorted(members))}: {name}: {reason(name)}"


def check_keys(archives):
    """Only the vault's archive refers to functions that export private keys."""
    for archive in archives:
        _, undefined = symbols(archive)
        for name, members in sorted(undefined.items()):
            if KEY_EXPORT.fullmatch(name):
                yield f"{pathlib.Path(archive).name}: {', '.join(sorted(members))}: {name}: exports a private key"


def archives_missing(files, given):
    """Folders of the host side and of the daemon that have code and no archive among those to read."""
    folders = {str(pathlib.PurePosixPath(name).parent) for name in files.sources()
               if name.endswith(".cpp") and not tree.is_test(name) and not name.endswith("_main.cpp")}
    return [f"{folder}: has sources but no archive was given" for folder in sorted(folders - set(given))
            if folder in HOST_FOLDERS or folder.startswith("nwpd/")]


def folders_and_files(arguments):
    """FOLDER=FILE|FILE as pairs of folder and file."""
    pairs = (argument.split("=", 1) for argument in arguments)
    return [(folder, file) for folder, files in pairs for file in files.split("|")]


def main():
    parser = tree.arguments(__doc__)
    parser.add_argument("--host", action="append", default=[], metavar="FOLDER=ARCHIVE")
    parser.add_argument("--daemon", action="append", default=[], metavar="FOLDER=FILE[|FILE...]",
                        help="an archive, or object files of a program, of the daemon or a tool")
    options = parser.parse_args()
    host, daemon = folders_and_files(options.host), folders_and_files(options.daemon)
    faults = archives_missing(tree.Tree(options.root), [folder for folder, _ in host + daemon])
    faults += check_host([archive for _, archive in host])
    faults += check_keys([archive for folder, archive in daemon + host if folder != VAULT])
    tree.finish(faults or ([] if host else ["no archives given"]), f"{len(host) + len(daemon)} archives")


if __name__ == "__main__":
    main()
