"""Recordings of calls: whether one is there, saving it, waiting for it; the same for every vendor.

One job: download one recording in flat memory, again from where it broke off if the host allows that, and never with
credentials to another host. A vendor says where its recordings are, and what its refusals mean.
"""

from __future__ import annotations

import enum
from abc import abstractmethod
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import ClassVar, Final, NoReturn
from urllib.parse import urljoin, urlsplit

import attrs

from .errors import (
    ApiError,
    DeadlineError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    SdkError,
    TransportError,
)
from .http_headers import wait_in
from .messages import Headers, Request, Response
from .options import not_negative
from .plain import Plain
from .ranges import check_end, fit, part_of, validator_of
from .resource import Resource
from .response import facts, http_failure, vendor_refusal
from .retry_class import RetryClass
from .saving import Sink, Target, sink_of
from .streamed import StreamedResponse

_HOPS: Final = 3
"""Redirects that are followed."""
_FIRST_WAIT: Final = 2.0
_LONGEST_WAIT: Final = 30.0


_NOT_THERE: Final = "the recording cannot be downloaded: {}"


class RecordingState(enum.StrEnum):
    """Whether a recording can be downloaded."""

    READY = "ready"
    """It can."""
    NOT_YET = "not yet"
    """It may still come; a vendor that says the same of one that is gone or never was is asked again by `wait`."""
    NONE = "none"
    """The call was not recorded."""
    GONE = "gone"
    """It was there, and was deleted."""


def told_state(error: NotFoundError) -> RecordingState | None:
    """Return the state that the error of a download tells; None for another error."""
    return next((state for state in RecordingState if error.message == _NOT_THERE.format(state)), None)


_KNOWN: Final = (
    "vendor", "method", "path", "status", "call_id", "attempts", "elapsed", "retry_class", "history",
)  # fmt: skip
"""What the error of a download says of its request."""
_STATES: Final = MappingProxyType({404: RecordingState.NOT_YET, 410: RecordingState.GONE})
"""What a host of files says of a recording that is not there."""


@attrs.frozen(kw_only=True)
class SavedRecording(Plain):
    """What was saved.

    Args:
        size: Bytes.
        content_type: What the host says it is, such as `audio/mpeg`; None where it says nothing.
        attempts: Requests for the recording; more than one where the connection broke.
    """

    size: int
    content_type: str | None
    attempts: int


@attrs.frozen
class Place:
    """Where a recording is: the request for it, and whether the vendor's credentials go along."""

    request: Request
    signed: bool = True


class _MovedError(SdkError):
    """The recording is elsewhere."""

    def __init__(self, location: str) -> None:
        super().__init__("the recording is elsewhere")
        self.location = location


class _StateError(SdkError):
    """The recording cannot be downloaded now."""

    def __init__(self, state: RecordingState, status: int) -> None:
        super().__init__(f"the recording cannot be downloaded: {state}", status=status)
        self.state = state


class _RangeError(SdkError):
    """The host has no byte behind those that were received: all had come but the end of the response."""


