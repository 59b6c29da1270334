"""One response that is handed out while it comes, such as a recording.

One job: keep a response open between its head and its end, with the connection slot that it takes. A refusal is read
whole, so that the vendor's reader can say what it means.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Final

from .call_state import Decode
from .errors import DecodeError
from .gate import Gate
from .messages import Request, Response
from .options import Timeouts
from .slots import Slots
from .streamed import StreamedResponse
from .transport import Transport

_LONGEST_REFUSAL: Final = 1024 * 1024
"""Bytes of a refusal that are read."""


class Download:
    """A response under way; `refuse` raises what a response without a body to hand out means.

    Where it is `signed`, the vendor's credentials go along; never to another host than the vendor's.
    """

    _slots: Slots
    _streamed: StreamedResponse

    def __init__(self, transport: Transport, gate: Gate, refuse: Decode[Any], *, signed: bool = True) -> None:
        self.signed = signed
        self._transport = transport
        self._gate = gate
        self._refuse = refuse
        self._open: AsyncExitStack | None = None

    async def head(self, request: Request, timeouts: Timeouts) -> Response:
        """Send a request once, and return its response when the head has come; a refusal is read whole."""
        async with AsyncExitStack() as stack:
            streamed = await stack.enter_async_context(_streamed(self._transport, request, timeouts))
            if not 200 <= streamed.status < 300:
                body = b""
                async for piece in streamed:
                    body += piece
                    if len(body) > _LONGEST_REFUSAL:
                        break
                return Response(status=streamed.status, headers=streamed.headers, body=body)
            self._open = stack.pop_all()
        self._streamed = streamed
        return Response(status=streamed.status, headers=streamed.headers, body=b"")

    def keeps(self, slots: Slots) -> bool:
        """Return whether the response is open, and keep the slot that it takes until it is closed."""
        if self._open is None:
            return False
        self._slots = slots
        return True

    def read(self, response: Response) -> StreamedResponse:
        """Return the open response, or raise what a refusal means."""
        if self._open is not None:
            return self._streamed
        self._refuse(response)
        raise DecodeError(f"HTTP {response.status} holds nothing to download", status=response.status)

    async def aclose(self) -> None:
        """Close the response; its connection is used again if all of it was read."""
        opened, self._open = self._open, None
        if opened is not None:
            try:
                await opened.aclose()
            finally:
                self._gate.leave(self._slots)


def _streamed(
    transport: Transport, request: Request, timeouts: Timeouts
) -> AbstractAsyncContextManager[StreamedResponse]:
    """Return the response of a transport as it comes; of one that cannot stream, as a whole in one piece."""
    stream: Any = getattr(transport, "stream", None)
    return _whole(transport, request, timeouts) if stream is None else stream(request, timeouts)


@asynccontextmanager
async def _whole(
    transport: Transport, request: Request, timeouts: Timeouts
) -> AsyncGenerator[StreamedResponse]:
    response = await transport.send(request, timeouts)

    async def pieces() -> AsyncIterator[bytes]:
        yield response.body

    yield StreamedResponse(response.status, response.headers, pieces())
