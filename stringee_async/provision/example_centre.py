"""The example that ships with the package: a contact centre with 500 invented people, and the same one a month later.

One job: writes the files, so that a plan can be made of them. A month later people have joined, left and moved, always the
same ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Final

import attrs

from ..core.errors import ConfigError
from .files.roster_cells import SEPARATOR

FILES: Final = ("centre.yaml", "roster.csv")
"""The files of the example, the specification first."""
_ROSTER: Final = FILES[1]
_JOINING: Final = """\
linh.daothuy,Đào Thùy Linh,84950100001,app,Support L1 Hanoi
quan.buiminh,Bùi Minh Quân,84950100002,app,Support L1 Hanoi
thao.dangphuong,Đặng Phương Thảo,84950100003,phone,Sales Can Tho
hieu.ngotrung,Ngô Trung Hiếu,84950100004,app,Sales Hai Phong|VIP Care
my.duongha,Dương Hà My,84950100005,app,English Desk
tuan.lyanh,Lý Anh Tuấn,84950100006,app,Night Shift
ngoc.truongbao,Trương Bảo Ngọc,84950100007,phone,Billing
khoa.vodang,Võ Đăng Khoa,84950100008,app,Support L3 Engineers|Support L2
"""
_LEAVING: Final = slice(41, None, 83)
"""Rows of the people who leave."""
_MOVING: Final = slice(19, None, 47)
"""Rows, of those who stay, of the people who move to another group."""
_RENAMED: Final = slice(100, None, 199)
"""Rows, likewise, of the people whose name is written otherwise."""

Row = dict[str, str]


@attrs.frozen(kw_only=True)
class ExampleChange:
    """What has changed a month later.

    Args:
        joined: `user_id` of those who joined, in the order of the roster; likewise the others.
        left: Those who left.
        moved: Those who moved: what groups they are in now, by `user_id`.
        renamed: Those whose name is written otherwise: the name, by `user_id`.
    """

    joined: tuple[str, ...]
    left: tuple[str, ...]
    moved: Mapping[str, tuple[str, ...]]
    renamed: Mapping[str, str]


def example_text(name: str) -> str:
    """Return the text of a file of the example.

    Args:
        name: One of `FILES`.
    """
    if name not in FILES:
        raise ConfigError(f"name must be {' or '.join(FILES)}, got {name!r}")
    return resources.files(__package__ or "").joinpath("examples", name).read_text(encoding="utf-8")


def changed_roster() -> tuple[str, ExampleChange]:
    """Return the roster of a month later, and what has changed; the same each time."""
    table = csv.DictReader(io.StringIO(example_text(_ROSTER)))
    rows, columns = list(table), tuple(table.fieldnames or ())
    joining = list(csv.DictReader(io.StringIO(_JOINING), columns))
    leaving = rows[_LEAVING]
    staying = [row for row in rows if row not in leaving]
    known = sorted({group for row in rows for group in row["groups"].split(SEPARATOR)})
    moved = {row["user_id"]: _groups_after(row, known) for row in staying[_MOVING]}
    renamed = {row["user_id"]: _name_after(row["name"]) for row in staying[_RENAMED]}
    for row in staying:
        row["groups"] = SEPARATOR.join(moved.get(row["user_id"], row["groups"].split(SEPARATOR)))
        row["name"] = renamed.get(row["user_id"], row["name"])
    change = ExampleChange(joined=_ids(joining), left=_ids(leaving), moved=moved, renamed=renamed)
    return _text(columns, [*staying, *joining]), change


def write_example(folder: str | Path) -> tuple[Path, ...]:
    """Write the files of the example into a folder, and return their paths, the specification first.

    May be repeated; files that say something else are not overwritten.

    Args:
        folder: The folder; made if it is not there.

    Raises:
        ConfigError: Another file of that name stands there, or the folder cannot be written.
    """
    place = Path(folder)
    texts = {place / name: example_text(name) for name in FILES}
    for path, text in texts.items():
        _refuse_to_lose(path, (text,))
    return tuple(_written(path, text) for path, text in texts.items())


def change_example(folder: str | Path) -> ExampleChange:
    """Put the roster of a month later in the place of the one that `write_example` wrote, and return what has changed.

    May be repeated; a roster that was edited is not overwritten.

    Args:
        folder: The folder that `write_example` wrote to.

    Raises:
        ConfigError: The roster there is not that of the example, or cannot be written.
    """
    path = Path(folder) / _ROSTER
    text, change = changed_roster()
    _refuse_to_lose(path, (text, example_text(_ROSTER)))
    _written(path, text)
    return change


def _refuse_to_lose(path: Path, known: Iterable[str]) -> None:
    try:
        found = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror})") from None
    if found is not None and found not in {text.encode() for text in known}:
        raise ConfigError(f"{path} is there already and is not that of the example; name another folder")


def _written(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror})") from None
    return path


def _ids(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(row["user_id"] for row in rows)


def _groups_after(row: Row, known: list[str]) -> tuple[str, ...]:
    """Return the groups of a person who moves: the next one in place of the first, or of two the second alone."""
    first, *others = row["groups"].split(SEPARATOR)
    return tuple(others) or (known[(known.index(first) + 1) % len(known)],)


def _name_after(name: str) -> str:
    """Return a name with one more middle name."""
    before, _, last = name.rpartition(" ")
    return f"{before} Hoài {last}"


def _text(columns: Iterable[str], rows: Iterable[Row]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, tuple(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
