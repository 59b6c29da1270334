"""A vendor in memory that carries requests out and loses responses, for `ensure` and `ensure_many`."""

from __future__ import annotations

import asyncio
import json
import urllib.parse
from collections.abc import Callable
from typing import Any, ClassVar

from stringee_async import OutcomeUnknownError, Request, Response

from .scripted_transport import answer


class World:
    """A vendor in memory that carries requests out, and loses responses as it is told.

    Args:
        fate: Says of each create: `"answer"`; `"lost"` (done, response lost); `"never"` (not done, response lost);
            `"late"` (done after a second, response lost).
    """

    TABLES: ClassVar = {
        "/v1/agent": ("agents", "agentID"),
        "/v1/group": ("groups", "groupID"),
        "/v1/queue": ("queues", "queueID"),
        "/v1/routing-call-to-groups": ("groupRoutings", "groupRoutingID"),
    }

    def __init__(self, fate: Callable[[int], Any] = lambda _: "answer") -> None:
        self.fate = fate
        self.rows: dict[str, list[dict[str, Any]]] = {path: [] for path in self.TABLES}
        self.creates = 0

    async def __call__(self, request: Request) -> Response:
        await asyncio.sleep(0.01)
        url = urllib.parse.urlsplit(request.url)
        path = next(path for path in self.TABLES if url.path.startswith(path))
        list_key, id_key = self.TABLES[path]
        rows = self.rows[path]
        body = json.loads(request.content or b"{}")
        if request.method == "GET":
            data = {"totalPages": 1, "currentPage": 1, "limit": 100, "totalCount": len(rows), list_key: rows}
            return answer({"r": 0, "data": data})
        if request.method != "POST":
            row = next(row for row in rows if row["id"] == url.path.rsplit("/", 1)[1])
            row.update(body)
            return answer()
        number, self.creates = self.creates, self.creates + 1
        fate, new_id = self.fate(number), f"{list_key}{number}"
        if fate == "late":
            asyncio.get_running_loop().call_later(1.0, rows.append, {"id": new_id, **body})
        elif fate != "never":
            rows.append({"id": new_id, **body})
        if fate == "answer":
            return answer({"r": 0, id_key: new_id})
        raise OutcomeUnknownError("lost")

    def total(self) -> int:
        """Return how many objects there are."""
        return sum(len(rows) for rows in self.rows.values())
