"""Call records of all vendors in an SQLite file: each call once, also after runs that were interrupted."""

from .core.call_export import CallRecordList, ExportedCalls
from .core.call_store import CallStore
from .core.windows import Span

__all__ = ["CallRecordList", "CallStore", "ExportedCalls", "Span"]
