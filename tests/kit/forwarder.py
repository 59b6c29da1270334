"""A TCP forwarder in front of a server, which can have an outage."""

from __future__ import annotations

import asyncio
from typing import Literal, Self

Weather = Literal["fair", "close", "refuse", "swallow"]
"""What a `Forwarder` does: forward, close what it accepts, listen no more, or read and never respond."""


class Forwarder:
    """A TCP forwarder in front of the server at a port of this machine, which can have an outage."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._weather: Weather = "fair"
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections = 0
        self.port = 0

    async def __aenter__(self) -> Self:
        await self._listen()
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._weather = "close"
        await asyncio.sleep(0.01)  # connections that were accepted just now come to their task
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def turn(self, weather: Weather) -> None:
        """Begin or end an outage; connections that are open break, or never hear anything again."""
        if self._weather == "refuse" and weather != "refuse":
            await self._listen()
        if weather == "refuse":
            self._server.close()
        self._weather = weather
        if weather in {"close", "refuse"}:
            for writer in self._writers:
                writer.transport.abort()

    async def outage(self, seconds: float, kind: Weather) -> None:
        """Have an outage and end it."""
        await self.turn(kind)
        await asyncio.sleep(seconds)
        await self.turn("fair")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        self.connections += 1
        try:
            if self._weather == "swallow":
                await reader.read(-1)
            elif self._weather == "fair":
                there, back = await asyncio.open_connection("127.0.0.1", self._target)
                pumps = [
                    asyncio.ensure_future(self._pump(reader, back)),
                    asyncio.ensure_future(self._pump(there, writer)),
                ]
                try:
                    await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    back.transport.abort()
                    for pump in pumps:
                        pump.cancel()
                    await asyncio.gather(*pumps, return_exceptions=True)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if self._weather == "swallow":
                await asyncio.Event().wait()
            writer.write(data)
