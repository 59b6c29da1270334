"""Recordings of calls. `client.recordings`, on the call host (`api_url`); a call's id is that of its recording.

Source: developer.stringee.com, rate-limit; what the host says of a recording that is not there is from public projects.
An event's link to a recording names the general host and http: the id in it is what is needed here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NoReturn

import attrs

from ..core.messages import Headers, Response
from ..core.operation import Operation
from ..core.recordings import Place, RecordingState
from ..core.recordings import Recordings as CoreRecordings
from ..core.retry_class import RetryClass
from ..core.streamed import StreamedResponse
from .refusals import refusal

SAVE: Final = Operation("recordings.save", "GET", "/v1/call/recording/{recording_id}", RetryClass.READ)

_STATES: Final = MappingProxyType({404: RecordingState.NOT_YET, 400: RecordingState.NONE})
_LEAST: Final = 500
"""Bytes; a success with fewer that is not called audio is what the host says before the file is ready."""
_MEDIA: Final = ("audio/", "video/")


class Recordings(CoreRecordings):
    """Operations on recordings. The vendor allows 30 downloads a minute, and the client keeps to that."""

    async def _place(self, recording_id: str) -> Place:
        request = SAVE.request(self._host.url, path={"recording_id": recording_id})
        return Place(attrs.evolve(request, headers=Headers({**request.headers, "Accept": "*/*"})))

    def _state_of(self, response: Response) -> RecordingState | None:
        return _STATES.get(response.status)

    def _refuse(self, response: Response) -> NoReturn:
        raise refusal(response)

    def _is_recording(self, response: StreamedResponse) -> bool:
        kind = response.headers.get("Content-Type", "").lower()
        size = response.headers.get("Content-Length", "")
        if kind.startswith(_MEDIA) or response.status == 206:
            return True
        return super()._is_recording(response) and not (size.isdecimal() and int(size) < _LEAST)
