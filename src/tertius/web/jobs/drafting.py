"""Job: draft a new war, and make it a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tertius.web.jobs.evidence import LONGEST, within

if TYPE_CHECKING:
    from tertius.api.calls import Watch
    from tertius.web.desk import Desk


def new(desk: Desk, case: str, arguments: dict[str, Any], progress: Watch) -> dict[str, Any]:
    """Draft a war out of names and a day, or of an article that was sent. Returns the id of its case."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import tertius
    from tertius.errors import OptionError
    from tertius.web import drafts, inboxes

    asked = dict(arguments)
    name, upload, between = asked.pop("name"), asked.pop("upload"), asked.pop("between")
    drafts.check_name(desk, name)
    if between and (len(between) != 2 or not all(each.strip() for each in between)):
        fix = "name both, the one that began it first"
        raise OptionError("between", " and ".join(between), "two belligerents", fix)
    article = inboxes.taken(desk, case, upload) if upload else ""
    progress("drafting", 0, 1)
    with TemporaryDirectory(prefix="tertius-") as folder:
        with within("the article", LONGEST):
            file = tertius.new(name, Path(folder), tuple(between) or None, article=article, **asked)
        made = drafts.add(desk, name, file.read_text(encoding="utf-8"))
    if article:
        Path(article).unlink(missing_ok=True)
    return {"case": made.id}
