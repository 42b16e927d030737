# SPDX-License-Identifier: Apache-2.0
"""The calls beside the sockets: device, WLAN, network configuration and applications, files, utilities. They return what
sl_... returns; a value that was read, or a negative error."""

import contextlib
import struct

from simplelink import messages
from simplelink.messages import address_word, call

CHUNK = 1456  # of a file, per message
GRANULARITIES = (256, 1024, 4096, 16384, 65536)
READ, WRITE, CREATE, WRITE_OR_CREATE = range(4)
FAIL_SAFE, SECURE, NO_SIGNATURE, STATIC_TOKEN, VENDOR_TOKEN, PUBLIC_WRITE, PUBLIC_READ, MUST_COMMIT = (
    1 << bit for bit in range(8))
ROLLBACK, COMMIT, RENAME, STORAGE_INFO = 1, 2, 3, 5
CONNECTION, SCAN, POWER, P2P = 0x10, 0x20, 0x30, 0x40
BUSY_SCANNING = -2073


def file_mode(access, size=0, flags=0):
    """The mode word: the smallest granularity of which 255 units are enough."""
    if access == READ:
        return 0
    for number, unit in enumerate(GRANULARITIES):
        count = -(-size // unit)
        if count <= 255:
            return count | number << 8 | access << 12 | flags << 16
    raise ValueError(f"{size} bytes")


class Device:
    def __init__(self, driver):
        self._driver = driver

    def get(self, number, option, room=44):
        response = self._driver.command("DEVICEGET", buffer=room, id=number, option=option)
        return response.payload if response.status >= 0 else response.status

    def set(self, number, option, value):
        return self._driver.command("DEVICESET", id=number, option=option, size=len(value), payload=value).status

    def version(self):
        return messages.VERSION.unpack(self.get(1, 12))

    def set_time(self, year, mon, day, hour=0, minute=0, sec=0):
        value = messages.DATE_TIME.pack({"year": year, "mon": mon, "day": day, "hour": hour, "min": minute, "sec": sec})
        return self.set(1, 11, value)

    def mask_events(self, group, mask):
        driver = self._driver

        def answered(response):
            if response.status >= 0:
                driver.masks[group] = mask
        return driver.transact(call("EVENTMASKSET", group=group, mask=mask), on_response=answered).status


class Wlan:
    def __init__(self, driver):
        self._driver = driver

    def policy(self, kind, option, payload=b""):
        return self._driver.command("POLICYSET", type=kind, option=option, size=len(payload), payload=payload).status

    def get_policy(self, kind, room=8):
        response = self._driver.command("POLICYGET", buffer=room, type=kind)
        return response.args["option"], response.payload

    def set(self, group, option, value=b""):
        return self._driver.command("CFGSET", id=group, option=option, size=len(value), payload=value).status

    def get(self, group, option=0, room=260):
        response = self._driver.command("CFGGET", buffer=room, id=group, option=option, size=room)
        return response.payload if response.status >= 0 else response.status

    def connection(self):
        return messages.CONNECTION_INFO.unpack(self.get(5, 0x7676, 80))  # of this option the driver sends garbage

    def connect(self, ssid, key="", security=2, bssid=bytes(6)):
        return self._driver.command("WLANCONNECT", security=security, ssid_size=len(ssid), bssid=bssid,
                                    password_size=len(key), strings=ssid.encode() + key.encode()).status

    def disconnect(self):
        return self._driver.command("WLANDISCONNECT").status

    def provisioning_stop(self):
        return self._driver.command("PROVISIONING", command=4, role=0xFF).status

    def scan(self, index=0, count=20):
        """The entries, or an error."""
        response = self._driver.command("SCANRESULTSGET", buffer=count * messages.SCAN_ENTRY.size, index=index, count=count)
        size = messages.SCAN_ENTRY.size
        if response.status < 0:
            return response.status
        return [messages.SCAN_ENTRY.unpack(response.payload[place:place + size])
                for place in range(0, len(response.payload), size)]

    def add_profile(self, ssid, key="", security=2, priority=0):
        return self._driver.command("PROFILEADD", security=security, ssid_size=len(ssid), priority=priority,
                                    password_size=len(key), strings=ssid.encode() + key.encode()).status

    def get_profile(self, index):
        return self._driver.command("PROFILEGET", index=index).args

    def delete_profile(self, index=255):
        return self._driver.command("PROFILEDEL", index=index).status

    def mode(self, role):
        return self._driver.command("SETMODE", mode=role).status


class NetCfg:
    def __init__(self, driver):
        self._driver = driver

    def set(self, number, option, value=b""):
        return self._driver.command("NETCFGSET", id=number, option=option, size=len(value), payload=value).status

    def get(self, number, option=0, room=255):
        """The option that came back and the value; an error and None."""
        response = self._driver.command("NETCFGGET", buffer=room, id=number, option=option, size=room)
        if response.status < 0:
            return response.status, None
        return response.args["option"] & 0xFF, response.payload


class NetApp:
    def __init__(self, driver):
        self._driver = driver

    def set(self, app, option, value=b""):
        return self._driver.command("NETAPPSET", id=app, option=option, size=len(value), payload=value).status

    def get(self, app, option, room=255):
        response = self._driver.command("NETAPPGET", buffer=room, id=app, option=option)
        return response.payload if response.status >= 0 else response.status

    def start(self, apps):
        return self._driver.command("NETAPPSTART", apps=apps).status

    def stop(self, apps):
        return self._driver.command("NETAPPSTOP", apps=apps).status

    def unregister_all_services(self):
        return self._driver.command("MDNSREGISTERSERVICE").status

    def resolve(self, name, family=2, limit_s=None):
        """The address as the sockets want it, or an error."""
        request = call("DNSGETHOSTBYNAME", size=len(name), family=family, payload=name.encode())
        status, answer = self._driver.two_steps(request, (0x1820,), limit_s, family=family)
        status = status if answer is None else answer.args["status"]
        if status < 0:
            return status
        words = answer.args["address"]
        return b"".join(word.to_bytes(4, "big") for word in (words if isinstance(words, list) else [words]))

    def ping(self, text, attempts=1, interval_ms=100, size=32, timeout_ms=1000, flags=0):
        """The report's arguments, or an error."""
        request = call("PINGSTART", interval=interval_ms, size=size, timeout=timeout_ms, attempts=attempts, flags=flags,
                       address=address_word(text))
        status, answer = self._driver.two_steps(request, (0x1822,), 20 + interval_ms * attempts / 1000)
        return status if answer is None else answer.args


class Files:
    """`serial flash`."""

    def __init__(self, driver):
        self._driver = driver

    def _name(self, name):
        return messages.file_name(name, self._driver.garbage)

    def open(self, name, access=READ, size=0, flags=0, token=0):
        """Handle or error, and the token."""
        response = self._driver.command("FILEOPEN", mode=file_mode(access, size, flags), token=token,
                                        payload=self._name(name))
        return response.args["handle"], response.args["token"]

    def close(self, handle, certificate=None, signature=b""):
        leading = self._name(certificate) if certificate else b""
        return self._driver.command("FILECLOSE", handle=handle, certificate_size=len(leading),
                                    signature_size=len(signature), leading=leading, payload=signature).status

    def abort(self, handle):
        return self.close(handle, signature=b"A")

    def read_chunk(self, handle, offset, size):
        response = self._driver.command("FILEREAD", buffer=size, handle=handle, offset=offset, size=size)
        return response.payload if response.status >= 0 else response.status

    def write_chunk(self, handle, offset, data):
        return self._driver.command("FILEWRITE", handle=handle, offset=offset, size=len(data), payload=data).status

    def read(self, name, size, token=0):
        """The first `size` bytes, in the driver's chunks; an error when the file cannot be opened."""
        handle, _ = self.open(name, token=token)
        if handle < 0:
            return handle
        whole = b""
        for offset in range(0, size, CHUNK):
            chunk = self.read_chunk(handle, offset, min(CHUNK, size - offset))
            if isinstance(chunk, int):
                break
            whole += chunk
        status = self.close(handle)
        return whole if status == 0 else status

    def write(self, name, data, access=WRITE_OR_CREATE, flags=0, token=0, max_size=None):
        """The token, or an error."""
        handle, token = self.open(name, access, max_size or max(len(data), 1), flags, token)
        if handle < 0:
            return handle
        for offset in range(0, len(data), CHUNK):
            chunk = data[offset:offset + CHUNK]
            status = self.write_chunk(handle, offset, chunk)
            if status != len(chunk):
                self.abort(handle)
                return status
        status = self.close(handle)
        return token if status == 0 else status

    def info(self, name, token=0):
        return self._driver.command("FILEGETINFO", token=token, payload=self._name(name)).args

    def delete(self, name, token=0):
        return self._driver.command("FILEDEL", token=token, payload=self._name(name)).status

    def list(self, count=5, entry_size=192, attributes=True):
        """[(name, attributes or None)] of all files."""
        index, entries = -1, []
        while True:
            response = self._driver.command("GETFILELIST", buffer=count * entry_size, index=index, count=count,
                                            entry_size=entry_size, flags=int(attributes))
            if response.status <= 0:
                assert response.status == 0, response.status
                return entries
            assert len(response.payload) == response.status * entry_size
            for place in range(0, len(response.payload), entry_size):
                entry = response.payload[place:place + entry_size]
                head = struct.unpack_from("<III", entry) if attributes else None
                entries.append((entry[12 if attributes else 0:].split(b"\0")[0].decode(), head))
            index = response.args["index"]

    def control(self, operation, name=None, token=0, word=0, new_name=None):
        """The response: status, new token, output."""
        if operation in (ROLLBACK, COMMIT):
            payload = struct.pack("<I", word) + self._name(name)
            values = {"name_size": len(name) + 1, "buffer_size": len(payload), "leading": payload}
        elif operation == RENAME:
            old, new = self._name(name), self._name(new_name)
            values = {"name_size": len(old), "buffer_size": len(new), "leading": old, "payload": new}
        elif operation == STORAGE_INFO:
            values = {"buffer": messages.STORAGE_INFO.size, "buffer_size": messages.STORAGE_INFO.size}
        else:
            values = {"buffer": 4, "payload": struct.pack("<I", word), "buffer_size": 4}
        return self._driver.command("FILESYSTEMCONTROL", token=token, operation=operation, **values)

    @contextlib.contextmanager
    def opened(self, name, *words, **more):
        handle, _ = self.open(name, *words, **more)
        assert handle >= 0, f"{name}: {handle}"
        yield handle
        assert self.close(handle) == 0


class NetUtil:
    def __init__(self, driver):
        self._driver = driver

    def get(self, thing, option, room):
        response = self._driver.command("NETUTILGET", buffer=room, object=thing, option=option, size=room)
        return response.payload if response.status >= 0 else response.status

    def command(self, number, attributes=b"", given=b"", room=255, limit_s=None):
        """Status and output."""
        request = call("NETUTILCOMMAND", command=number, attributes_size=len(attributes), input_size=len(given),
                       output_size=room, payload=attributes + given)
        status, answer = self._driver.two_steps(request, (0x30C1,), limit_s)
        return (status, b"") if answer is None else (answer.args["status"], answer.payload)
