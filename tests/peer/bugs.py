# SPDX-License-Identifier: Apache-2.0
"""Every lie there is, by name."""

import inspect

from peer import datagram_bugs, frame_bugs, message_bugs
from peer.lie import Act, Lie

_ALL = {name: lie for module in (frame_bugs, message_bugs, datagram_bugs)
        for name, lie in inspect.getmembers(module, inspect.isclass)
        if issubclass(lie, Lie) and not name.startswith("_") and lie not in (Lie, Act)}


def lies(side, link):
    """Those that `side` can tell on `link`."""
    return {name: lie for name, lie in _ALL.items() if side in lie.sides and link in lie.links}


def bug(name):
    """One of them, switched on."""
    return _ALL[name]()
