"""Options that several of ITNIO TECH's commands share, and times as the vendor wants them.

One job: the same option has the same name, help and meaning in each of them.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, overload

import typer

if TYPE_CHECKING:
    from ...itniotech.datetimes import TimeFormat

GroupId = Annotated[
    str, typer.Argument(metavar="VOICE_GROUP_ID", help="The agent group's id; see `agent-groups list`.")
]
ShowPasswords = Annotated[
    bool, typer.Option("--show-passwords", help="Write the passwords that the vendor sends; masked without.")
]


class Times(enum.StrEnum):
    """How times are sent."""

    PLAIN = "plain"
    ISO = "iso"

    @property
    def form(self) -> TimeFormat:
        """The SDK's name for it."""
        from ...itniotech.datetimes import ISO_TIME, PLAIN_TIME

        return ISO_TIME if self is Times.ISO else PLAIN_TIME


@overload
def in_their_zone(moment: datetime) -> datetime: ...
@overload
def in_their_zone(moment: datetime | None) -> datetime | None: ...
def in_their_zone(moment: datetime | None) -> datetime | None:
    """Return a time that was typed with the zone that the options name, GMT+8."""
    from ...itniotech.datetimes import VENDOR_ZONE

    return None if moment is None else moment.replace(tzinfo=VENDOR_ZONE)


TimesOption = Annotated[
    Times, typer.Option("--times", help="How times are sent; the vendor's pages show two ways.")
]
