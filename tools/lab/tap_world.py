# SPDX-License-Identifier: Apache-2.0
"""A machine for hosts that get Ethernet frames from their network processor: a network namespace with a TAP interface,
behind it a DHCP and name server and the page by HTTPS, and nwpd, whose links lead out of it as files."""

import contextlib
import dataclasses
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lab import processes  # noqa: E402  (the folder above is no package)

INTERFACE = "nwp0"
ADDRESS = "10.99.0.1"  # the machine's end
LEASES = "10.99.0.10,10.99.0.20,255.255.255.0,1h"


@dataclasses.dataclass
class TapWorld:
    """What an image is told, and where its links are."""
    https: int
    dns: int
    terminal: pathlib.Path
    nwp_bus: pathlib.Path
    mcu_bus: pathlib.Path
    process: subprocess.Popen

    def run(self, *words, **options):
        """Runs a program inside the namespace."""
        target = f"--target={self.process.pid}"
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return subprocess.run(["nsenter", target, "--net", *user, *map(str, words)], check=True, capture_output=True,
                              text=True, timeout=60, **options)

    def uart(self):
        """QEMU's options for UART 1."""
        return ["-chardev", f"serial,id=line,path={self.terminal}", "-serial", "chardev:line"]

    def frame_bus(self):
        """QEMU's options for the LAN9118 as a frame bus."""
        return ["-netdev", f"dgram,id=bus,local.type=unix,local.path={self.mcu_bus},remote.type=unix,"
                           f"remote.path={self.nwp_bus}", "-net", "nic,model=lan9118,netdev=bus"]


@contextlib.contextmanager
def network_processor(build, folder, site=None, certificate=None, name="www.nwp.test", packets=INTERFACE,
                      well_known=False):
    """One that was just switched on, in a world of its own inside `folder`. `site` is the folder of the web server,
    `certificate` its certificate (lab.authority), `name` its name; without a site there are no servers. `packets`: the
    interface that hosts are granted, none if empty. `well_known`: the servers have the ports that they have everywhere,
    and without a certificate the web server is one for HTTP. Yields a TapWorld. Raises processes.DidNotStart."""
    place = pathlib.Path(folder) / "tap"
    place.mkdir(exist_ok=True)
    wanted = {"nwpd": str(build / "bin" / "nwpd"), "folder": str(place), "packets": packets, "name": name,
              "well_known": well_known,
              "site": site and str(site), "chain": certificate and str(certificate.chain_file),
              "key": certificate and str(certificate.key_file)}
    namespace = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    world = subprocess.Popen([*namespace, sys.executable, "-B", __file__, json.dumps(wanted)], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    try:
        said = world.stdout.readline()
        if not said:
            raise processes.DidNotStart("the world of the TAP interface did not start; it says why above")
        yield TapWorld(**json.loads(said), terminal=place / "nwp.pty", nwp_bus=place / "nwp.bus",
                       mcu_bus=place / "mcu.bus", process=world)
    finally:
        world.stdin.close()
        world.wait(timeout=processes.START_LIMIT_S)


def _make_interface():
    for words in (["link", "set", "lo", "up"], ["tuntap", "add", INTERFACE, "mode", "tap"],
                  ["link", "set", INTERFACE, "addrgenmode", "none"],  # the kernel itself says nothing there
                  ["address", "add", f"{ADDRESS}/24", "dev", INTERFACE], ["link", "set", INTERFACE, "up"]):
        subprocess.run(["ip", *words], check=True)


def _start_nwpd(stack, wanted):
    folder = pathlib.Path(wanted["folder"])
    configuration = folder / "nwpd.toml"
    grant = f'packets = "{wanted["packets"]}"' if wanted["packets"] else ""
    configuration.write_text(f"""
[store]
folder = "{folder}/store"
[log]
level = "warn"
[[client]]
name = "default"
{grant}
[[endpoint]]
kind = "pty"
path = "{folder}/nwp.pty"
[[endpoint]]
kind = "framebus"
path = "{folder}/nwp.bus"
peer = "{folder}/mcu.bus"
""")
    processes.start_nwpd(stack, wanted["nwpd"], ["--config", str(configuration)])


def _serve(wanted):
    """Inside the namespace: all of it stands until the standard input ends."""
    folder = pathlib.Path(wanted["folder"])
    with contextlib.ExitStack() as stack:
        _make_interface()
        ports = {"https": 0, "dns": 0}
        if wanted["site"]:
            web, dns = (443 if wanted["chain"] else 80, 53) if wanted["well_known"] else (None, None)
            ports["https"] = processes.start_nginx(stack, folder, ADDRESS, wanted["site"], wanted["chain"], wanted["key"],
                                                   port=web)
            leases = [f"--dhcp-range={LEASES}", f"--dhcp-leasefile={folder}/leases", "--dhcp-authoritative", "--no-ping"]
            ports["dns"] = processes.start_dnsmasq(stack, folder, ADDRESS, {wanted["name"]: ADDRESS}, leases, dns)
        _start_nwpd(stack, wanted)
        print(json.dumps(ports), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
