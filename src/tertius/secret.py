"""Secrets that let somebody in: made so that nobody can guess them, and compared so that nothing of them is told."""

import hmac
import secrets


def new_secret() -> str:
    """A secret of 192 random bits, fit for an address."""
    return secrets.token_urlsafe(24)


def is_same(secret: str, brought: str) -> bool:
    """Whether a secret is the one brought, in a time that does not tell how much of it is."""
    return hmac.compare_digest(secret.encode(), brought.encode("utf-8", "replace"))
