"""Refuses the network to a process; addresses of this machine itself are free.

Python imports this file at its start when its folder is on PYTHONPATH: `make test` runs the lessons so.
"""

import sys

HERE = ("localhost", "127.", "::1", "0.0.0.0")


class NetworkAccess(BaseException):
    """No Exception, and so not what a lesson catches when it tries something."""


def refuse(event: str, args: tuple) -> None:
    if event not in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        return
    address = args[0] if event == "socket.getaddrinfo" else args[1]
    host = address[0] if isinstance(address, tuple) else address  # text alone: a host's name, or a Unix socket's path
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if host and not str(host).startswith((*HERE, "/", "\0")):
        raise NetworkAccess(f"{event} {address!r}")


sys.addaudithook(refuse)
