"""Pages as files: what needs the server is left out, and links lead to the files beside them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

DROPPED = frozenset(("script", "form", "button", "dialog", "input", "select", "textarea", "progress"))
SERVED = frozenset(("served", "tools"))
"""Classes of what only a server can do."""
VOID = frozenset(("input", "link", "meta", "img", "br", "hr", "wbr"))
LINKS = {"a": "href", "link": "href", "img": "src"}
POLICY = "default-src 'none'; style-src 'self' file:; img-src 'self' file: data:; base-uri 'none'; form-action 'none'"


def frozen(html: str, link: Callable[[str], str | None]) -> str:
    """A page of the workbench as a file of its own.

    link: where an address leads from the file, or None where it leads nowhere; its words then stay without a link.
    """
    reader = _Reader(link)
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


class _Reader(HTMLParser):
    """Writes again what it reads, as it was written, but for links and what is dropped."""

    def __init__(self, link: Callable[[str], str | None]) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._link = link
        self._skipped, self._depth = "", 0
        self._unlinked: list[str] = []
        self._pictures = 0  # pictures that are open: in them a group takes the place of a link

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            self._depth += tag == self._skipped
            return
        told = dict(attrs)
        if tag in DROPPED or SERVED & set((told.get("class") or "").split()):
            if tag not in VOID:
                self._skipped, self._depth = tag, 1
            return
        self._pictures += tag == "svg"
        if LINKS.get(tag) in told:
            self.parts.append(self._linked(tag, told))
            return
        self.parts.append(self.get_starttag_text() or "")
        if tag == "head":
            self.parts.append(f'\n<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">')

    def _linked(self, tag: str, told: dict[str, str | None]) -> str:
        key = LINKS[tag]
        leads = self._link(told[key] or "")
        if leads is None:
            if tag != "a":
                return ""
            self._unlinked.append("g" if self._pictures else "span")
            return f"<{self._unlinked[-1]}>"
        kept = {**told, key: leads}
        return (
            f"<{tag}{''.join(f' {name}' + ('' if value is None else _quoted(value)) for name, value in kept.items())}>"
        )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._skipped:
            self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._depth -= tag == self._skipped
            if not self._depth:
                self._skipped = ""
            return
        self._pictures -= tag == "svg"
        if tag == "a" and self._unlinked:  # links do not stand in one another
            self.parts.append(f"</{self._unlinked.pop()}>")
            return
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")

    def _keep(self, text: str) -> None:
        if not self._skipped:
            self.parts.append(text)


def _quoted(value: str | None) -> str:
    return "" if value is None else f'="{escape(value)}"'
