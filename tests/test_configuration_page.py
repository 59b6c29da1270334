"""The page about configuration names every environment variable and every key of a profile."""

from __future__ import annotations

import re
from pathlib import Path

import stringee_async
from stringee_async.core.profiles import CONFIG_VARIABLES, PROFILE_VARIABLES, SETTINGS

PAGE = (Path(__file__).parent.parent / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`(\w+)`", PAGE))
VARIABLE = r"\b(?:STRINGEE|RINGME|ITNIOTECH)_[A-Z]+(?:_[A-Z]+)*\b"
COMMON = {"vendor", "allow_http", "phone_country", "signing_key", "path_secret"}


def test_it_names_every_variable() -> None:
    """Those whose name stands in the sources, and those that are made of a vendor and a setting."""
    sources = [
        file.read_text(encoding="utf-8") for file in Path(stringee_async.__file__).parent.rglob("*.py")
    ]
    written = {name for source in sources for name in re.findall(rf'["`]({VARIABLE})["`]', source)}
    made = {
        f"{vendor}_{name}".upper() for vendor, one in SETTINGS.items() for name in (*one.names, "allow_http")
    }
    wanted = written | made | {*PROFILE_VARIABLES, *CONFIG_VARIABLES}
    assert wanted - NAMED == set()
    assert {name for name in NAMED if re.fullmatch(VARIABLE, name)} - wanted == set()


def test_it_names_every_key_of_a_profile() -> None:
    keys = {name for one in SETTINGS.values() for name in (*one.names, f"{one.secret}_env")}
    assert (keys | COMMON) - NAMED == set()
