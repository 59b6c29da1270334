"""Extensions listed, and found by name. Part of `client.extensions`.

One job: the two ways to read several extensions, and what is learnt from those that come. Source of every fact here: the
vendor's pages on extensions, realms and names.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from operator import attrgetter
from typing import Final

from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.unset import UNSET
from ..core.validation import boolean, identifier, required_text
from .extension_models import LOADER, Extension
from .extension_search import NameSearch
from .ids import ME, Id, client_path
from .pages import ListPages
from .resource import Resource

PATH: Final = "/client/{client_id}/extension/"
PAGE_SIZE: Final = 30
"""Rows per page that hosts are known to serve."""
_USUAL: Final = PageOptions(PAGE_SIZE)
LIST: Final = Operation("extensions.list", "GET", PATH, RetryClass.READ)


class ExtensionListing(Resource):
    """Reading extensions, and what is learnt of their spelling."""

    def list(
        self,
        *,
        type: str | None = None,
        client_id: Id = ME,
        page_size: int = PAGE_SIZE,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[Extension]:
        """List extensions, lazily; nothing is sent before the first row is asked for.

        Most hosts tell neither rows nor pages in all, so the end is a page that is empty or brings nothing new (one
        request more; a short page is no end, as a host may serve fewer rows than it is asked for), and rows that
        move while the listing is read are not noticed.

        Args:
            type: Only `PHONE`, `QUEUE`, `IVR`, `FAX`, or another type.
            page_size: Rows per page, 1 to 100; 30 is what is known to be served.

        Returns:
            A listing: `async for extension in client.extensions.list(type=QUEUE)`.

        Raises:
            ConfigError: An argument is wrong; at once.
            SdkError: While iterating: a page could not be fetched. Safe to repeat.
        """
        return self._listing(
            client_path(client_id),
            {"type": UNSET if type is None else required_text("type", type)},
            PageOptions(page_size, read_ahead, max_passes, strict),
        )

    def _listing(
        self,
        path: Mapping[str, str],
        filters: Mapping[str, object],
        options: PageOptions = _USUAL,
    ) -> Paged[Extension]:
        return self._paged(
            ListPages(
                host=self._host,
                operation=LIST,
                filters={"path": sorted(path.items()), **filters},
                first=LIST.request(self._host.url, path=path, query=filters),
                strict=boolean("strict", options.strict),
                loader=LOADER,
                learn=self._meter.learn,
                seen=lambda page: self._learn(page.items, path),
            ),
            options,
            key=attrgetter("id"),
        )

    def _learn(self, extensions: Iterable[Extension], path: Mapping[str, str]) -> None:
        """Note how these extensions, and the client's own realm, are spelt."""
        for extension in extensions:
            self._known.learn_extension(extension.id, extension.name)
            if path["client_id"] == ME:
                self._known.learn_client(extension.client_id)

    async def _learnt(self, call: Awaitable[Extension], path: Mapping[str, str]) -> Extension:
        extension = await call
        self._learn((extension,), path)
        return extension

    async def find(self, *, name: str, client_id: Id = ME) -> Extension | None:
        """Return the extension of this name, or None; one request where the host is known to find names.

        The host is asked for the name, and what comes is compared here. Until the host has shown that it finds names,
        an empty response is not believed and all extensions are read, and so they are where it ignores the question.

        Args:
            name: The name with the client's prefix (`"000*370"`) or without (`"370"`), perhaps with `@domain`.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: Two or more extensions carry it; `ids` names them.
            SdkError: As for every call. Safe to repeat.
        """
        plain = required_text("name", identifier("name", name).partition("@")[0])
        path, session = client_path(client_id), self._host.session

        def listing(asked: str | None) -> Paged[Extension]:
            return self._listing(path, {} if asked is None else {"name": asked})

        search = NameSearch(
            filter=self._known.names,
            client=str(self._known.canonical(path)["client_id"]),
            name=plain,
            listing=listing,
            lock=session.state.exclusive((LIST.name, "name")),
        )
        return await search.run()
