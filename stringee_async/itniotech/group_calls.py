"""Group calls: a sound file that is played to many numbers. `client.group_calls`.

The vendor has no idempotency key for calls: a send whose response was lost is never repeated. Source: the vendor's Java
client, and itniotech.com, the voice product (sendGroup).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc
from ..core.decoding import Loader
from ..core.errors import ConfigError, SdkError
from ..core.field_rules import Whole, called_number, word
from ..core.fields import Text
from ..core.json_codec import Raw, rows
from ..core.model import model
from ..core.operation import Operation
from ..core.plain import Plain
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import boolean
from .resource import Resource
from .responses import Reader
from .row import Row, fields_of
from .sms_recipients import several

SEND: Final = Operation("group_calls.send", "POST", "/voice/sendGroup", RetryClass.CREATE)

MOST: Final = 200
"""Numbers in one request; newer pages of the vendor say 1,000, older ones and its own client this."""
_LOOK: Final = (
    "do not send it again before you know: voice_records.groups.list(since=...) shows which numbers were called, and "
    "called_info tells these calls from others"
)


class GroupCallSettings(TypedDict, total=False):
    """What can be set of group calls."""

    display_num: Annotated[str | Unset, Text(15, exact=True, number=True), Doc("Caller id.")]
    max_duration: Annotated[int | Unset, Whole(1, 120), Doc("Seconds that a call may last.")]
    max_ringing_time: Annotated[
        int | Unset, Whole(20, 120), Doc("Seconds that a phone rings; older white labels do not know it.")
    ]
    loop_count: Annotated[
        int | Unset, Whole(1, 9), Doc("How often the file is played; white labels take up to 3.")
    ]
    called_info: Annotated[
        str | Unset,
        Text(1000, lines=True),
        Doc("A reference of yours that comes back with the records; older white labels do not know it."),
    ]


class GroupCallFields(GroupCallSettings, total=False):
    """What is sent of group calls."""

    file_id: Annotated[str, Text(255, exact=True), Doc("The sound file, as `client.voice_files` has its id.")]
    app_id: Annotated[str, word, Doc("The application.")]


FIELDS: Final = fields_of(GroupCallFields)


@attrs.frozen(kw_only=True)
class GroupCallOutcome(Plain):
    """What became of the call to one number.

    Args:
        callee: The number.
        accepted: True if the vendor took the call, which is not answered yet; False if it was refused; None where that is
            not known: the response was lost, or does not say.
        voice_id: The vendor's id of the call, for `client.voice_records.groups`.
        termination_code: The vendor's code, 0 for a call that it took.
        termination_reason: The vendor's words.
        error: Why the request that held this number failed; None if it did not.
    """

    callee: str = attrs.field(repr=False)
    accepted: bool | None
    voice_id: str | None = None
    termination_code: int | None = None
    termination_reason: str | None = None
    error: SdkError | None = attrs.field(default=None, eq=False)


@model(kw_only=True)
class _Taken(Row):
    """A number in a response."""

    voice_id: str | None = None
    callee: str | None = attrs.field(default=None, repr=False)
    termination_code: int | None = None
    termination_reason: str | None = None


_TAKEN: Final = Loader(_Taken)


class GroupCalls(Resource):
    """Operations on group calls."""

    _declared = FIELDS

    async def send(
        self,
        *,
        callees: str | Sequence[str],
        file_id: str,
        app_id: str,
        duplicates: bool = False,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[GroupCallSettings],
    ) -> tuple[GroupCallOutcome, ...]:
        """Call numbers and play a sound file to them.

        More than 200 numbers are sent in several requests, one after the other. Each goes its own way: where one fails and
        another does not, the outcomes of its numbers carry the error, and nothing is raised. A number that is refused
        raises nothing either: look at `accepted` of each outcome.

        Args:
            callees: The number, or several; each of 7 to 15 digits with country code.
            duplicates: Call a number that is given twice two times, instead of refusing it.

        Returns:
            One outcome for each number, in their order.

        Raises:
            ConfigError: An argument is wrong, or a number is given twice; nothing was sent.
            PermissionDeniedError: The balance is not enough, or the account's fees do not allow this.
            InvalidRequestError: The vendor does not take the request, for instance because there is no such file.
            OutcomeUnknownError: The response was lost, of every request; the numbers may be called. Not safe to repeat:
                they could be called twice.
        """
        numbers = [called_number("callees", self._phone(one)) for one in several("callees", callees)]
        if not boolean("duplicates", duplicates) and len(set(numbers)) < len(numbers):
            raise ConfigError("callees holds a number twice; duplicates=True calls it two times")
        body = self._body(FIELDS, extra, file_id=file_id, app_id=app_id, **settings)
        return await self._send_lots(body, numbers)

    async def _send_lots(
        self, body: Mapping[str, object], numbers: Sequence[str]
    ) -> tuple[GroupCallOutcome, ...]:
        """Send lots of numbers one after the other; raise only if every lot fails."""
        outcomes: list[GroupCallOutcome] = []
        errors: list[SdkError] = []
        lots = [numbers[begin : begin + MOST] for begin in range(0, len(numbers), MOST)]
        for lot in lots:
            try:
                sent = {**body, "callee": ",".join(lot)}
                outcomes += await self._post(SEND, sent, _outcomes_of(lot), look=_LOOK)
            except asyncio.CancelledError as ended:
                if outcomes:
                    ended.add_note(
                        f"the first {len(outcomes):,} of {len(numbers):,} numbers were sent before"
                    )
                raise
            except SdkError as error:
                errors.append(error)
                outcomes += _failed(lot, error)
        if len(errors) == len(lots):
            raise next((error for error in errors if error.outcome == "unknown"), errors[0])
        return tuple(outcomes)


def _failed(numbers: Sequence[str], error: SdkError) -> list[GroupCallOutcome]:
    """Return the outcomes of numbers whose request failed."""
    accepted = None if error.outcome == "unknown" else False
    return [GroupCallOutcome(callee=number, accepted=accepted, error=error) for number in numbers]


def _outcomes_of(numbers: Sequence[str]) -> Reader[list[GroupCallOutcome]]:
    """Return a reader of the outcome of each number; a number that the response does not name has none."""

    def read_outcomes(top: dict[str, Raw]) -> list[GroupCallOutcome]:
        data = top.get("data", b"null")
        listed = [] if bytes(data) in {b"null", b'""'} else rows(data)
        taken, _ = _TAKEN.load_all(listed, path="$.data")
        by_number: defaultdict[str, list[_Taken]] = defaultdict(list)
        for row in reversed(taken):
            by_number[(row.callee or "").lstrip("+")].append(row)
        return [
            _outcome(number, by_number[number].pop() if by_number[number] else None) for number in numbers
        ]

    return read_outcomes


def _outcome(number: str, row: _Taken | None) -> GroupCallOutcome:
    if row is None:
        return GroupCallOutcome(callee=number, accepted=None)
    return GroupCallOutcome(
        callee=number,
        accepted=None if row.termination_code is None else row.termination_code == 0,
        voice_id=row.voice_id,
        termination_code=row.termination_code,
        termination_reason=row.termination_reason,
    )
