"""Names and a day to a scenario draft: belligerents, entrant and as-of date in, a complete sourced scenario out."""

from tertius.builder.draft import Draft, draft
from tertius.builder.request import Request

__all__ = ["Draft", "Request", "draft"]
