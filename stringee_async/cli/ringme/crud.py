"""Nouns of RingMe whose lists are over a span of time: the commands of the package's `crud` with times in UTC."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import attrs

from ..command_context import CommandContext
from ..crud import Crud, Given
from .context import RingMeContext


@attrs.frozen(kw_only=True)
class CrudOverTime(Crud):
    """A noun whose list takes `since` and `until`."""

    context: type[CommandContext[Any]] = RingMeContext

    def _chosen(self, context: CommandContext[Any], verb: str, given: Given) -> Any:
        for name in ("since", "until"):
            if given.get(name) is not None:
                given[name] = given[name].replace(tzinfo=UTC)
        return super()._chosen(context, verb, given)
