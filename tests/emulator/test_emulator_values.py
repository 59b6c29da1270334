"""Rules of values that are given to an emulator: one that makes no sense is refused where it is given, by name."""

from typing import Any

import pytest

from stringee_async.emulator import Emulator
from stringee_async.emulator.itniotech.settings import ItniotechSettings
from stringee_async.emulator.ringme.settings import RingMeSettings
from stringee_async.emulator.stringee.settings import StringeeSettings


class Scalar:
    """A value as numpy makes it: neither a bool nor a number of Python's, and nothing that JSON has."""

    def __bool__(self) -> bool:
        return True

    def __index__(self) -> int:
        return 1

    def __float__(self) -> float:
        return 1.0

    def __repr__(self) -> str:
        return "np.True_"


SETTINGS: list[tuple[type[Any], str, Any]] = [
    *[(Emulator, name, value) for name in ("unique", "date_header") for value in ("no", 1, None, Scalar())],
    *[
        (Emulator, name, value)
        for name in ("latency", "read_lag")
        for value in ("5", None, True, -1, Scalar())
    ],
    *[(Emulator, "clock_skew", value) for value in ("1", None, float("nan"), True)],
    *[(Emulator, "rate_limit", value) for value in (5, ("3", 1), (3,), (3, 1, 1), "31", (0.5, 1), Scalar())],
    *[
        (Emulator, name, value)
        for name in ("page_size_max", "page_size_default")
        for value in ("5", 1.5, 0, None)
    ],
    *[(Emulator, "request_log_limit", value) for value in ("5", 1.5, 0, True)],
    *[(Emulator, "latency", value) for value in (-1.0, float("inf"))],
    *[(Emulator, "webhook_hosts", value) for value in ("me.example", ["me.example"], (1,), ("",), None)],
    *[(Emulator, "rate_limit", value) for value in ((0, 1.0), (1, 0.0))],
    *[(Emulator, name, value) for name, value in (("over_limit", "drop"), ("order", Scalar()))],
    (Emulator, "delivery_timeout", -1.0),
    (StringeeSettings, "max_token_lifetime", 0.0),
    (StringeeSettings, "auth_failure", 401),
    (StringeeSettings, "message_key", "text"),
    (StringeeSettings, "link_paging", Scalar()),
    (StringeeSettings, "max_token_lifetime", "5"),
    (RingMeSettings, "gzip", "yes"),
    (RingMeSettings, "quota", 5),
    *[(RingMeSettings, "token_lifetime", value) for value in (None, 0.0, float("inf"))],
    (RingMeSettings, "expires_in", "no"),
    (RingMeSettings, "quota", (0, 3600.0)),
    (RingMeSettings, "quota_headers", "camel"),
    (RingMeSettings, "created", 200),
    (ItniotechSettings, "address_allowed", 0),
    *[(ItniotechSettings, "max_agents", value) for value in (1.5, -1)],
    *[(ItniotechSettings, "push_timeout", value) for value in ("5", 0.0)],
    (ItniotechSettings, "tolerance", -1.0),
    (ItniotechSettings, "failure_status", 199),
    (ItniotechSettings, "throttle", "503"),
    (ItniotechSettings, "page_size", 0),
    (ItniotechSettings, "push_interval", float("inf")),
    (ItniotechSettings, "time_form", "unix"),
]


@pytest.mark.parametrize(("kind", "name", "value"), SETTINGS)
def test_a_setting_of_another_kind_is_refused_by_name(kind: type[Any], name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{name} must be "):
        kind(**{name: value})
    settings = kind()
    if name != "request_log_limit":
        with pytest.raises(ValueError, match=f"{name} must be "):
            setattr(settings, name, value)


def test_settings_that_make_sense_are_taken() -> None:
    emulator = Emulator(latency=0, rate_limit=[3, 1.5], page_size_max=7, request_log_limit=None, unique=False)  # type: ignore[arg-type]
    emulator.rate_limit = None
    assert (emulator.page_size_max, emulator.unique) == (7, False)
    assert StringeeSettings(max_token_lifetime=None).max_token_lifetime is None


@pytest.mark.parametrize("value", [Scalar(), object(), b"x", {1, 2}, [Scalar()]])
def test_a_column_holds_only_what_json_has(value: Any) -> None:
    state = Emulator().state
    for add, where in (
        (lambda: state.stringee.add_queue("Q", record_calls=value), "queues: record_calls"),
        (lambda: state.stringee.add_group(value), "groups: name"),
        (lambda: state.ringme.add_extension("101", label=value), "label"),
        (lambda: state.itniotech.add_group("Sales", appId=value), "appId"),
    ):
        with pytest.raises(ValueError, match=f"{where} must be a value that JSON has, not "):
            add()
    assert not state.stringee.queues
    assert not state.stringee.groups


@pytest.mark.parametrize(
    "add",
    [
        lambda state: state.stringee.add_agent("An", "u.an", nmae="x"),
        lambda state: state.ringme.add_extension("1", colour="red"),
        lambda state: state.ringme.add_agent("remote", number="1", extension_id=1),
        lambda state: state.ringme.add_agent("remote"),
        lambda state: state.ringme.add_agent("local", extension_id=999),
        lambda state: state.ringme.add_agent("local", extension_id=state.ringme.add_extension("1", "fax")),
        lambda state: state.ringme.add_sound("x", "x.mp3", size=5),
        lambda state: state.ringme.add_call(1, colour="red"),
        lambda state: state.ringme.add_caller(1, "84", colour="red"),
        lambda state: state.ringme.add_agent_event("local", 1, "agent-login", "http://x/", colour="red"),
        lambda state: state.itniotech.add_group("Sales", wrapUp=1),
    ],
)
def test_a_row_that_its_table_cannot_hold_is_an_error_of_the_test(add: Any) -> None:
    with pytest.raises(ValueError, match=r"no column|missing|no extension"):
        add(Emulator(seed=1).state)
