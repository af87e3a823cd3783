"""Ask a time-stamp authority over the web: one request of RFC 3161, one answer, nothing kept and nothing retried."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request

from tertius.errors import DataError
from tertius.evidence.address import check_address

AUTHORITY = "http://timestamp.digicert.com"
"""Where nothing else is named: its root is among those that systems and browsers bring."""
SILENCE_S = 30.0
LONGEST_S = 60.0
LIMIT = 1 << 20  # bytes; an answer has a few thousand
FIX = "run the same command again later, or name another authority with --tsa; nothing was written"


def ask(address: str, request: bytes, silence: float = SILENCE_S, longest: float = LONGEST_S) -> bytes:
    """Send a request to an authority and return its answer, as bytes of DER that nobody has read yet.

    Args:
        address: http or https.
        request: of RFC 3161.
        silence: longest wait for the next byte, seconds.
        longest: longest wait for the whole answer, seconds.

    Raises:
        DataError: no answer, or one that is too long. Redirects are not followed: a request is sent once.
    """
    check_address(address, "--tsa")
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    asked = urllib.request.Request(address, data=request, headers=headers, method="POST")
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    ends = time.monotonic() + longest
    came = b""
    try:
        with opener.open(asked, timeout=silence) as answer:
            while block := answer.read1(LIMIT):
                came += block
                if len(came) > LIMIT or time.monotonic() > ends:
                    given = (
                        f"{len(came)} bytes and no end" if len(came) > LIMIT else f"no end after {longest:g} seconds"
                    )
                    raise DataError(address, given, "an answer of RFC 3161", FIX)
    except urllib.error.HTTPError as error:
        error.close()
        raise DataError(address, f"{error.code} {error.reason}", "200 OK and an answer of RFC 3161", FIX) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise DataError(address, f"no answer ({reason})", "an answer of RFC 3161", FIX) from error
    return came
