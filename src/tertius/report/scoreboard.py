"""The public scoreboard: one HTML file with every group's score, its reliability, and every forecast with its state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.forecasts.ledger.reliability import Reliability
    from tertius.forecasts.ledger.scoring import Group

NAMES = {"base": "base rate", "persistence": "as last time", "crowd": "crowd"}
KINDS = {
    "live": ("Live forecasts", "Sealed before the window closed."),
    "backtest": (
        "Backtests",
        "Asked from a past as-of date; the window was over, or the date long past, when it was sealed.",
    ),
    "hand": ("Forecasts by hand", "Chances that a person gave."),
    "decisions": (
        "Backtest of decisions",
        "Chances of states' steps by the laws of decision alone, from past dates; settled by the backtest itself.",
    ),
    "hindcast": ("Hindcast", "Past wars made from what was known at their start; settled by the hindcast itself."),
}
SIDE = 260  # pixels of a figure
EDGE = 34
STYLE = """
:root { --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --ours: #1f5c99; --band: #1f5c9926; --ground: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #9aa6b5; --line: #38424f; --ours: #7db4ea; --band: #7db4ea33; --ground: #14181e; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 0 auto;
  max-width: 62rem; padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { margin: 2.2rem 0 .2rem; font-size: 1.25rem; } p { margin: .3rem 0; }
.soft { color: var(--soft); } .wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child, td:first-child { text-align: left; } th { font-weight: 600; color: var(--soft); font-size: .85rem; }
td.text, th.text { text-align: left; min-width: 16rem; } td:first-child { white-space: nowrap; }
.figures { display: flex; flex-wrap: wrap; gap: 2rem; } figure { margin: .6rem 0; }
figcaption { font-size: .85rem; color: var(--soft); max-width: 18rem; }
svg text { fill: var(--soft); font-size: 11px; } svg .axis { stroke: var(--line); }
svg .ours { stroke: var(--ours); fill: none; stroke-width: 2; }
svg .dot { fill: var(--ours); } svg .band { fill: var(--band); }
svg .rival { stroke: var(--soft);
  stroke-dasharray: 4 3; fill: none; stroke-width: 1.5; }
"""


def scoreboard(groups: Sequence[Group], entries: Sequence[Mapping[str, Any]]) -> str:
    """The page. entries: of `tertius.ledger_entries`, oldest first."""
    body = "".join(section(each) for each in groups) or "<p>No forecast was sealed yet.</p>"
    head = entries[-1]["hash"] if entries else ""
    last = entries[-1]["recorded"][:10] if entries else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Scoreboard</title><style>{STYLE}</style></head><body>"
        "<h1>Scoreboard of forecasts</h1>"
        f'<p class="soft">{len(entries)} entries, the last of {escape(last)} with hash '
        f'<code title="{escape(head)}">{escape(head[:16])}</code>. '
        "Smaller scores are better. Kinds, scenarios and methodology versions never share a score.</p>"
        f"{body}<h2>Every forecast</h2>{_every(entries)}</body></html>\n"
    )


def section(each: Group) -> str:
    """One group's scores as HTML; its classes are those of STYLE."""
    name, what = KINDS[each.kind]
    counts = ", ".join(f"{count} {state}" for state, count in each.counts.items())
    told = [
        f"<h2>{name}: {escape(each.scenario)}, methodology {each.methodology}</h2>"
        f'<p class="soft">{what}</p><p>{counts}; {each.by_hand} resolved by hand.</p>'
    ]
    if each.brier is None or each.log is None:
        return "".join([*told, "<p>No score yet: nothing is settled.</p>"])
    told.append(f"<p>{_verdict(each)}</p>{_rivals(each)}")
    if each.spread is not None:
        spread = each.spread
        told.append(
            f"<p>Of {spread.questions} measured numbers, the CRPS is {spread.ours:.2f}; that of past windows is "
            f"{spread.base:.2f}, of the last window {spread.persistence:.2f}, in units of the past's deviation.</p>"
        )
    figures = [_reliability(each.reliability)] if each.reliability is not None else []
    figures += [_over_time(each)] if len(each.over_time) > 1 else []
    told.append(f'<div class="figures">{"".join(figures)}</div>{_topics(each)}')
    return "".join(told)


def _verdict(each: Group) -> str:
    """What the comparison with the base rate says, in a sentence."""
    base = next((rival for rival in each.rivals if rival.name == "base"), None)
    if base is None:
        return f"Our Brier score is {each.brier:.3f} on {each.forecasts} thresholds; no base rate stands beside it."
    same = f"the base rate's on the same {base.forecasts} thresholds"
    if round(base.difference, 3) == 0.0:
        return f"Our Brier score is the same as {same}."
    worse = "below" if base.difference < 0 else "above"
    if base.interval is None:
        sure = ", on too few questions to tell"
    else:
        sure = "" if base.interval[0] * base.interval[1] > 0 else ", which may be chance"
    return f"Our Brier score is {abs(base.difference):.3f} {worse} {same}{sure}."


def _rivals(each: Group) -> str:
    rows = [
        f"<tr><td>ours</td><td>{each.forecasts}</td><td>{each.brier:.3f}</td><td>{each.log:.3f}</td>"
        "<td></td><td></td><td></td></tr>"
    ]
    for rival in each.rivals:
        low, high = rival.interval or (None, None)
        interval = "" if low is None else f"{low:+.3f} to {high:+.3f}"
        cells = (
            f"{rival.forecasts}",
            f"{rival.brier:.3f}",
            f"{rival.log:.3f}",
            f"{rival.ours_brier:.3f}",
            f"{rival.difference:+.3f}",
            interval,
        )
        rows.append(f"<tr><td>{NAMES[rival.name]}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    heads = ("", "thresholds", "Brier", "log score", "ours on the same", "ours less it", "80% interval")
    head = "".join(f"<th>{name}</th>" for name in heads)
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(rows)}</table></div>'


def _topics(each: Group) -> str:
    rows = "".join(
        f"<tr><td>{escape(about)}</td><td>{count}</td><td>{ours:.3f}</td>"
        f"<td>{'' if base is None else f'{base:.3f}'}</td></tr>"
        for about, (count, ours, base) in each.by_topic.items()
    )
    return f"<table><tr><th>topic</th><th>thresholds</th><th>Brier</th><th>base rate's</th></tr>{rows}</table>"


def _place(x: float, y: float) -> str:
    """A point of the unit square in pixels."""
    return f"{EDGE + x * SIDE:.1f},{10 + (1 - y) * SIDE:.1f}"


def _frame(title: str, inside: str, ticks: Sequence[tuple[float, str]], low: str, high: str) -> str:
    wide, high_px = SIDE + EDGE + 12, SIDE + 46
    axes = ""
    for y, name in ticks:
        at = 10 + (1 - y) * SIDE
        axes += f'<line class="axis" x1="{EDGE}" x2="{EDGE + SIDE}" y1="{at:.1f}" y2="{at:.1f}"/>'
        axes += f'<text x="{EDGE - 5}" y="{at + 4:.1f}" text-anchor="end">{name}</text>'
    below = (
        f'<text x="{EDGE}" y="{SIDE + 26}">{low}</text>'
        f'<text x="{EDGE + SIDE}" y="{SIDE + 26}" text-anchor="end">{high}</text>'
    )
    return (
        f'<svg width="{wide}" height="{high_px}" viewBox="0 0 {wide} {high_px}" role="img" '
        f'aria-label="{escape(title)}">'
        f"{axes}{inside}{below}</svg>"
    )


def _reliability(found: Reliability) -> str:
    bins = found.bins
    up = [_place(each.chance, each.high) for each in bins]
    down = [_place(each.chance, each.low) for each in reversed(bins)]
    line = " ".join(_place(each.chance, each.share) for each in bins)
    dots = "".join(
        '<circle class="dot" r="3.5" cx="{}" cy="{}"><title>{}</title></circle>'.format(
            *_place(each.chance, each.share).split(","),
            f"{each.forecasts} thresholds at {each.chance:.0%}: {each.share:.0%} came, "
            f"band {each.low:.0%} to {each.high:.0%}",
        )
        for each in bins
    )
    inside = (
        f'<polygon class="band" points="{" ".join([*up, *down])}"/>'
        f'<polyline class="rival" points="{_place(0, 0)} {_place(1, 1)}"/>'
        f'<polyline class="ours" points="{line}"/>{dots}'
    )
    ticks = [(y / 4, f"{25 * y}%") for y in range(5)]
    drawn = _frame("Share that came against the chance given", inside, ticks, "0% chance given", "100%")
    return (
        f"<figure>{drawn}<figcaption>Share that came against the chance given. {found.inside:.0%} of the "
        "thresholds lie within the band that holds 90% of curves if every chance were right.</figcaption></figure>"
    )


def _over_time(each: Group) -> str:
    rows = each.over_time
    top = max(0.25, *(score for _, _, score, _ in rows), *(base for *_, base in rows if base is not None))
    last = len(rows) - 1
    ours = " ".join(_place(n / last, score / top) for n, (_, _, score, _) in enumerate(rows))
    base = " ".join(_place(n / last, value / top) for n, (*_, value) in enumerate(rows) if value is not None)
    inside = f'<polyline class="rival" points="{base}"/><polyline class="ours" points="{ours}"/>'
    ticks = [(y / 4, f"{top * y / 4:.2f}") for y in range(5)]
    drawn = _frame("Brier score up to each as-of date", inside, ticks, str(rows[0][0]), str(rows[-1][0]))
    return (
        f"<figure>{drawn}<figcaption>Brier score of all forecasts up to each as-of date; the base rate's is dashed."
        "</figcaption></figure>"
    )


def _every(entries: Sequence[Mapping[str, Any]]) -> str:
    results = {each["body"]["seals"]: each["body"] for each in entries if each["kind"] == "resolved"}
    rows = "".join(
        line for each in entries if each["kind"] == "sealed" for line in _rows(each, results.get(each["seq"]))
    )
    heads = ("question", "text", "kind", "as of", "deadline", "threshold", "chance", "base rate", "came")
    head = "".join(f'<th class="{name}">{name}</th>' for name in heads)
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _rows(entry: Mapping[str, Any], result: Mapping[str, Any] | None) -> Iterator[str]:
    told = entry["body"]
    question = told["question"]
    came = {(row["branch"], row["threshold"]): row["came"] for row in result["rows"]} if result else {}
    for place, row in enumerate(told["forecast"]):
        answer = came.get((row["branch"], row["threshold"]))
        state = "open" if result is None else "void" if answer is None else "yes" if answer else "no"
        given = f"given {row['branch']}, " if row["branch"] else ""
        relation = next(name for name in ("above", "below", "at_least", "at_most") if name in question)
        cells = (
            f"{given}{relation.replace('_', ' ')} {row['threshold']:,g}",
            f"{row['chance']:.1%}",
            "" if row["base"] is None else f"{row['base']:.1%}",
            state,
        )
        first = (question["id"], told["kind"], told["as_of"], question["until"]) if place == 0 else ("",) * 4
        text = question["text"] if place == 0 else ""
        yield (
            f'<tr><td>{escape(first[0])}</td><td class="text">{escape(text)}</td>'
            f"{''.join(f'<td>{escape(each)}</td>' for each in (*first[1:], *cells))}</tr>"
        )
