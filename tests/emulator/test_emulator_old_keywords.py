"""The vendor settings of an emulator, and the keywords under which they were given before."""

from __future__ import annotations

from typing import Any, get_args

import attrs
import pytest

from stringee_async.emulator import Emulator, ItniotechSettings, RingMeSettings, StringeeSettings

KINDS: tuple[tuple[str, str, Any], ...] = (
    ("", "stringee_settings", StringeeSettings),
    ("ringme_", "ringme_settings", RingMeSettings),
)


def another(setting: attrs.Attribute[Any]) -> Any:
    """Return a value that a setting takes and does not have by default."""
    if isinstance(setting.default, bool):
        return not setting.default
    words = [word for word in get_args(setting.type) if isinstance(word, str)]
    return words[-1] if words else OTHERS[setting.name]


OTHERS = {"max_token_lifetime": 60.0, "token_lifetime": 60.0, "quota": (5, 60.0)}
"""Another value of each setting that is neither a switch nor a choice."""

NEWER = {
    "call_out_id", "recorded", "ring_seconds", "talk_seconds", "recording_delay", "event_form", "event_ids", "event_resends",
    "agent_requests_signed", "agent_request_interval",
}  # fmt: skip
"""Settings that were never given in the old form."""
OLD = {
    f"{prefix}{setting.name}": (f"{vendor}.{setting.name}", another(setting))
    for prefix, vendor, kind in KINDS
    for setting in attrs.fields(kind)
    if setting.name not in NEWER
}
"""Each old keyword, with the setting that it stands for and a value; every older setting of these vendors has one."""


def read(emulator: Emulator, path: str) -> Any:
    vendor, _, name = path.partition(".")
    return getattr(getattr(emulator, vendor), name)


@pytest.mark.parametrize("old", OLD)
def test_an_old_keyword_sets_the_vendor_setting(old: str) -> None:
    path, value = OLD[old]
    assert read(Emulator(), path) != value
    with pytest.warns(DeprecationWarning, match=path.partition(".")[2]):
        emulator = Emulator(**{old: value})
    assert read(emulator, path) == value


@pytest.mark.parametrize("old", OLD)
def test_an_old_attribute_reads_and_writes_the_vendor_setting(old: str) -> None:
    path, value = OLD[old]
    emulator = Emulator()
    with pytest.warns(DeprecationWarning, match=old):
        setattr(emulator, old, value)
    assert read(emulator, path) == value
    with pytest.warns(DeprecationWarning, match=old):
        assert getattr(emulator, old) == value


def test_an_old_keyword_refuses_what_the_setting_refuses() -> None:
    with (
        pytest.warns(DeprecationWarning, match="auth_failure"),
        pytest.raises(ValueError, match="auth_failure"),
    ):
        Emulator(auth_failure="402")


async def test_vendor_settings_are_given_in_one_form() -> None:
    stringee, ringme, itniotech = (
        StringeeSettings(project_as="text"),
        RingMeSettings(put="reset"),
        ItniotechSettings(page_size=3),
    )
    async with Emulator(
        stringee_settings=stringee, ringme_settings=ringme, itniotech_settings=itniotech
    ) as emulator:
        assert emulator.stringee_settings is stringee
        assert emulator.ringme_settings is ringme
        assert emulator.itniotech_settings is itniotech
        with pytest.raises(attrs.exceptions.FrozenAttributeError):
            emulator.ringme_settings = RingMeSettings()
