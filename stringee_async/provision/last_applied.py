"""What the last run applied: a frozen value that says what may leave. Advisory: without it a plan is still right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, get_args

import attrs

from ..core.errors import ProvisionError
from .nouns import ENDS, Kind
from .things import Reading, Ref

FORM: Final = 1
"""The version of the form in which it is saved."""
_KINDS: Final = frozenset(get_args(Kind))


@attrs.frozen(kw_only=True)
class LastApplied:
    """What the last run applied.

    Args:
        refs: All that was wished then, by kind and key.
        agents: How many agents were wished.
        modified: When the newest of the files was changed, seconds since the epoch; 0 where that is unknown.
        files: When each file that was ever applied was changed, as it was applied last, by its name without folders.
        wish_digest: Of the wish; see `wish.wish_digest_of`.
    """

    refs: frozenset[Ref] = frozenset()
    agents: int = 0
    modified: float = 0.0
    files: Mapping[str, float] = attrs.field(factory=dict[str, float])
    wish_digest: str = ""

    def after(self, before: LastApplied, reading: Reading) -> LastApplied:
        """Return what is on record after a run: what it applied, and what earlier ones applied and is there still.

        What this run did not read, as its files say nothing of such things, is taken to be there.

        Args:
            before: What was on record before the run.
            reading: What is there after it.
        """
        there = reading.live.keys() | reading.twice.keys()
        kept = {ref for ref in before.refs if ref in there or not _was_read(ref, reading)}
        silent = not any(kind == "agent" for kind, _ in self.refs) and "agent" not in reading.read
        agents = before.agents if silent else self.agents
        files = {**before.files, **self.files}
        return attrs.evolve(self, refs=self.refs | kept, agents=agents, files=files)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it, the same for the same value; `from_json` reads it again."""
        keys: dict[str, list[list[str]]] = defaultdict(list)
        for kind, key in sorted(self.refs):
            keys[kind].append(list(key))
        return {
            "form": FORM,
            "agents": self.agents,
            "modified": self.modified,
            "files": dict(self.files),
            "wish_digest": self.wish_digest,
            "refs": dict(keys),
        }

    @classmethod
    def from_json(cls, value: Any) -> LastApplied:
        """Return the value that `to_json` wrote.

        Raises:
            ProvisionError: It is none.
        """
        try:
            if value["form"] != FORM:
                raise ProvisionError(f"the record of the last run has form {value['form']!r}, not {FORM}")
            unknown = set(value["refs"]) - _KINDS
            if unknown:
                raise ProvisionError(f"the record of the last run holds unknown kinds: {sorted(unknown)}")
            return cls(
                refs=frozenset(
                    (kind, tuple(map(str, key))) for kind, keys in value["refs"].items() for key in keys
                ),
                agents=int(value["agents"]),
                modified=float(value["modified"]),
                files={str(name): float(when) for name, when in value.get("files", {}).items()},
                wish_digest=str(value["wish_digest"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ProvisionError("the record of the last run cannot be read") from error


def _was_read(ref: Ref, reading: Reading) -> bool:
    kind, key = ref
    if kind in ENDS and (ENDS[kind][0], (key[0],)) not in reading.members_of:
        return (ENDS[kind][0], (key[0],)) not in reading.live
    return kind in reading.read and not reading.doubts
