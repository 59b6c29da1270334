"""Faults: what may go wrong with one call, and how it looks on the socket."""

from .fault import NAMES, Fault
from .value import FaultError

__all__ = ["NAMES", "Fault", "FaultError"]
