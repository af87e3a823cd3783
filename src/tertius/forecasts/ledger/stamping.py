"""Outside time stamps (RFC 3161): an authority signs that the last entry's hash was there at its time.

The hash of an entry covers all entries before it, so one stamp vouches for them too. What is stamped is the hash as 64
letters of ASCII; a stamp is an entry of the ledger (`stamped`), and any tool that knows RFC 3161 can check it:

    imprint = sha256(hash of the stamped entry)                                                                     (1)

A stamp is *verified* where its signature leads to one of the roots that the reader gives, *not verified* where no root
is given or it leads to another, and *damaged* where it is not what the entry says. Nothing is fetched for that.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tertius.errors import DataError, MissingExtra
from tertius.evidence.files import printable
from tertius.forecasts.ledger.authority import ask
from tertius.forecasts.ledger.database import Ledger
from tertius.forecasts.ledger.entries import Entry

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

Roots: TypeAlias = "tuple[Certificate, ...]"
VERIFIED, NOT_VERIFIED, DAMAGED = "verified", "not verified", "damaged"
SHA256 = "2.16.840.1.101.3.4.2.1"
UNLINKED = "certificate verify error"  # OpenSSL's word for a signature that leads to no trusted root
APART = timedelta(minutes=5)
"""How far the writer's clock and the authority's may lie apart before it is a fault."""


@dataclass(frozen=True)
class Stamp:
    """A stamp as a reader finds it.

    entry      number of the entry that holds it
    covers     number of the last entry that it vouches for; all before it too
    authority  name in the signer's certificate; empty where it cannot be read
    time       ISO 8601, UTC, by the authority; empty where it cannot be read
    state      VERIFIED, NOT_VERIFIED or DAMAGED
    why        empty where it is verified
    """

    entry: int
    covers: int
    authority: str
    time: str
    state: str
    why: str


def stamp(
    ledger: Ledger, authority: str, roots: Roots | None = None, asking: Callable[[str, bytes], bytes] = ask
) -> tuple[Entry | None, Stamp | None]:
    """Have the last entry stamped, and keep the answer as an entry.

    Args:
        ledger: where. No lock is held while the authority is asked.
        authority: its address.
        roots: refuse a stamp that does not lead to one of them; None: whoever signed it, it is kept.
        asking: (address, request) -> answer.

    Returns:
        The new entry and what it shows; None twice where this authority vouches for all that stands already.

    Raises:
        MissingExtra: without the extra. DataError: no answer, a refusal, or an answer to something else.
    """
    client = _client("tertius ledger stamp")
    entries = ledger.entries()
    if not entries:
        raise DataError("tertius ledger stamp", "no entry", "a ledger", "put back a copy of it")
    if _is_vouched_for(entries, authority):
        return None, None
    head = entries[-1]
    builder = client.TimestampRequestBuilder().data(head.hash.encode()).hash_algorithm(client.HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    answer = asking(authority, request.as_bytes())
    body = {
        "stamps": head.seq,
        "hash": head.hash,
        "authority": authority,
        "nonce": str(request.nonce),
        "response": base64.b64encode(answer).decode("ascii"),
    }
    found = _checked(head.seq + 1, body, {head.seq: head.hash}, roots)
    if found.state == DAMAGED or (roots is not None and found.state != VERIFIED):
        fix = "name another authority with --tsa; nothing was written"
        raise DataError(authority, found.why, "a stamp of the hash that was sent", fix)
    added = ledger.append([("stamped", f"stamp:{head.seq}:{head.hash}:{authority}"[:400], body)])
    return (added[0], replace(found, entry=added[0].seq)) if added else (None, None)


def _is_vouched_for(entries: Sequence[Entry], authority: str) -> bool:
    """Whether nothing but stamps came after the last entry that an authority vouches for."""
    for each in reversed(entries):
        if each.kind != "stamped":
            return False
        if each.is_whole and each.told["authority"] == authority:
            return all(later.kind == "stamped" for later in entries if later.seq > int(each.told["stamps"]))
    return False


def read_roots(file: str | Path) -> Roots:
    """Certificates of authorities that the reader trusts, from a PEM file. Raises DataError, MissingExtra."""
    _client("--roots")
    from cryptography import x509

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old roots in a system's bundle whose numbers are not by the book
            return tuple(x509.load_pem_x509_certificates(Path(file).read_bytes()))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or next(iter(str(error).splitlines()), "")
        fix = "export the authority's root certificate as PEM"
        raise DataError("--roots", f"{printable(str(file))}: {reason}", "a PEM file of certificates", fix) from error


def stamps_of(entries: Sequence[Entry], roots: Roots | None) -> tuple[Stamp, ...]:
    """Every stamp of a ledger, checked against the entries that stand and the roots given; nothing is fetched."""
    hashes = {each.seq: each.hash for each in entries}
    return tuple(_checked(each.seq, each.told, hashes, roots) for each in entries if _is_stamp(each))


def _is_stamp(entry: Entry) -> bool:
    return entry.kind == "stamped" and entry.hash == entry.computed and entry.is_whole


def _moment(text: str) -> datetime | None:
    """When it was; None for what is no time, whose entry has another hash than it was written with."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def clock_faults(stamps: Sequence[Stamp], entries: Sequence[Entry]) -> list[str]:
    """Where the writer's clock cannot have been right, by a stamp: entries said to be later than it, or the reverse."""
    by_seq = {each.seq: at for each in entries if (at := _moment(each.recorded)) is not None}
    faults = []
    for each in stamps:
        if each.state == DAMAGED or not each.time or not {each.covers, each.entry} <= set(by_seq):
            continue
        at = datetime.fromisoformat(each.time)
        if by_seq[each.covers] > at + APART:
            faults.append(f"entry {each.covers} says it was written after {each.authority} stamped it at {each.time}")
        if by_seq[each.entry] < at - APART:
            faults.append(f"entry {each.entry} says it was written before its stamp was made at {each.time}")
    return faults


