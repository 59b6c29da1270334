"""Call scripts: each step by the vendor's names, checked before anything is sent, in an order that works."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import ConfigError, to_dict
from stringee_async.stringee import scco
from stringee_async.stringee.scco import (
    ask_keys,
    connect,
    phone,
    play,
    record,
    record_message,
    script,
    stream,
    talk,
    user,
)

URL = "https://me.example/hook"
OURS, AN = phone("+84 28 7100 0000"), user("u.an", alias="An")
TO_AN = {"type": "internal", "number": "u.an", "alias": "An"}
FROM_US = {"type": "external", "number": "842871000000", "alias": "842871000000"}

STEPS: dict[str, tuple[Any, dict[str, Any]]] = {
    "connect least": (lambda: connect(caller=OURS, to=AN), {"action": "connect", "from": FROM_US, "to": TO_AN}),
    "connect all": (
        lambda: connect(
            caller=OURS, to=AN, timeout=30, max_connect_time=-1, peer_to_peer=False, continue_on_fail=True,
            on_fail_event_url=URL, custom_data="x", max_connection=2,
        ),
        {
            "action": "connect", "from": FROM_US, "to": TO_AN, "timeout": 30, "maxConnectTime": -1,
            "peerToPeerCall": False, "continueOnFail": True, "onFailEventUrl": URL, "customData": "x",
            "maxConnection": 2,
        },
    ),
    "record": (
        lambda: record(event_url=URL, format="wav", stereo=True),
        {"action": "record", "eventUrl": URL, "format": "wav", "recordStereo": True},
    ),
    "record_message": (
        lambda: record_message(event_url=URL, format="mp3", beep_start=False, extra={"silenceTimeout": 1500}),
        {"action": "recordMessage", "eventUrl": URL, "format": "mp3", "beepStart": False, "silenceTimeout": 1500},
    ),
    "talk": (
        lambda: talk("Xin chào", voice="banmai", speed=-1, barge_in=True, loop=2),
        {"action": "talk", "text": "Xin chào", "voice": "banmai", "speed": -1, "bargeIn": True, "loop": 2},
    ),
    "play a file": (lambda: play("a.mp3", loop=1), {"action": "play", "fileName": "a.mp3", "loop": 1}),
    "play a URL": (lambda: play(url=URL, barge_in=True), {"action": "play", "url": URL, "bargeIn": True}),
    "stream": (lambda: stream("a.mp3"), {"action": "stream", "fileName": "a.mp3"}),
    "ask_keys": (
        lambda: ask_keys(event_url=URL, timeout=5, submit_on_hash=True, max_digits=4, custom_field="menu"),
        {
            "action": "input", "eventUrl": URL, "timeOut": 5, "submitOnHash": True, "maxDigits": 4,
            "customField": "menu",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STEPS)
def test_a_step_is_sent_by_the_vendors_names(case: str) -> None:
    make, sent = STEPS[case]
    assert to_dict(make()) == sent
    assert json.loads(json.dumps(script([make()]))) == [sent]


def test_a_recorded_call_does_not_go_from_end_to_end() -> None:
    """With the sound going straight there is nothing to record; `script` switches that off behind `record`."""
    steps = script([record(), connect(caller=OURS, to=AN), connect(caller=OURS, to=AN, peer_to_peer=False)])
    assert [step.get("peerToPeerCall") for step in steps] == [None, False, False]
    assert "peerToPeerCall" not in script([connect(caller=OURS, to=AN)])[0]


def test_a_step_that_has_no_function_goes_as_it_is() -> None:
    assert script([{"action": "new", "level": 1}, talk("hi")])[0] == {"action": "new", "level": 1}


def test_a_national_number_needs_its_country() -> None:
    assert phone("0901234567", country="VN") == phone("84901234567")
    assert phone("8 (912) 123-45-67", country="RU").number == "79121234567"
    with pytest.raises(ConfigError, match="country"):
        phone("0901234567", country="Vietnam")


def test_numbers_and_users_are_not_printed() -> None:
    assert "84287" not in repr((OURS, connect(caller=OURS, to=AN)))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("behind|before connect", lambda: script([connect(caller=OURS, to=AN), record()])),
        ("peer_to_peer", lambda: script([record(), connect(caller=OURS, to=AN, peer_to_peer=True)])),
        ("actions", lambda: script([])),
        ("actions", lambda: script("talk")),  # type: ignore[arg-type]
        ("actions", lambda: script({"action": "talk"})),  # type: ignore[arg-type]
        ("actions", lambda: script([{"text": "hi"}])),
        ("actions", lambda: script([7])),  # type: ignore[list-item]
        ("caller", lambda: connect(caller="842871000000", to=AN)),  # type: ignore[arg-type]
        ("to", lambda: connect(caller=OURS, to=None)),  # type: ignore[arg-type]
        ("timeout", lambda: connect(caller=OURS, to=AN, timeout=-1)),
        ("on_fail_event_url", lambda: connect(caller=OURS, to=AN, on_fail_event_url="me.example")),
        ("tmeout", lambda: connect(caller=OURS, to=AN, tmeout=3)),  # type: ignore[call-arg]
        ("format", lambda: record(format="ogg")),  # type: ignore[arg-type]
        ("event_url", lambda: record_message(event_url="x")),
        ("text", lambda: talk("")),
        ("loop", lambda: talk("hi", loop=0)),
        ("either file_name or url", lambda: play()),
        ("either file_name or url", lambda: play("a.mp3", url=URL)),
        ("url", lambda: play(url="x")),
        ("file_name", lambda: stream("")),
        ("max_digits", lambda: ask_keys(event_url=URL, max_digits=0)),
        ("number", lambda: phone("0901234567")),
        ("user_id", lambda: user("")),
        ("alias", lambda: user("u", alias="")),
        ("extra", lambda: record(extra={"x": b"1"})),
    ],
)
def test_what_cannot_work_is_refused_by_name(name: str, make: Any) -> None:
    with pytest.raises(ConfigError, match=name):
        make()


@pytest.mark.parametrize(
    "function", [connect, record, record_message, talk, play, stream, ask_keys, script, phone, user]
)
def test_each_function_says_everything(function: Any) -> None:
    text = function.__doc__
    assert "Args:" in text
    assert "Returns:" in text
    assert "Raises:" in text


def test_help_shows_the_settings_of_a_step() -> None:
    assert "timeout (int, 0 to 86,400)" in (scco.connect.__doc__ or "")


@pytest.mark.parametrize("name", ["action", "text"])
def test_further_fields_change_nothing_that_a_step_has(name: str) -> None:
    with pytest.raises(ConfigError, match=f"extra must not hold {name}"):
        scco.talk("Hello", extra={name: "connect"})
