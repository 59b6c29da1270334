"""A consumer of the store of calls, checked by mypy and pyright in strict mode and never run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_type

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.call_store import CallRecordList, CallStore, ExportedCalls, Span


async def keep(
    stringee: StringeeClient, ringme: RingMeClient, itniotech: ItniotechClient, since: datetime
) -> None:
    async with CallStore("calls.db") as store:
        assert_type(store, CallStore)
        assert_type(await store.update(stringee.call_records, since=since), ExportedCalls)
        await store.update(ringme.call_records, overlap=timedelta(hours=1), direction="in")
        result = await store.update(itniotech.call_records, since=since, until=None)
        assert_type(result.new, int)
        assert_type(result.until, datetime)
        assert_type(await store.covered(ringme.call_records), Span | None)
        assert_type(await store.purge(older_than=timedelta(days=90)), int)


def any_of(client: StringeeClient | RingMeClient | ItniotechClient) -> CallRecordList:
    return client.call_records
