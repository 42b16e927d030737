# SPDX-License-Identifier: Apache-2.0
"""Programs that demonstrations, system tests and benchmarks start: each on a free port, in a folder of its own, known
to be ready before it is used, and ended with the stack it was put on."""

import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import time

START_LIMIT_S = 20


class DidNotStart(Exception):
    """A program that was started is not there; says which and what it printed."""


def _end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def start(stack, command, log, **options):
    """Starts a program whose output goes to the file `log`."""
    with open(log, "wb") as output:
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, **options)
    stack.callback(_end, process)
    return process


def free_port(address, kind=socket.SOCK_STREAM):
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def wait_until(is_ready, process, what, log):
    """Polls `is_ready` until it says so; a program that ended, or takes too long, is DidNotStart."""
    end = time.monotonic() + START_LIMIT_S
    while not is_ready():
        if process.poll() is not None or time.monotonic() > end:
            raise DidNotStart(f"{what} did not start:\n{pathlib.Path(log).read_text(errors='replace')}")
        time.sleep(0.005)


def accepts(address, port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def start_dnsmasq(stack, folder, address, names, extra=(), port=None):
    """A DNS server that knows `names` and nothing else; returns its port, any one unless it is given. `extra`: more of
    its options."""
    wanted = port
    for _ in range(5):  # another program may take the port between our look and its start
        port = wanted or free_port(address, socket.SOCK_DGRAM)
        log = folder / "dnsmasq.log"
        command = [shutil.which("dnsmasq", path="/usr/sbin:/sbin:" + os.environ.get("PATH", "")), "--keep-in-foreground",
                   "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file", "--user=" + _own_user(),
                   "--address=/#/",  # NXDOMAIN for the rest; without it a server that has nobody to ask refuses
                   f"--port={port}", f"--listen-address={address}", "--bind-interfaces", "--log-facility=-", *extra]
        for name, target in names.items():
            command += [f"--address=/{name}/{target}", f"--local=/{name}/"]  # of another type: no data
        process = start(stack, command, log)
        try:
            wait_until(lambda: accepts(address, port), process, "dnsmasq", log)
            return port
        except DidNotStart:
            if process.poll() is None:
                raise
    raise DidNotStart(f"dnsmasq found no free port:\n{log.read_text(errors='replace')}")


def _own_user():
    import pwd
    return pwd.getpwuid(os.getuid()).pw_name


def start_nginx(stack, folder, address, site, chain_file, key_file, extra="", port=None):
    """A web server that serves the folder `site` by HTTPS, or by HTTP without a chain; returns its port, any one unless
    it is given."""
    wanted = port
    for attempt in range(5):
        port = wanted or free_port(address)
        place = folder / f"nginx-{port}-{attempt}"
        place.mkdir()
        secure = f"ssl_certificate {chain_file}; ssl_certificate_key {key_file};" if chain_file else ""
        configuration = place / "nginx.conf"
        configuration.write_text(f"""
daemon off; worker_processes 1; pid {place}/pid; error_log stderr; {f'user {_own_user()};' if os.getuid() == 0 else ''}
events {{ worker_connections 512; }}
http {{
  access_log {place}/access.log;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
  types {{ text/html html; }}
  server {{
    listen {address}:{port} {'ssl' if chain_file else ''}; {secure}
    ssl_protocols TLSv1.2 TLSv1.3;
    root {site}; {extra}
  }}
}}
""")
        log = place / "log"
        nginx = shutil.which("nginx", path="/usr/sbin:/sbin:" + os.environ.get("PATH", ""))
        process = start(stack, [nginx, "-e", "stderr", "-p", place, "-c", configuration], log)
        try:
            wait_until(lambda: accepts(address, port), process, "nginx", log)
            return port
        except DidNotStart:
            if process.poll() is None:
                raise
    raise DidNotStart(f"nginx found no free port:\n{log.read_text(errors='replace')}")


def start_nwpd(stack, program, options):
    """The daemon, ready for its first hello; returns the process."""
    reader, writer = os.pipe()
    stack.callback(os.close, reader)
    process = subprocess.Popen([str(program), "--ready-fd", str(writer), *options], pass_fds=[writer],
                               stdin=subprocess.DEVNULL)
    os.close(writer)
    stack.callback(_end, process)
    ready, _, _ = select.select([reader], [], [], START_LIMIT_S)
    if not ready or os.read(reader, 1) == b"":
        raise DidNotStart("nwpd did not start; it says why above")
    return process


def start_pacer(stack, program, near, far, baud, faults=None):
    """A line at `baud` between the terminal `near`, made unless it is there, and a new one at `far`; `faults` as
    nwp-pacer takes them. Returns the process."""
    log = far.with_suffix(".log")
    options = ["--faults", faults] if faults else []
    process = start(stack, [program, "--a", near.resolve(), "--b", far, "--baud", baud, *options], log)
    wait_until(lambda: near.exists() and far.exists(), process, "nwp-pacer", log)
    return process
