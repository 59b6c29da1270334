"""Tables, notes and lines of fields on a terminal, as wide as it is.

One job: to lay out texts that are ready to be shown. `rich` is imported here, so this is imported when needed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from .streams import ReaderGoneError, write

_UNLIMITED: Final = 10_000
_GAP: Final = 3
"""Cells between two columns of a table."""
_LONGEST_WORD: Final = 24
"""Cells of a word that a table always has room for; only longer ones, such as addresses, are broken over lines."""

_WHOLE: Final = re.compile(r"(^|_)(id|account)$|number|phone|_num$|^from$|^to$|time$", re.IGNORECASE)
"""Columns whose text is never broken, because users copy it."""


def _reader_left(_: Console) -> None:
    raise ReaderGoneError


def let_readers_leave() -> None:
    """Make rich raise `ReaderGoneError` where the reader of the output has left; it would end the program with 1."""
    cast("Any", Console).on_broken_pipe = _reader_left


def console(*, error: bool = False) -> Console:
    """Return a console for standard output, or error; lines are cut at its width only on a terminal."""
    let_readers_leave()
    stream = sys.stderr if error else sys.stdout
    return Console(
        file=stream,
        width=None if stream.isatty() else _UNLIMITED,
        highlight=False,
        soft_wrap=not stream.isatty(),
    )


def terminal_width() -> int:
    """Return the width of the terminal in cells."""
    return Console().width


def print_note(text: str, style: str, *, whole: bool = False) -> None:
    """Write a line to standard error; one that is `whole` is not broken at the width of the terminal."""
    target, line = console(error=True), Text(text, style=style)
    if not hasattr(sys.stderr, "rich_proxied_file"):
        target.print(line, soft_wrap=whole or None)
        return
    with (
        target.capture() as printed
    ):  # a bar is shown there; what is written through it appears above the bar
        target.print(line, soft_wrap=True)
    sys.stderr.write(printed.get())


def show(*things: RenderableType, width: int = 0) -> None:
    """Write what rich can render to standard output, at least as many cells wide as it needs."""
    target, text = console(), io.StringIO()
    page = Console(
        file=text,
        width=max(target.width, width),
        highlight=False,
        soft_wrap=target.soft_wrap,
        force_terminal=target.is_terminal,
        color_system=cast("Any", target.color_system),
        legacy_windows=False,
    )
    for thing in things:
        page.print(thing)
    write(text.getvalue())


def show_table(cells: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
    """Write a table, or where the terminal is too narrow for its words, a line for each field."""
    widths = column_widths(cells, columns, console().width - 1)  # rich 13.9 counts one cell more
    if widths is None:
        show_records([zip(columns, row, strict=True) for row in cells])
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for name, width in zip(columns, widths, strict=True):
        table.add_column(name, overflow="fold", width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    show(table)


def column_widths(cells: Sequence[Sequence[str]], columns: Sequence[str], room: int) -> list[int] | None:
    """Return the widths of a table's columns that break no word, in cells; None if the terminal has no room for them."""
    least, most = [cell_len(name) for name in columns], [cell_len(name) for name in columns]
    for row in cells:
        for index, text in enumerate(row):
            least[index] = max(least[index], _unbroken(columns[index], text))
            most[index] = max(most[index], cell_len(text))
    spare = room - sum(least) - _GAP * (len(columns) - 1)
    if spare < 0:
        return None
    widths = list(least)
    wishes = sorted(range(len(columns)), key=lambda index: most[index] - least[index])
    for done, index in enumerate(wishes):  # the smallest first, so that what it leaves goes to the others
        more = min(most[index] - least[index], spare // (len(wishes) - done))
        widths[index] += more
        spare -= more
    return widths


def _unbroken(name: str, text: str) -> int:
    """Return the cells that a value needs so that no part that users copy is broken."""
    if _WHOLE.search(name):
        return cell_len(text)
    return min(_LONGEST_WORD, max(map(cell_len, text.split()), default=0))


def show_records(records: Sequence[Iterable[tuple[str, str]]]) -> None:
    """Write a line for each field, and an empty one between two records; a value is broken between words only."""
    for index, record in enumerate(records):
        fields = list(record)
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, text in fields:
            grid.add_row(Text(name, style="bold"), Text(text))
        names = max((cell_len(name) for name, _ in fields), default=0)
        width = names + _GAP + max((_unbroken(name, text) for name, text in fields), default=0)
        show(*([""] if index else []), grid, width=width)
