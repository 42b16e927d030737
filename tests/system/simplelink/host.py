# SPDX-License-Identifier: Apache-2.0
"""A whole host: the driver with its silos, and what Zephyr's Wi-Fi driver does with it."""

import struct

from simplelink.driver import Driver
from simplelink.messages import call
from simplelink.selecting import Selector
from simplelink.silos import CONNECTION, POWER, SCAN, Device, Files, NetApp, NetCfg, NetUtil, Wlan
from simplelink.sockets import Sockets

ROLES = {0: 0, 2: 3, 3: 5}  # SETMODE's number: Status of INIT COMPLETE
STATION = 0
NOT_FOUND = 404


class Host(Driver):
    """As TI's driver it answers tokens and requests of the HTTP server by itself."""

    def __init__(self, *words, **more):
        super().__init__(*words, **more)
        self.device, self.wlan, self.netcfg = Device(self), Wlan(self), NetCfg(self)
        self.netapp, self.files, self.netutil = NetApp(self), Files(self), NetUtil(self)

    def _power_up(self):
        super()._power_up()
        self.sockets = Sockets(self)
        self.selector = Selector(self, self.sockets)
        self.on_event.update({0x182E: self._answer_token, 0x1878: self._answer_request})

    def _answer_token(self, message):
        name = message.payload
        self.reissue(call("HTTPSENDTOKENVALUE", name_size=len(name), token=name))

    def _answer_request(self, message):
        self.reissue(call("NETAPPRESPONSE", handle=message.args["handle"], status=NOT_FOUND))

    def change_role(self, mode):
        """SETMODE, STOP, start; the role that came."""
        assert self.wlan.mode(mode) == 0
        return self.restart()["status"] & 0xF

    def zephyr_start(self, mask_of_interfaces=0):
        """What Zephyr's driver does before it is ready, in its order; returns the statuses by step and the MAC address."""
        statuses = {}
        if self.initialised["status"] & 0xF != ROLES[STATION] + 1:
            self.change_role(STATION)
        statuses[2] = self.wlan.policy(CONNECTION, 0x03)
        statuses[3] = self.wlan.provisioning_stop()
        statuses[4] = self.wlan.delete_profile(255)
        statuses[5] = self.netcfg.set(7, 1)
        statuses[6] = self.netcfg.set(6, 0, struct.pack("<I", mask_of_interfaces))
        statuses[7] = self.wlan.set(1, 18, struct.pack("<Ii", 0x1FFF, -95))
        statuses[8] = self.wlan.policy(SCAN, 0)
        statuses[9] = self.wlan.set(1, 10, b"\0")
        statuses[10] = self.wlan.policy(POWER, 0)
        statuses[11] = self.netapp.unregister_all_services()
        statuses[12] = self.wlan.set(4, 28, b"\xff" * 8 + bytes(12))
        statuses[13] = self.wlan.mode(STATION)
        statuses[14] = self.stop(0x00FF)
        self.start()
        _, mac = self.netcfg.get(2, room=6)
        return statuses, mac
