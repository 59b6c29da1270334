"""The vendor settings of an emulator, and the keywords under which they were given before."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from stringee_async.emulator import Emulator, ItniotechSettings, RingMeSettings, StringeeSettings

OLD: dict[str, tuple[str, Any]] = {
    "max_token_lifetime": ("stringee_settings.max_token_lifetime", 60.0),
    "auth_failure": ("stringee_settings.auth_failure", "403"),
    "empty_page": ("stringee_settings.empty_page", "no_data"),
    "link_paging": ("stringee_settings.link_paging", False),
    "honour_filters": ("stringee_settings.honour_filters", False),
    "count_as_text": ("stringee_settings.count_as_text", False),
    "project_as": ("stringee_settings.project_as", "text"),
    "message_key": ("stringee_settings.message_key", "both"),
    "ringme_token_lifetime": ("ringme_settings.token_lifetime", 60.0),
    "ringme_expires_in": ("ringme_settings.expires_in", "text"),
    "ringme_bad_credentials": ("ringme_settings.bad_credentials", "401"),
    "ringme_created": ("ringme_settings.created", "200"),
    "ringme_deleted": ("ringme_settings.deleted", "200"),
    "ringme_put": ("ringme_settings.put", "reset"),
    "ringme_lists": ("ringme_settings.lists", "result"),
    "ringme_calls": ("ringme_settings.calls", "call_list"),
    "ringme_name_filter": ("ringme_settings.name_filter", "short"),
    "ringme_paging": ("ringme_settings.paging", "off"),
    "ringme_members": ("ringme_settings.members", "object"),
    "ringme_in_queue": ("ringme_settings.in_queue", "409"),
    "ringme_duplicate": ("ringme_settings.duplicate", "422"),
    "ringme_open_values": ("ringme_settings.open_values", True),
    "ringme_newer": ("ringme_settings.newer", True),
    "ringme_gzip": ("ringme_settings.gzip", True),
    "ringme_quota": ("ringme_settings.quota", (5, 60.0)),
    "ringme_quota_headers": ("ringme_settings.quota_headers", "lower"),
}


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


def test_every_vendor_setting_of_stringee_and_ringme_has_its_old_keyword() -> None:
    stringee = {f"stringee_settings.{name}" for name in attrs.fields_dict(StringeeSettings)}
    ringme = {f"ringme_settings.{name}" for name in attrs.fields_dict(RingMeSettings)}
    assert {path for path, _ in OLD.values()} == stringee | ringme


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
