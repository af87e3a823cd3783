"""Addresses: what can be asked for over the web is told from what cannot before anything is asked."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import quote, urlsplit

from tertius.errors import DataError
from tertius.evidence.files import printable

LABEL = 63  # longest part of a host's name, bytes
PORTS = range(1, 65536)
FIX = "name the publisher's address; for a file on this machine: tertius data add FILE --as SOURCE"


def check_address(address: str, place: str = "address") -> None:
    """Refuse what is not http or https, carries a password, or cannot be written in a request. Raises DataError."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        good = False
    if not good:
        raise DataError(place, printable(address), "an http or https address without a password", FIX)
    _check_host(parts.hostname or "", address, place)
    try:
        is_port = parts.port is None or parts.port in PORTS
    except ValueError:
        is_port = False
    if not is_port:
        allowed = f"a port from {PORTS[0]} to {PORTS[-1]}"
        raise DataError(place, printable(address), allowed, "correct the number behind the host, or leave it out")
    behind = address.partition("//")[2][len(parts.netloc) :]  # "" where a line's end parts the two strokes
    if re.search(r"[^!-~]", behind) or re.search(r"[\x00-\x20\x7f]", address):
        allowed = "letters of ASCII without blanks behind the host"
        escaped = quote(behind.encode("utf-8", "surrogateescape"), safe="/?&=#%:@!$'()*+,;~-._[]")
        raise DataError(place, printable(address), allowed, f"write it as {escaped}" if behind else FIX)


def _check_host(host: str, address: str, place: str) -> None:
    """Refuse a name that no name server can be asked for. Raises DataError."""
    labels = host.removesuffix(".").split(".")
    try:
        good = ":" in host or all(0 < len(label.encode("idna")) <= LABEL for label in labels)
    except UnicodeError:
        good = False
    if not good:
        allowed = f"a host whose parts between dots have 1 to {LABEL} letters"
        raise DataError(place, printable(address), allowed, FIX)


def check_led(address: str, by: str) -> None:
    """Refuse an address on this machine or its network to which a server outside leads, by redirect or by a link.

    Raises DataError.
    """
    if is_inner(urlsplit(address).hostname or "") and not is_inner(urlsplit(by).hostname or ""):
        allowed = "an address outside this machine and its network, as the first is"
        raise DataError(f"redirect from {printable(by)}", printable(address), allowed, FIX)


def is_inner(host: str) -> bool:
    """Whether a host is this machine or in a network that the rest of the world does not reach."""
    try:
        found = {each[4][0] for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False  # nothing answers there, or a proxy knows the way
    numbers = [ipaddress.ip_address(str(each).partition("%")[0]) for each in found]
    return any(not (getattr(each, "ipv4_mapped", None) or each).is_global for each in numbers)


def without_secrets(address: str) -> str:
    """A database's address as it may be shown: without user, password and options, which may hold one."""
    scheme, slashes, rest = address.partition("://")
    host, slash, path = rest.partition("?")[0].partition("/")
    return printable(f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}")
