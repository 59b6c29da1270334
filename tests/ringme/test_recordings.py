"""RingMe's recordings: from the API with the token, or behind a link that gets no credentials and is shown nowhere."""

from __future__ import annotations

import io
import logging
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest

from stringee_async import (
    ConfigError,
    DeadlineError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RecordingState,
    Response,
    RetryPolicy,
    SdkError,
    ServerError,
)
from stringee_async.emulator import Fault

from ..kit import answer, virtual
from .rig import ApiTransport, exchange_of, ringme_over

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)
SOUND = bytes(range(256)) * 2_000
LINK = "https://files.example/7.mp3?key=canary-link"
OCTOBER, NOVEMBER = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
SPAN: Any = {"since": OCTOBER, "until": NOVEMBER}


def sound() -> Response:
    return Response(status=200, headers={"Content-Type": "audio/mpeg"}, body=SOUND)


def link(url: object = LINK) -> Response:
    return answer({"record_url": url})


@pytest.mark.parametrize("by_link", [False, True])
async def test_the_recording_of_a_listed_call_is_waited_for_and_saved(tmp_path: Path, by_link: bool) -> None:
    """Over a cut connection: the storage host goes on where it broke off, the API begins again."""
    async with exchange_of({"retry": QUICK}) as x:
        x.state.call_history.add(117, started=OCTOBER.timestamp(), recording=SOUND, ready_after=3600.0)
        (call,) = await x.client.call_records.list(**SPAN).collect()
        recordings, key = x.client.recordings, str(call.recording_id)
        assert await recordings.state(key, by_link=by_link) is RecordingState.NOT_YET
        with pytest.raises(NotFoundError):
            await recordings.save(key, tmp_path / "early.mp3", by_link=by_link)
        recorded = x.state.call_history.recorded
        recorded[key.upper()] = attrs.evolve(recorded[key.upper()], ready=0.0)
        await recordings.wait(key, timeout=60.0, by_link=by_link)
        x.script(f"recordings.{'stored' if by_link else 'save'}", Fault.reset_mid_body(ending="close"))
        saved = await recordings.save(key.upper(), tmp_path / "call.mp3", by_link=by_link)
        last = x.emulator.requests[-1]
    assert (tmp_path / "call.mp3").read_bytes() == SOUND
    assert (saved.size, saved.content_type, saved.attempts) == (len(SOUND), "audio/mpeg", 2)
    assert [file.name for file in tmp_path.iterdir()] == ["call.mp3"]
    assert ("Authorization" in last.headers) is not by_link
    assert ("Range" in last.headers) is by_link


@pytest.mark.parametrize("later", [0.0, 0.4, 0.999])
@virtual
async def test_no_recording_at_or_after_the_end_is_deleted(later: float) -> None:
    """The vendor takes whole seconds: one that the end lies in is left."""
    transport = ApiTransport(answer(None, 204))
    async with ringme_over(transport) as client:
        end = OCTOBER + timedelta(seconds=later)
        await client.recordings.delete_all(since=OCTOBER - timedelta(days=1, seconds=0.5), until=end)
    query = parse_qs(urlsplit(transport.requests[0].url).query)
    assert query["start_datetime"] == ["2026-09-30 00:00:00"]
    assert query["end_datetime"] == ["2026-09-30 23:59:59"]


async def test_recordings_are_listed_counted_and_deleted() -> None:
    async with exchange_of() as x:
        days = [OCTOBER + timedelta(days=day) for day in range(40)]
        for day in days:
            x.state.call_history.add(117, started=day.timestamp(), recording=b"mp3")
        x.state.call_history.add(117, started=OCTOBER.timestamp())
        recordings = x.client.recordings
        found = await recordings.list(since=OCTOBER, until=days[-1], page_size=6).collect()
        assert [one.started for one in found] == days[:-1]
        assert [(one.id, one.record_file_size) for one in found[:1]] == [(found[0].record_uuid.lower(), 3)]
        assert await recordings.stats(**SPAN) == {"count": 31, "size": 93}
        await recordings.delete(found[0].id)
        with pytest.raises(NotFoundError):
            await recordings.delete(found[0].id)
        await recordings.delete(found[0].id, missing_ok=True)
        assert await recordings.state(found[0].id) is RecordingState.NOT_YET
        await recordings.delete_all(**SPAN)
        assert len(x.state.call_history.recordings) == 9


