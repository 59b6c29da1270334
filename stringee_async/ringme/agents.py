"""Agents of both kinds. `client.agents`: `.local` are extensions, `.remote` are outside numbers.

One job: to hold the two. Each kind is numbered on its own, so an id means nothing without its kind.
"""

from __future__ import annotations

from .local_agents import LocalAgents
from .remote_agents import RemoteAgents
from .resource import ApiHost


class Agents:
    """Agents by kind.

    Args:
        host: The session and host to use.
    """

    def __init__(self, host: ApiHost) -> None:
        self.local = LocalAgents(host)
        self.remote = RemoteAgents(host)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.local!r}, {self.remote!r}>"
