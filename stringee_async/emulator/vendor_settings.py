"""The vendor settings of an emulator, and their old keywords.

Each vendor has one settings object. Keywords such as ``ringme_put="reset"`` and attributes such as
``emulator.ringme_put`` keep working; they read and write ``ringme_settings.put``, with a ``DeprecationWarning``.
"""

import warnings
from typing import Any

import attrs

from .itniotech.settings import ItniotechSettings
from .ringme.settings import RingMeSettings
from .settings import Settings
from .stringee.settings import StringeeSettings

_NOT_GIVEN: Any = ...


@attrs.define(kw_only=True, eq=False, repr=False)
class AllSettings(Settings):
    """The settings of all vendors together, and those of each.

    Args:
        stringee_settings: what only Stringee's dialect asks; its attributes may be changed at any time.
        ringme_settings: the same for RingMe.
        itniotech_settings: the same for ITNIO TECH.
    """

    stringee_settings: StringeeSettings = attrs.field(
        factory=StringeeSettings, on_setattr=attrs.setters.frozen
    )
    ringme_settings: RingMeSettings = attrs.field(factory=RingMeSettings, on_setattr=attrs.setters.frozen)
    itniotech_settings: ItniotechSettings = attrs.field(
        factory=ItniotechSettings, on_setattr=attrs.setters.frozen
    )


@attrs.define(kw_only=True, eq=False, repr=False)
class OldKeywords(AllSettings):
    """Keywords that were replaced by attributes of ``stringee_settings`` and ``ringme_settings``."""

    max_token_lifetime: Any = _NOT_GIVEN
    auth_failure: Any = _NOT_GIVEN
    empty_page: Any = _NOT_GIVEN
    link_paging: Any = _NOT_GIVEN
    honour_filters: Any = _NOT_GIVEN
    count_as_text: Any = _NOT_GIVEN
    project_as: Any = _NOT_GIVEN
    message_key: Any = _NOT_GIVEN
    ringme_token_lifetime: Any = _NOT_GIVEN
    ringme_expires_in: Any = _NOT_GIVEN
    ringme_bad_credentials: Any = _NOT_GIVEN
    ringme_created: Any = _NOT_GIVEN
    ringme_deleted: Any = _NOT_GIVEN
    ringme_put: Any = _NOT_GIVEN
    ringme_lists: Any = _NOT_GIVEN
    ringme_calls: Any = _NOT_GIVEN
    ringme_name_filter: Any = _NOT_GIVEN
    ringme_paging: Any = _NOT_GIVEN
    ringme_members: Any = _NOT_GIVEN
    ringme_in_queue: Any = _NOT_GIVEN
    ringme_duplicate: Any = _NOT_GIVEN
    ringme_open_values: Any = _NOT_GIVEN
    ringme_newer: Any = _NOT_GIVEN
    ringme_gzip: Any = _NOT_GIVEN
    ringme_quota: Any = _NOT_GIVEN
    ringme_quota_headers: Any = _NOT_GIVEN


def _alias(old: str, vendor: str, setting: str) -> property:
    """Make the property that reads and writes a vendor setting under its old name."""
    text = f"{old} of an Emulator is deprecated; use {setting} of its {vendor}; the old keyword goes with version 0.4"

    def read(emulator: OldKeywords) -> Any:
        warnings.warn(text, DeprecationWarning, stacklevel=2)
        return getattr(getattr(emulator, vendor), setting)

    def write(emulator: OldKeywords, value: Any) -> None:
        if value is not _NOT_GIVEN:
            warnings.warn(text, DeprecationWarning, stacklevel=3)
            setattr(getattr(emulator, vendor), setting, value)

    return property(read, write)


OLD_KEYWORDS = frozenset(attrs.fields_dict(OldKeywords)) - frozenset(attrs.fields_dict(AllSettings))
"""Keywords that still work, and that no message proposes."""
for _old in OLD_KEYWORDS:
    _vendor = "ringme_settings" if _old.startswith("ringme_") else "stringee_settings"
    setattr(OldKeywords, _old, _alias(_old, _vendor, _old.removeprefix("ringme_")))