class Recordings(Resource):
    """What every vendor's recordings do."""

    @abstractmethod
    async def _place(self, recording_id: str) -> Place:
        """Return where a recording is; may ask the vendor."""
        ...

    @abstractmethod
    def _state_of(self, response: Response) -> RecordingState | None:
        """Return what a response that is no recording says of its state; None if it says nothing of it."""
        ...

    @abstractmethod
    def _refuse(self, response: Response) -> NoReturn:
        """Raise what a refusal means otherwise."""
        ...

    def _is_recording(self, response: StreamedResponse) -> bool:
        """Return whether a success holds a recording; some hosts say in HTTP 200 that it is not there yet."""
        return not response.headers.get("Content-Type", "").lower().startswith(("application/json", "text/"))

    async def state(self, recording_id: str) -> RecordingState:
        """Return whether a recording can be downloaded.

        Args:
            recording_id: The recording's id.

        Raises:
            ConfigError: The id cannot be one.
            SdkError: As for every call. Safe to repeat.
        """
        try:
            async with self._opened(await self._place(recording_id)):
                return RecordingState.READY
        except _StateError as error:
            return error.state

    async def save(self, recording_id: str, target: Target) -> SavedRecording:
        """Download a recording into a file or a writer, with a few hundred kilobytes of memory whatever its size.

        A file is written aside and moved into place when it is whole, over one that is there. Where the connection
        breaks, the download goes on from there if the host can, and begins again if not; as often as the retry policy
        has attempts, counted from the latest byte that came.

        Args:
            recording_id: The recording's id.
            target: The path of a file, or an object with `write`, such as an open binary file.

        Returns:
            How much was saved, and what it is.

        Raises:
            NotFoundError: It is not there, not yet, or no longer; its `next_step` says which.
            ConfigError: The id cannot be one, or the target cannot be written.
            SdkError: As for every call. Safe to repeat: an unfinished file is never left in place.
        """
        place = await self._place(recording_id)
        async with sink_of(target) as sink:
            try:
                return await self._fill(sink, place)
            except _StateError as error:
                failure = self._not_there(recording_id, error.state, "recordings.save")
                failure.add(**{name: getattr(error, name) for name in _KNOWN})
                raise failure from None

    async def wait(self, recording_id: str, *, timeout: float = 300.0) -> None:
        """Wait until a recording can be downloaded: it is asked for after 2 s, 4 s and so on, at most every 30 s.

        Args:
            recording_id: The recording's id.
            timeout: Seconds to wait at most.

        Raises:
            NotFoundError: The call was not recorded, or the recording was deleted.
            DeadlineError: It is not there in time.
            SdkError: As for every call. Safe to repeat.
        """
        seconds, state = not_negative("timeout", timeout), self._host.session.state
        end, pause = state.now() + seconds, _FIRST_WAIT
        while (found := await self.state(recording_id)) is RecordingState.NOT_YET:
            if state.now() + pause > end:
                raise DeadlineError(
                    f"the recording is not there after {seconds:g} s", operation="recordings.wait"
                )
            await state.clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_WAIT)
        if found is not RecordingState.READY:
            raise self._not_there(recording_id, found, "recordings.wait")

    def _not_there(self, recording_id: str, state: RecordingState, operation: str) -> NotFoundError:
        steps = {
            RecordingState.NOT_YET: "wait for it: await client.recordings.wait(recording_id)",
            RecordingState.NONE: "switch recording on for the calls that you need it of",
            RecordingState.GONE: "nothing can be done: it was deleted",
        }
        return NotFoundError(
            _NOT_THERE.format(state),
            operation=operation,
            object=f"recording_id {recording_id}",
            outcome="refused",
            next_step=steps[state],
        )

    async def _fill(self, sink: Sink, place: Place) -> SavedRecording:
        session, attempts, failed, validator, kind = self._host.session, 0, 0, "", None
        while True:
            attempts += 1
            begun = sink.size
            try:
                async with self._opened(place, sink.size, validator) as response:
                    part, validator = part_of(response), ""  # where it does not fit, the whole is asked for
                    await fit(response, part, sink)
                    validator = validator_of(response)
                    kind = response.headers.get("Content-Type")
                    async for piece in response:
                        await sink.write(piece)
                check_end(part, sink)
                return SavedRecording(size=sink.size, content_type=kind, attempts=attempts)
            except (TransportError, _RangeError) as error:  # the session has repeated refusals already
                validator = "" if isinstance(error, _RangeError) else validator
                failed = 1 if sink.size != begun else failed + 1
                if not sink.size or failed >= session.retry.max_attempts:
                    raise
                await session.state.clock.sleep(session.retry.wait(error, failed))

    @asynccontextmanager
    async def _opened(
        self, place: Place, received: int = 0, validator: str = ""
    ) -> AsyncGenerator[StreamedResponse]:
        """Open a recording, from a byte on where there is a validator, wherever redirects lead."""
        for _ in range(_HOPS):
            request = place.request
            if received and validator:
                more = {"Range": f"bytes={received}-", "If-Range": validator}
                request = attrs.evolve(request, headers=Headers({**request.headers, **more}))
            try:
                async with self._host.session.stream(request, self._judge, signed=place.signed) as response:
                    if not self._is_recording(response):
                        raise _StateError(RecordingState.NOT_YET, response.status)
                    yield response
                return
            except _MovedError as moved:
                place = self._behind(place, moved.location)
        raise DecodeError("the recording is behind too many redirects")

    def _judge(self, response: Response) -> None:
        """Raise what a response without a recording means."""
        location = response.headers.get("Location")
        if 300 <= response.status < 400 and location:
            raise _MovedError(location)
        state = self._state_of(response)
        if state is not None:
            raise _StateError(state, response.status)
        if response.status == 416:
            raise _RangeError("the host has no such part of the recording", status=416)
        self._refuse(response)

    def _behind(self, place: Place, location: str) -> Place:
        """Return where a redirect leads: on the vendor's host with credentials, once to another host without."""
        url = urljoin(place.request.url, location)
        here, there, home = (urlsplit(one) for one in (place.request.url, url, self._host.url))
        same = there.netloc == here.netloc
        if there.scheme != "https" and there.scheme != home.scheme:
            url = there._replace(scheme="https").geturl()  # the vendor's own links say http
        if not same and not place.signed:
            raise DecodeError("the recording is behind a redirect to a third host, which is not followed")
        request = attrs.evolve(place.request, url=url)
        return Place(request, signed=place.signed and same)


class LinkedRecordings(Recordings):
    """Recordings behind links to a host of files, which gets no credentials: a link alone gives access to a recording."""

    _expired: ClassVar[str]
    """What to do about a link that the host refuses."""

    def _behind_link(self, link: str) -> Place:
        """Return where a link leads, over https unless the API itself is asked over http."""
        parts = urlsplit(link)
        if parts.scheme == "http" and urlsplit(self._host.url).scheme != "http":
            parts = parts._replace(scheme="https")
        request = Request(
            operation="recordings.save",
            method="GET",
            path="{recording}",
            url=parts._replace(fragment="").geturl(),
            retry_class=RetryClass.READ,
            headers=Headers({"Accept": "*/*"}),
        )
        return Place(request, signed=False)

    def _state_of(self, response: Response) -> RecordingState | None:
        return _STATES.get(response.status)

    def _refuse(self, response: Response) -> NoReturn:
        status = response.status
        failure: ApiError | None = http_failure(status, wait=wait_in(response.headers))
        if failure is None:
            kind = PermissionDeniedError if status in {401, 403} else InvalidRequestError
            failure = vendor_refusal(kind, "", f"HTTP {status}", code=None, step=self._expired)
        failure.add(**facts(response))
        raise failure
