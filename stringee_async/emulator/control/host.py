"""What the control API needs of an emulator."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ..dialect import Dialect
from ..log import RecordedRequest
from ..plan import Faults
from ..settings import RateLimit


class Host(Protocol):
    """An emulator, as the control API sees it."""

    host: str
    clock_skew: float
    rate_limit: RateLimit | None
    state_file: Path | None
    webhook_hosts: tuple[str, ...]
    delivery_timeout: float
    faults: Faults

    @property
    def url(self) -> str:
        """Its address."""
        ...

    @property
    def dialects(self) -> Sequence[Dialect[Any, Any]]:
        """The dialects of all vendors."""
        ...

    @property
    def requests(self) -> Sequence[RecordedRequest]:
        """The recorded requests."""
        ...

    @property
    def in_flight(self) -> int:
        """How many requests are being handled."""
        ...

    def environment(self, project: int = 0) -> dict[str, str]:
        """The credentials of all vendors as environment variables."""
        ...

    def windows_used(self) -> list[tuple[str, int, float]]:
        """Accounts with the calls in their window of the rate limit, and seconds until it ends."""
        ...

    def dump(self) -> dict[str, Any]:
        """The whole state."""
        ...

    def restore(self, data: Any) -> None:
        """Put a state into place."""
        ...

    def reset(self) -> None:
        """Make all accounts empty."""
        ...

    async def save(self) -> Path:
        """Write the state to its file."""
        ...
