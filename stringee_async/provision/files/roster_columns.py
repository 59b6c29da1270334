"""The columns of a roster: which headers name them, in English and Vietnamese, as people write them.

One job: from the cells of the first line to what each column means, and everything that is wrong with that line. Case,
marks, blanks, hyphens and underscores make no difference: `User ID`, `user_id`, `Mã nhân viên` and `ma nhan vien` are known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final

import attrs

from ...core.near_names import near_names, nearest
from ...core.redaction import personal_shortened
from ..counts import counted
from .file_form import VENDORS

COLUMNS: Final = ("user_id", "name", "phone", "routing", "extension", "groups", "was", "id")
"""The columns that are read, by the names under which messages and dumps have them."""
_HEADERS: Final = MappingProxyType(
    {
        "user_id": "login|login id|user|username|user name|agent user id|stringee user id|employee id|mã nhân viên|mã nv|"
        "mã người dùng|mã đăng nhập|tên đăng nhập|tài khoản",
        "name": "full name|agent name|display name|employee name|họ tên|họ và tên|tên|tên nhân viên|tên hiển thị",
        "phone": "phone number|mobile|mobile phone|mobile number|telephone|tel|điện thoại|số điện thoại|sđt|số đt|di động|"
        "số di động",
        "routing": "routing type|rings|định tuyến|kiểu định tuyến|nơi đổ chuông",
        "extension": "ext|extension number|máy lẻ|số máy lẻ|máy nhánh|số máy nhánh|số nội bộ",
        "groups": "group|team|teams|nhóm|các nhóm|tên nhóm",
        "was": "old user id|previous user id|former user id|mã cũ|mã nhân viên cũ|tài khoản cũ",
        "id": "vendor id|id of the vendor|mã hệ thống",
    }
)
_OLD_FORM: Final = MappingProxyType(
    {
        "kind": "a roster holds agents only; queues stand in the specification",
        "backupgroups": "a roster holds agents only; queues, and the groups that are asked second, stand in the "
        "specification",
    }
)
_FOREIGN: Final = re.compile(r"x[-_ ]([^:]*):(.*)", re.IGNORECASE | re.DOTALL)
_PRIVATE: Final = re.compile(r"#|x-", re.IGNORECASE)
_NOT_LETTERS: Final = re.compile(r"[\W_]+")


def _bare(header: str) -> str:
    """Return a header as it is compared: letters and digits without case and marks."""
    parts = unicodedata.normalize("NFKD", header.casefold()).replace("\u0111", "d")
    return _NOT_LETTERS.sub("", "".join(part for part in parts if not unicodedata.combining(part)))


_KNOWN: Final = MappingProxyType(
    {_bare(name): column for column in COLUMNS for name in (column, *_HEADERS[column].split("|"))}
)


@attrs.frozen
class Column:
    """One column that is read.

    Args:
        index: Where its cells stand in a row, from 0.
        name: Its name, one of `COLUMNS`; of a vendor's field the header, such as `x-stringee:device`.
        vendor: The vendor whose own field it holds, else empty.
        field: The vendor's name of that field, else empty.
    """

    index: int
    name: str
    vendor: str = ""
    field: str = ""


Tell = Callable[[int, str, str], None]
"""Takes what is wrong with a header: the number of the column from 1 (0 for the line), the header, what is wrong."""


def columns_of(headers: Sequence[str], tell: Tell) -> tuple[Column, ...]:
    """Return the columns that are read, in their order; empty if rows cannot be understood.

    Columns without a header, and those whose header begins with `#` or `x-`, are the user's own, unless they name a
    vendor's field.

    Args:
        headers: The cells of the first line, without blanks around them.
        tell: Takes each thing that is wrong.
    """
    found: dict[str, Column] = {}
    unknown: list[tuple[int, str]] = []
    for index, header in enumerate(headers):
        column = _column(index, header)
        if column is None:
            unknown.append((index, header))
            continue
        first = found.setdefault(column.name, column)
        if first is not column:
            tell(
                index + 1,
                header,
                f"columns {first.index + 1} ({headers[first.index]!r}) and {index + 1} ({header!r}) both mean {column.name}",
            )
    strange = [header for _, header in unknown if header and not _PRIVATE.match(header)]
    if "user_id" not in found and len(strange) >= len(found):
        tell(0, "", f"the first line must name the columns, such as {','.join(COLUMNS[:6])}")
        return ()
    for index, header in unknown:
        problem = _unknown(header, found)
        if problem:
            tell(index + 1, personal_shortened(header), problem)
    if "user_id" not in found:
        tell(
            0,
            "",
            "no column user_id, which tells the agents apart; its header may be login or mã nhân viên too",
        )
        return ()
    return tuple(found.values())


def _column(index: int, header: str) -> Column | None:
    """Return the column that a header names; None if it names none that is read."""
    foreign = _FOREIGN.fullmatch(header)
    if foreign is not None:
        vendor, field = foreign[1].strip().casefold(), foreign[2].strip()
        known = vendor in VENDORS and field
        return Column(index, f"x-{vendor}:{field}", vendor, field) if known else None
    if header.startswith("#"):
        return None
    name = _KNOWN.get(_bare(header))
    return None if name is None else Column(index, name)


def _unknown(header: str, found: dict[str, Column]) -> str | None:
    """Return what is wrong with a header that names no column that is read; None if it is the user's own column."""
    foreign = _FOREIGN.fullmatch(header)
    if foreign is not None:
        near = nearest(foreign[1].strip(), VENDORS)
        hint = (
            f"did you mean x-{near[0]}:{foreign[2].strip() or 'FIELD'}?"
            if near
            else f"there are {', '.join(VENDORS)}"
        )
        return f"names no field of a vendor; {hint}"
    bare = _bare(header)
    if _PRIVATE.match(header):
        return f"needs the name of a field, such as {header}:FIELD" if bare[1:] in VENDORS else None
    if not header:
        return None
    if bare in _OLD_FORM:
        return f"is no column of a roster; {_OLD_FORM[bare]}"
    near = nearest(bare, _KNOWN, cutoff=0.75) if bare else []
    if near:
        name = _KNOWN[near[0]]
        there = ", which is there already" if name in found else ""
        return f"unknown column; did you mean {name}{there}? A column of your own begins with #"
    return f"unknown column; {near_names(bare, COLUMNS, 'there are')}; a column of your own begins with #"


def wrong_width(cells: Sequence[str], width: int, separator: str) -> str:
    """Return what is wrong with a row that has not as many cells as there are columns, for people.

    Args:
        cells: The cells of the row.
        width: How many columns there are.
        separator: What separates the cells of this file.
    """
    columns = f"there {'is' if width == 1 else 'are'} {counted(width, 'column')}"
    if len(cells) > width:
        return f"{counted(len(cells), 'cell')}, but {columns}; write a cell that holds {_shown(separator)} in quotes"
    other = next((each for each in ",;\t" if each != separator and cells[0].count(each) >= width - 1), None)
    if len(cells) == 1 and other is not None:
        return f"separated by {_shown(other)}, but the first line by {_shown(separator)}"
    return f"only {counted(len(cells), 'cell')}, but {columns}; is the file cut off here?"


def _shown(separator: str) -> str:
    return "a tab" if separator == "\t" else f"{separator!r}"
