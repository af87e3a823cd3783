"""Print the JSON schema of what the other commands give.

That of brief, compare, causes, reactions and show with --json: every field with its meaning.
"""

from __future__ import annotations


def schema() -> None:
    import tertius
    from tertius.cli.output import print_json

    print_json(tertius.schema())
