"""Models that the tests read rows with."""

from __future__ import annotations

import json
from typing import Any

import attrs
from hypothesis import strategies as st

from stringee_async.core.decoding import Loader
from stringee_async.core.model import Model, as_struct
from stringee_async.stringee.agents import LOADER as AGENTS

SAMPLE: dict[str, Any] = {
    "id": "AG_XPHOV0V7X71EFH98",
    "project": 246,
    "account": 408,
    "name": "An",
    "stringee_user_id": "u.an",
    "manual_status": None,
    "system_status": 0,
    "device_status": 0,
    "last_time_pickup": 0,
    "last_time_support_call_ended": 0,
}


@as_struct
@attrs.frozen(kw_only=True)
class Thing(Model):
    """One field of each kind, required and optional."""

    id: str
    number: int
    flag: bool
    either: int | str
    text: str | None = None
    count: int | None = None
    on: bool | None = None
    mixed: int | str | None = None


THINGS = Loader(Thing)


THING = {"id": "T", "number": 1, "flag": True, "either": "x"}


def load(row: Any, loader: Loader[Any] = AGENTS, **options: Any) -> Any:
    return loader.load(row if isinstance(row, bytes) else json.dumps(row).encode(), **options)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
