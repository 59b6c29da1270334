"""Runs every test here that asks for a `rig` once for each vendor."""

from ..conformance.conftest import rig

__all__ = ["rig"]
