"""The moves of an impact as a small picture: a bar for each outcome before and after, and bands for who moves."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from qa_rules.tables.impact import Impact, Move
from qa_rules.tables.summary import counted

_WIDTH: Final = 640
_HEIGHT: Final = 260
_BAR: Final = 16
_GAP: Final = 6
_TOP: Final = 28
_LEFT: Final = 190
_COLOURS: Final = ("#8c2d04", "#cc4c02", "#767676", "#74a9cf", "#0570b0", "#034e7b")
"""From what forbids to what allows; told apart by the colour-blind too."""


def picture_of(impact: Impact) -> str:
    """Return an SVG: one picture for each person, one below the other. Every number is also in words."""
    persons = list(dict.fromkeys(each.person for each in impact.moves if each.what == "outcome"))
    parts = [_person(impact, person, at) for at, person in enumerate(persons)]
    height = _HEIGHT * max(len(persons), 1)
    title = escape(f"From {impact.before} to {impact.after}: {counted(impact.rows, 'subject')}")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" font-family="sans-serif" font-size="11"><title>{title}</title>'
    )
    return "\n".join([head, *parts, "</svg>"]) + "\n"


def _person(impact: Impact, person: str, at: int) -> str:
    moves = [each for each in impact.moves if (each.person, each.what) == (person, "outcome")]
    total = sum(each.rows for each in moves)
    words = list(dict.fromkeys([*(each.before for each in moves), *(each.after for each in moves)]))
    words.sort()
    colours = {word: _COLOURS[place % len(_COLOURS)] for place, word in enumerate(words)}
    room = _HEIGHT - _TOP - 20 - _GAP * (len(words) - 1)
    scale = room / total if total else 0
    before, after = _starts(moves, words, scale, True), _starts(moves, words, scale, False)
    top = at * _HEIGHT
    title = escape(
        f"{person or 'outcome'}: {sum(each.rows for each in moves if each.before != each.after):,} move"
    )
    parts = [f'<g transform="translate(0 {top})"><text x="{_LEFT}" y="16" font-weight="bold">{title}</text>']
    for move in sorted(moves, key=lambda each: (words.index(each.before), words.index(each.after))):
        parts.append(_band(move, before, after, scale, colours[move.before]))
    for side, x, anchor in ((True, _LEFT, "end"), (False, _WIDTH - _LEFT, "start")):
        y = float(_TOP)
        for word in words:
            rows = sum(each.rows for each in moves if (each.before if side else each.after) == word)
            height = rows * scale
            label = x - 6 if side else x + _BAR + 6
            text = escape(f"{word or 'none'} {rows:,}")
            parts.append(
                f'<rect x="{x}" y="{y:.1f}" width="{_BAR}" height="{max(height, 0.5):.1f}" fill="{colours[word]}"/>'
                f'<text x="{label}" y="{y + height / 2 + 4:.1f}" text-anchor="{anchor}">{text}</text>'
            )
            y += height + _GAP
    return "\n".join([*parts, "</g>"])


def _starts(moves: Sequence[Move], words: Sequence[str], scale: float, before: bool) -> dict[str, float]:
    """Where the bar of each word begins."""
    found, y = {}, float(_TOP)
    for word in words:
        found[word] = y
        y += (
            sum(each.rows for each in moves if (each.before if before else each.after) == word) * scale + _GAP
        )
    return found


def _band(move: Move, before: dict[str, float], after: dict[str, float], scale: float, colour: str) -> str:
    """A band from one bar to the other; the bars' places move on for the next one."""
    height = move.rows * scale
    left, right = before[move.before], after[move.after]
    before[move.before], after[move.after] = left + height, right + height
    x, end, middle = _LEFT + _BAR, _WIDTH - _LEFT, _WIDTH / 2
    opacity = 0.25 if move.before == move.after else 0.6
    path = (
        f"M{x} {left:.1f} C{middle} {left:.1f} {middle} {right:.1f} {end} {right:.1f} L{end} {right + height:.1f} "
        f"C{middle} {right + height:.1f} {middle} {left + height:.1f} {x} {left + height:.1f} Z"
    )
    told = escape(f"{move.before or 'none'} to {move.after or 'none'}: {move.rows:,}")
    return f'<path d="{path}" fill="{colour}" opacity="{opacity}"><title>{told}</title></path>'
