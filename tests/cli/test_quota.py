"""`quota` and `--quota-url`: who shares a quota, commands that share it, and what is said where there is none."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from stringee_async.shared_quota import RedisRateLimiter

from ..kit.services import RedisServer
from .centre_files import written
from .conftest import Shell

NONE = "redis://127.0.0.1:1/0?limit=300/10&processes=2"


def test_a_command_shares_the_quota_and_quota_shows_it(shell: Shell, redis_server: RedisServer) -> None:
    url = f"{redis_server.url}?limit=300/90000&processes=2&name=cli"
    shell("agents", "list", "--quota-url", url)
    shell("agents", "list", STRINGEE_ASYNC_QUOTA_URL=url)
    state = json.loads(shell("quota", "--quota-url", url, "-o", "json").stdout)
    assert (state["used"], state["requests"], state["sharers"]) == (2, 300, [])  # they have ended
    assert shell("quota", "--quota-url", url, "-o", "ndjson").stdout.count("\n") == 1


def test_quota_shows_who_shares_it_who_waits_and_the_last_429(
    shell: Shell, redis_server: RedisServer
) -> None:
    url = f"{redis_server.url}?limit=300/90000&processes=2&name=shown"

    async def shared() -> None:
        async with RedisRateLimiter(url) as limiter:
            await limiter.acquire("x", "bulk")
            limiter.pause(30.0)
            await asyncio.sleep(0.03)
            said.append(await asyncio.to_thread(lambda: shell("quota", STRINGEE_ASYNC_QUOTA_URL=url).stdout))
            rows.append(
                await asyncio.to_thread(lambda: shell("quota", "--quota-url", url, "-o", "csv").stdout)
            )

    said: list[str] = []
    rows: list[str] = []
    asyncio.run(shared())
    lines = [line.split(None, 1) for line in said[0].splitlines()]
    facts = {words[0]: words[1] for words in lines if len(words) > 1}
    assert facts["quota"] == "shown: 300 requests in 90000 s"
    assert facts["used"] == "1 in the current window"
    assert facts["sharing"] == "1 process; 0 calls waiting"
    assert facts["now"].startswith("all pause for ")
    assert "30 s, told to " in said[0]
    assert rows[0].startswith("process,since,seen,permits,interactive,bulk")
    assert len(rows[0].splitlines()) == 2


def test_without_a_store_it_says_what_to_do(shell: Shell) -> None:
    said = shell("quota", code=1).stderr
    assert "no shared quota is configured: give --quota-url or set STRINGEE_ASYNC_QUOTA_URL" in " ".join(
        said.split()
    )


def test_a_store_that_is_down_is_named_without_the_password(shell: Shell) -> None:
    said = shell("quota", "--quota-url", NONE.replace("//", "//:geheim@"), code=1).stderr
    assert "redis://127.0.0.1:1/0 cannot be used" in " ".join(said.split())
    assert "geheim" not in said


def test_rate_and_quota_are_not_taken_together(shell: Shell, tmp_path: Path) -> None:
    said = shell("apply", written(tmp_path), "--yes", "--rate", "30/1", "--quota-url", NONE, code=1).stderr
    assert "--rate and --quota-url are given" in " ".join(said.split())
    assert not shell.emulator.requests


def test_apply_goes_on_at_its_part_of_the_quota_while_the_store_is_down(shell: Shell, tmp_path: Path) -> None:
    done = shell("apply", written(tmp_path), "--yes", "--quota-url", NONE.replace("300/10", "90000/10"))
    assert "nothing is left to do" in done.stdout
    assert "keeps to 1/2 of the quota" in " ".join(done.stderr.split())