async def test_a_deletion_whose_response_was_lost_is_done() -> None:
    async with exchange_of({"retry": QUICK}) as x:
        key = x.state.call_history.add(117, recording=b"mp3")
        x.script("recordings.delete", Fault.lost_answer())
        await x.client.recordings.delete(f"117-{key}")
        assert x.state.call_history.recorded == {}


@virtual
async def test_a_link_is_fetched_for_each_download_and_asked_over_https_without_credentials() -> None:
    transport = ApiTransport(link(), sound(), link(LINK.replace("https", "http")), sound(), link())
    held = io.BytesIO()
    async with ringme_over(transport) as client:
        saved = await client.recordings.save("117-AB", held, by_link=True)
        assert await client.recordings.state("117-ab", by_link=True) is RecordingState.READY
        secret = await client.recordings.link("117-ab")
    assert (held.getvalue(), saved.size) == (SOUND, len(SOUND))
    assert secret.reveal() == LINK
    assert "canary" not in repr(secret)
    asked = [request for request in transport.requests if "files.example" in request.url]
    assert [request.url for request in asked] == [LINK, LINK]
    assert not any("Authorization" in request.headers for request in asked)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
@virtual
async def test_a_link_that_has_ended_is_fetched_once_more(status: int) -> None:
    refused = answer(b"<Error>expired</Error>", status)
    transport, held = ApiTransport(link(), refused, link(), sound()), io.BytesIO()
    async with ringme_over(transport) as client:
        await client.recordings.save("117-AB", held, by_link=True)
    assert held.getvalue() == SOUND
    transport = ApiTransport(link(), refused, link(), refused)
    async with ringme_over(transport) as client:
        with pytest.raises((NotFoundError, PermissionDeniedError)):
            await client.recordings.save("117-AB", io.BytesIO(), by_link=True)
    assert len(transport.requests) == 4


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (answer(b"", 400), InvalidRequestError),
        (answer(b"", 500), ServerError),
        (answer(b"", 302, Location="https://third.example/7.mp3"), DecodeError),
    ],
)
@virtual
async def test_an_error_of_the_storage_host_shows_no_link(
    response: Response, kind: type[SdkError], caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is a redirect to a third host followed."""
    caplog.set_level(logging.DEBUG)
    transport = ApiTransport(link(), default=response)
    async with ringme_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        with pytest.raises(kind) as caught:
            await client.recordings.save("117-AB", io.BytesIO(), by_link=True)
    assert "canary" not in f"{caught.value} {caught.value!r} {vars(caught.value)} {caplog.text}"


@pytest.mark.parametrize(
    "said", ["https:\\/\\/files.example\\/canary", ["canary"], {"url": "canary"}, 'canary " canary']
)
@virtual
async def test_an_error_of_a_response_keeps_no_link(said: object) -> None:
    """Neither of recordings nor of where events are reported; all else stays."""
    row = {"id": "x", "duration": [], "url": said, "storage_url": said, "record_url": said, "flow": "in"}
    async with ringme_over(ApiTransport(default=answer([row]))) as client:
        for call in (
            client.recordings.list(since=datetime(2026, 9, 1, tzinfo=UTC), strict=True).collect(),
            client.call_legs.list(117, since=datetime(2026, 9, 1, tzinfo=UTC), strict=True).collect(),
            client.extension_events.list(117, strict=True).collect(),
            client.recordings.link("117-AB"),
        ):
            with pytest.raises(DecodeError) as caught:
                await call
            assert b"canary" not in pickle.dumps(caught.value)
            assert b'"flow": "in"' in (caught.value.body or b"").replace(b'":"', b'": "')


@virtual
async def test_a_refusal_keeps_no_link() -> None:
    refused = answer(
        {"message": "no", "status": "access_denied", "record_url": "https://files.example/canary"}, 403
    )
    async with ringme_over(ApiTransport(default=refused)) as client:
        with pytest.raises(PermissionDeniedError) as caught:
            await client.recordings.link("117-AB")
    assert caught.value.body is not None
    assert b"canary" not in caught.value.body


@pytest.mark.parametrize("url", ["", "7.mp3", "ftp://files.example/canary", None, 7])
@virtual
async def test_what_is_no_link_is_an_error_of_the_response(url: object) -> None:
    async with ringme_over(ApiTransport(default=link(url))) as client:
        with pytest.raises(DecodeError) as caught:
            await client.recordings.save("117-AB", io.BytesIO(), by_link=True)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("response", "state"),
    [
        (answer({"message": "Record not found"}, 404), "not yet"),
        (answer({"message": "deleted"}, 410), "gone"),
        (answer({"wait": 1}), "not yet"),
    ],
)
@virtual
async def test_the_state_of_a_recording(response: Response, state: str) -> None:
    async with ringme_over(ApiTransport(default=response)) as client:
        assert await client.recordings.state("117-AB") == state
        if state == "not yet":
            with pytest.raises(DeadlineError):
                await client.recordings.wait("117-AB", timeout=5.0)


@virtual
async def test_a_refusal_that_says_nothing_of_the_recording_is_an_error_of_the_call() -> None:
    refused = answer({"message": "no", "status": "access_denied"}, 403)
    async with ringme_over(ApiTransport(default=refused)) as client:
        with pytest.raises(PermissionDeniedError):
            await client.recordings.state("117-AB")


@virtual
async def test_figures_of_any_form_are_returned() -> None:
    calls: list[Any] = [
        lambda c: c.recordings.stats(**SPAN), lambda c: c.call_records.stats(**SPAN),
        lambda c: c.call_legs.stats(117, **SPAN), lambda c: c.recordings.archive({"a": 1}),
    ]  # fmt: skip
    for call in calls:
        bodies = (answer({"a": 1}), answer([1]), answer(b"3"), answer(b"null"), answer(b"", 204))
        async with ringme_over(ApiTransport(*bodies)) as client:
            found = [await call(client) for _ in bodies]
        assert found == [{"a": 1}, {"result": [1]}, {"result": 3}, {"result": None}, {}]


@virtual
async def test_what_an_archive_cannot_be_asked_for_is_refused_before_anything_is_sent() -> None:
    transport = ApiTransport()
    async with ringme_over(transport) as client:
        for wrong in (None, [1], {1: 2}, {"a": b"x"}):
            with pytest.raises(ConfigError, match="fields"):
                await client.recordings.archive(wrong)  # type: ignore[arg-type]
    assert transport.requests == []


@virtual
async def test_wrong_arguments_are_refused_before_anything_is_sent() -> None:
    transport = ApiTransport()
    async with ringme_over(transport) as client:
        recordings = client.recordings
        wrong: Any
        for wrong in ("", "a/b", "..", 7, None):
            with pytest.raises(ConfigError, match="recording_id"):
                await recordings.state(wrong)
            with pytest.raises(ConfigError, match="recording_id"):
                await recordings.link(wrong)
            with pytest.raises(ConfigError, match="recording_id"):
                await recordings.delete(wrong)
        given: Any
        short = {"since": OCTOBER, "until": OCTOBER + timedelta(milliseconds=1)}
        for given in (
            {"since": OCTOBER, "until": OCTOBER},
            {"since": OCTOBER, "until": None},
            short,
            {**short, "since": OCTOBER + timedelta(microseconds=1)},
        ):
            with pytest.raises(ConfigError, match="until"):
                await recordings.delete_all(**given)
            with pytest.raises(ConfigError, match="until"):
                await recordings.stats(**given)
        with pytest.raises(ConfigError, match="by_link"):
            await recordings.save("117-AB", io.BytesIO(), by_link="yes")  # type: ignore[arg-type]
    assert transport.requests == []
