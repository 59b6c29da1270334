"""What the SDK costs beside bare aiohttp, as ratios of interleaved rounds in one run.

    python benchmarks/overhead.py [--rounds 7] [--calls 2000]

The server is a bare asyncio protocol in a process of its own that answers from memory, so that the client is
what is measured. The reference ("bare") is aiohttp with `json`, a fixed token, plain dicts, no retry and no
limit. The SDK runs with everything on. A ratio above 1 means that the SDK is faster.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import statistics
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from multiprocessing.connection import Connection

import aiohttp

from stringee_async import StringeeClient

ROW = {
    "id": "AG_XPHOV0V7X71EFH98",
    "project": 246,
    "account": 408,
    "name": "Nguyen Van An",
    "stringee_user_id": "an.nguyenvan",
    "manual_status": None,
    "system_status": 0,
    "device_status": 0,
    "last_time_pickup": 0,
    "last_time_support_call_ended": 0,
}
PAGES, SIZE = 20, 50


def answer(body: object) -> bytes:
    data = json.dumps(body).encode()
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data) + data
    )


CREATED = answer({"r": 0, "project": 246, "agentID": "2QAX0YOR5D55HH0N", "message": "Create agent success"})
LISTED = {
    number: answer(
        {
            "r": 0,
            "data": {
                "totalPages": PAGES,
                "currentPage": number,
                "limit": SIZE,
                "totalAgents": str(PAGES * SIZE),
                "agents": [{**ROW, "id": f"AG_{number}_{index}"} for index in range(SIZE)],
            },
        }
    )
    for number in range(1, PAGES + 1)
}


class Server(asyncio.Protocol):
    """Answers each request from memory, looking no further than the request line and the length."""

    def __init__(self) -> None:
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            length = 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line[15:])
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            if head.startswith(b"GET"):
                number = int(head.split(b"page=", 1)[1].split(b"&", 1)[0].split(b" ", 1)[0])
                self.transport.write(LISTED[number])
            else:
                self.transport.write(CREATED)


def serve(pipe: Connection) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


async def fan_out(one: Callable[[], Awaitable[object]], calls: int, width: int) -> None:
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await one()

    await asyncio.gather(*(work() for _ in range(width)))


async def compare(url: str, rounds: int, calls: int) -> dict[str, list[float]]:
    ratios: dict[str, list[float]] = {}
    headers = {"X-STRINGEE-AUTH": "token", "Accept": "application/json"}
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as bare,
        StringeeClient("SKbench", "k" * 40, icc_url=url) as client,
    ):

        async def bare_create() -> None:
            body = {"name": "An", "stringee_user_id": "u.an"}
            async with bare.post(url + "/v1/agent", json=body, headers=headers) as response:
                await response.json()

        async def sdk_create() -> None:
            await client.agents.create(name="An", stringee_user_id="u.an")

        async def bare_page(number: int) -> None:
            query = {"page": str(number), "limit": str(SIZE)}
            async with bare.get(url + "/v1/agent", params=query, headers=headers) as response:
                await response.json()

        async def bare_list() -> None:
            for number in range(1, PAGES + 1):
                await bare_page(number)

        async def sdk_list() -> None:
            assert len(await client.agents.list().collect()) == PAGES * SIZE

        async def bare_list_ahead() -> None:
            gate = asyncio.Semaphore(8)

            async def one(number: int) -> None:
                async with gate:
                    await bare_page(number)

            await asyncio.gather(*(one(number) for number in range(1, PAGES + 1)))

        async def sdk_list_ahead() -> None:
            assert len(await client.agents.list(read_ahead=8).collect()) == PAGES * SIZE

        lists = max(1, calls // 100)
        work: dict[str, tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]] = {}
        for width in (1, 16, 64, 256):
            work[f"create, {width} at once"] = (
                lambda width=width: fan_out(bare_create, calls, width),
                lambda width=width: fan_out(sdk_create, calls, width),
            )
        work["list 20 x 50, one page at a time"] = (
            lambda: fan_out(bare_list, lists, 1),
            lambda: fan_out(sdk_list, lists, 1),
        )
        work["list 20 x 50, 8 ahead"] = (
            lambda: fan_out(bare_list_ahead, lists, 1),
            lambda: fan_out(sdk_list_ahead, lists, 1),
        )
        for _ in range(rounds + 1):
            for name, (reference, ours) in work.items():
                seconds = []
                for run in (reference, ours):
                    started = time.perf_counter()
                    await run()
                    seconds.append(time.perf_counter() - started)
                ratios.setdefault(name, []).append(seconds[0] / seconds[1])
    return {name: values[1:] for name, values in ratios.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=2000)
    options = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    ratios = asyncio.run(compare(f"http://127.0.0.1:{ours.recv()}", options.rounds, options.calls))
    server.terminate()
    packages = ", ".join(f"{name} {version(name)}" for name in ("stringee-async", "aiohttp", "msgspec"))
    print(f"Python {platform.python_version()}, {packages}, {os.cpu_count()} cores, {options.rounds} rounds")
    print("| workload | SDK against bare aiohttp = 1 (median) | lowest | highest |\n|---|---|---|---|")
    for name, values in ratios.items():
        print(f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} | {max(values):.2f} |")


if __name__ == "__main__":
    main()
