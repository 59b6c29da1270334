"""The rigs of all vendors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from .itniotech_rig import ItniotechRig
from .rig import Rig
from .ringme_rig import RingMeRig
from .stringee_rig import StringeeRig

RIGS: Mapping[str, Rig] = {rig.vendor: rig for rig in (StringeeRig(), RingMeRig(), ItniotechRig())}


def each(table: str) -> pytest.MarkDecorator:
    """Parametrise a test over the entries of a table of every rig, as `rig` and `name`."""
    cases: Iterable[tuple[Rig, str]] = [(rig, name) for rig in RIGS.values() for name in getattr(rig, table)]
    return pytest.mark.parametrize(
        ("rig", "name"), [pytest.param(rig, name, id=f"{rig.vendor}:{name}") for rig, name in cases]
    )