def _checked(seq: int, body: dict[str, Any], hashes: dict[int, str], roots: Roots | None) -> Stamp:
    """A stamp against the entries that stand. hashes: by number."""
    covers = int(body["stamps"])
    try:
        client = _client("reading a time stamp")
    except MissingExtra as missing:
        fix = f"pip install 'tertius[{missing.extra}]' to read it"
        return Stamp(seq, covers, str(body["authority"]), "", NOT_VERIFIED, fix)
    try:
        response = client.decode_timestamp_response(base64.b64decode(body["response"], validate=True))
        granted = response.status in (0, 1)
        said = "; ".join(response.status_string)
        name, at = (_signer(response), response.tst_info.gen_time) if granted else ("", None)
    except (ValueError, binascii.Error) as error:
        return Stamp(seq, covers, "", "", DAMAGED, f"it is no answer of RFC 3161 that can be read ({error})")
    if not granted or at is None:
        return Stamp(seq, covers, "", "", DAMAGED, f"the authority refused{f': {printable(said)}' if said else ''}")
    time = at.astimezone(UTC).isoformat(timespec="seconds")
    why = _unlike(response.tst_info, body, hashes.get(covers))
    state = DAMAGED if why else NOT_VERIFIED
    if not why:
        state, why = _by_roots(client, response, str(body["hash"]), roots)
    return Stamp(seq, covers, name or str(body["authority"]), time, state, why)


def _unlike(told: Any, body: dict[str, Any], held: str | None) -> str:
    """How a stamp differs from what its entry says it stamps; empty where it does not."""
    if held is None or held != body["hash"]:
        return f"it stamps an entry {body['stamps']} that this ledger does not hold: a stamp of another chain"
    imprint = told.message_imprint
    if (imprint.hash_algorithm.dotted_string, imprint.message) != (SHA256, hashlib.sha256(held.encode()).digest()):
        return f"it stamps something else than the hash of entry {body['stamps']}"
    if str(told.nonce) != body["nonce"]:
        return "its nonce is not the one that was sent: an answer to another request"
    return ""


def _by_roots(client: Any, response: Any, hashed: str, roots: Roots | None) -> tuple[str, str]:
    """State and reason of a stamp by the roots given."""
    if not roots:
        return NOT_VERIFIED, "no root is given: --roots FILE names the authorities that you trust"
    builder = client.VerifierBuilder()
    for each in roots:
        builder = builder.add_root_certificate(each)
    try:
        builder.build().verify_message(response, hashed.encode())
    except client.VerificationError as error:
        if UNLINKED in str(error):
            return NOT_VERIFIED, "its signature does not lead to one of the roots given"
        return DAMAGED, f"its signature does not hold ({str(error).partition(': ErrorStack')[0]})"
    return VERIFIED, ""


def _signer(response: Any) -> str:
    """Name in the signer's certificate; empty where it brings none. Raises ValueError."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    signers = {(each.issuer, each.serial_number) for each in response.signed_data.signer_infos}
    for der in response.signed_data.certificates:
        each = x509.load_der_x509_certificate(der)
        if (each.issuer, each.serial_number) in signers:
            names = each.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            return printable(str(names[0].value)) if names else printable(each.subject.rfc4514_string())
    return ""


def _client(what: str) -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise MissingExtra("stamps", "rfc3161-client", what) from None
    return rfc3161_client
