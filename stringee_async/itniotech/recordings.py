"""Recordings of calls. `client.recordings`; a call record has the link of its recording.

The link leads to a host of files, which gets no credentials. The link alone gives access to the recording, so it is
shown nowhere. Source: itniotech.com, api/call (record push). How long links last is not documented.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from ..core.errors import ConfigError, NotFoundError
from ..core.field_rules import web_address
from ..core.recordings import LinkedRecordings, Place, RecordingState, SavedRecording
from ..core.saving import Target
from .call_record_models import CallRecord, EndedCall
from .webhooks import CallRecordPush

_HIDDEN: Final = "of this link"


class Recordings(LinkedRecordings):
    """Operations on recordings."""

    _expired = "list the call record again: its link may have expired"

    async def state(self, recording_id: CallRecord | CallRecordPush | str) -> RecordingState:
        """Return whether a recording can be downloaded.

        Args:
            recording_id: The call record, a push of one, or its `recording_id`, which is a link.

        Raises:
            ConfigError: It is no link, or neither record nor text.
            PermissionDeniedError: The host refuses the link, which may have expired.
            SdkError: As for every call. Safe to repeat.
        """
        link = _link(recording_id)
        return RecordingState.NONE if link is None else await super().state(link)

    async def save(self, recording_id: CallRecord | CallRecordPush | str, target: Target) -> SavedRecording:
        """Download a recording into a file or a writer, with a few hundred kilobytes of memory whatever its size.

        No credentials go along, plain http is not used, and no redirect to another host is followed. Where the
        connection breaks, the download goes on from there if the host can, and begins again if not.

        Args:
            recording_id: As for `state`.
            target: The path of a file, which is moved into place when it is whole, or an object with `write`.

        Returns:
            How much was saved, and what it is.

        Raises:
            NotFoundError: The call has no recording, or it is not there, not yet or no longer.
            ConfigError: It is no link, or the target cannot be written.
            PermissionDeniedError: The host refuses the link, which may have expired.
            SdkError: As for every call. Safe to repeat: an unfinished file is never left in place.
        """
        link = _link(recording_id)
        if link is None:
            raise self._not_there("", RecordingState.NONE, "recordings.save")
        return await super().save(link, target)

    async def wait(self, recording_id: CallRecord | CallRecordPush | str, *, timeout: float = 300.0) -> None:
        """Wait until a recording can be downloaded: it is asked for after 2 s, 4 s and so on, at most every 30 s.

        Args:
            recording_id: As for `state`.
            timeout: Seconds to wait at most.

        Raises:
            NotFoundError: The call has no recording, or it was deleted.
            DeadlineError: It is not there in time.
            ConfigError: It is no link, or `timeout` is no number of seconds.
            SdkError: As for every call. Safe to repeat.
        """
        link = _link(recording_id)
        if link is None:
            raise self._not_there("", RecordingState.NONE, "recordings.wait")
        await super().wait(link, timeout=timeout)

    async def _place(self, recording_id: str) -> Place:
        return self._behind_link(recording_id)

    def _not_there(self, recording_id: str, state: RecordingState, operation: str) -> NotFoundError:
        del recording_id  # the link alone gives access to the recording
        return super()._not_there(_HIDDEN, state, operation)


def _link(recording: object) -> str | None:
    """Return the link of a recording; None for a record that has none."""
    if isinstance(recording, EndedCall):
        recording = recording.recording_id
        if recording is None:
            return None
    link = web_address("recording_id", recording)
    if urlsplit(link).scheme not in {"https", "http"}:
        raise ConfigError("recording_id must be a link that begins with https://")
    return link
