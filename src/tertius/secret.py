"""Secrets that let somebody in: made so that nobody can guess them, and compared so that nothing of them is told."""

import hashlib
import hmac
import secrets

HASHED = "sha256:"


def new_secret() -> str:
    """A secret of 192 random bits, fit for an address."""
    return secrets.token_urlsafe(24)


def is_same(secret: str, brought: str) -> bool:
    """Whether a secret is the one brought, in a time that does not tell how much of it is."""
    return hmac.compare_digest(secret.encode(), brought.encode("utf-8", "replace"))


def hashed(secret: str) -> str:
    """What may be kept of a secret where only whoever brings it is let in: it opens nothing itself."""
    return HASHED + hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def opens(held: str, brought: str) -> bool:
    """Whether a secret is the one that is held, as it is or hashed."""
    return is_same(held, hashed(brought) if held.startswith(HASHED) else brought)
