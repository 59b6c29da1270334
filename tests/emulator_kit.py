"""Settings of an emulator for tests that choose them from a table of flat names, such as `ringme_put`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from stringee_async.emulator import RingMeSettings, StringeeSettings


def emulator_keywords(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Turn flat settings into keywords of an `Emulator`: `{"ringme_put": "reset"}` into `ringme_settings=...`.

    Args:
        flat: Settings of all vendors, RingMe's with `ringme_` before their names.
    """
    given = dict(flat)
    own = attrs.fields_dict(StringeeSettings)
    stringee = {name: given.pop(name) for name in flat if name in own}
    ringme = {
        name.removeprefix("ringme_"): given.pop(name)
        for name in flat
        if name.startswith("ringme_") and name != "ringme_settings"
    }
    if stringee:
        given["stringee_settings"] = StringeeSettings(**stringee)
    if ringme:
        given["ringme_settings"] = RingMeSettings(**ringme)
    return given
