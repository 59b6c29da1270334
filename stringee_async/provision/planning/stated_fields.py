"""The fields that a specification states of an agent, as a mapping that copies nothing: a roster has very many agents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..spec import AgentSpec

_NAMES: Final = ("name", "phone", "routing", "extension")


class StatedFields(Mapping[str, Any]):
    """What an agent of a specification states beside `user_id` and groups.

    Args:
        agent: The agent.
    """

    __slots__ = ("_agent",)

    def __init__(self, agent: AgentSpec) -> None:
        self._agent = agent

    def __getitem__(self, name: str) -> Any:
        """Return the value of a field.

        Raises:
            KeyError: The agent does not state it.
        """
        value = getattr(self._agent, name) if name in _NAMES else None
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in _NAMES if getattr(self._agent, name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))
