# SPDX-License-Identifier: Apache-2.0
"""The images of firmware/baseline, with lwIP and mbed TLS from Debian's source packages: those are asked for by name,
from where this machine's apt gets its packages."""

import pathlib
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PACKAGES = ("lwip", "mbedtls")


class NotFetched(Exception):
    """The source packages are not to be had; says why."""


class NotBuilt(Exception):
    """The images are not; says why."""


def _apt(folder, *words):
    """apt-get with a list of its own, so that the machine's settings stay as they are."""
    options = {"Dir::Etc::sourcelist": folder / "sources.list", "Dir::Etc::sourceparts": "/dev/null",
               "Dir::State::lists": folder / "lists", "Dir::Cache::pkgcache": "", "Dir::Cache::srcpkgcache": "",
               "APT::Sandbox::User": "root"}
    command = ["apt-get", "-q"]
    for name, value in options.items():
        command += ["-o", f"{name}={value}"]
    done = subprocess.run([*command, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=600)
    if done.returncode != 0:
        raise NotFetched(f"apt-get {' '.join(words)} failed:\n{done.stdout}")


def _list_for_sources():
    """The machine's lists of Debian's binary packages, as lists of sources."""
    line = f"deb-src [signed-by={KEYRING}] $(REPO_URI) $(CODENAME) main"
    done = subprocess.run(["apt-get", "indextargets", "--format", line, "Created-By: Packages", "Origin: Debian",
                           "Label: Debian"], stdout=subprocess.PIPE, text=True, check=True)
    lines = sorted(set(done.stdout.splitlines()))
    if not lines:
        raise NotFetched("apt knows no list of Debian's packages; apt-get update makes one")
    return "\n".join(lines) + "\n"


def _unpacked(folder, package):
    found = sorted(place for place in folder.glob(f"{package}-*") if place.is_dir())
    return found[-1] if found else None


def _fetch(folder):
    """The folder of each package's sources. They are fetched once."""
    folder.mkdir(parents=True, exist_ok=True)
    if not all(_unpacked(folder, package) for package in PACKAGES):
        print("fetching the sources of lwIP and mbed TLS", flush=True)
        (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (folder / "sources.list").write_text(_list_for_sources())
        _apt(folder, "update")
        _apt(folder, "source", *PACKAGES)
    return {package: _unpacked(folder, package) for package in PACKAGES}


def build(place, driver_sources, authority, *targets):
    """Builds firmware/ with the images of the baseline, in the folder `place`, or of that only `targets`; returns the
    folder of the images, which trust the CA with this certificate (DER). `driver_sources`: of a configured build
    folder. A second call builds what has changed."""
    packages = _fetch(place / "sources")
    firmware = place / "firmware"
    configure = ["cmake", "-G", "Ninja", "-S", REPOSITORY / "firmware", "-B", firmware,
                 f"-DCMAKE_TOOLCHAIN_FILE={REPOSITORY}/cmake/cortex-m.cmake", f"-DNWP_DRIVER_SOURCES={driver_sources}",
                 f"-DLWIP={packages['lwip']}", f"-DMBEDTLS={packages['mbedtls']}", f"-DAUTHORITY={authority}"]
    for words in configure, ["cmake", "--build", firmware, *(["--target", *targets] if targets else [])]:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise NotBuilt(done.stdout)
    return firmware / "bin"
