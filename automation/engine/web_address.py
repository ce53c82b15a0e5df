"""Which addresses a request may go to: a name is resolved once, and every address that is used was checked."""

from __future__ import annotations

import ipaddress
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from automation.engine.ports import HttpFailed
from automation.engine.stop import Stop

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

# Ranges that carry an IPv4 address inside, and the bit from which it stands there.
_EMBEDDED = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (ipaddress.IPv6Network("::/96"), 0),  # IPv4-compatible
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4
)
_NEVER = (
    ipaddress.ip_network("64:ff9b:1::/48"),  # local-use NAT64, RFC 8215
    ipaddress.ip_network("2001::/23"),  # protocol assignments, Teredo among them
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("fec0::/10"),
    ipaddress.ip_network("5f00::/16"),
)


def is_public(address: str) -> bool:
    """Whether it is of the public internet: not private, loopback, link-local, reserved or multicast."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        for network, shift in _EMBEDDED:
            if parsed in network:
                return is_public(str(ipaddress.IPv4Address(int(parsed) >> shift & 0xFFFFFFFF)))
    if any(parsed in network for network in _NEVER if network.version == parsed.version):
        return False
    return parsed.is_global and not parsed.is_multicast


def system_resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host by the system's resolver. Raises `socket.gaierror`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses(host: str, port: int, *, private: bool, deadline: float, stop: Stop, resolve: Resolve) -> Sequence[str]:
    """Where to connect to. Raises `HttpFailed` for a name without address, one that is not public, or out of time."""
    found = _numeric(host, port) or _resolved(host, port, deadline, stop, resolve)
    refused = next((one for one in found if not private and not is_public(one)), None)
    if refused:
        raise HttpFailed(
            f"{host} has the address {refused}, which is not public; set allow-private: true if that is meant",
            kind="permanent",
            sent="no",
        )
    return found


def _numeric(host: str, port: int) -> Sequence[str]:
    """The address of a host that is one already, also as `127.1`, `0x7f000001` or `2130706433`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        return ()
    return [str(entry[4][0]) for entry in found]


def _resolved(host: str, port: int, deadline: float, stop: Stop, resolve: Resolve) -> Sequence[str]:
    """Resolve in a thread of its own: the system's resolver knows no deadline."""
    answer: list[Sequence[str] | Exception] = []
    reader, writer = os.pipe()

    def look_up() -> None:
        try:
            answer.append(resolve(host, port))
        except (OSError, UnicodeError) as problem:
            answer.append(problem)
        finally:
            os.close(writer)

    threading.Thread(target=look_up, daemon=True).start()
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    poll.register(stop.fileno(), select.POLLIN)
    poll.poll(max(0, deadline - time.monotonic()) * 1000)
    os.close(reader)
    stop.check()
    found = answer[0] if answer else TimeoutError("no answer in time")
    if isinstance(found, Exception) or not found:
        reason = getattr(found, "strerror", None) or found or "no address"
        raise HttpFailed(f"cannot resolve {host}: {reason}", kind="transient", sent="no")
    return found
