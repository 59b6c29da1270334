"""The account's money. `client.balance()`.

Source: itniotech.com, api/account (balance).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import attrs

from ..core.convert import Loader
from ..core.model import as_struct
from ..core.operation import Operation
from ..core.wire import RetryClass
from .envelope import read_top
from .resource import Resource
from .row import Row

GET: Final = Operation("balance.get", "GET", "/sms/getBalance", RetryClass.READ)


@as_struct
@attrs.frozen(kw_only=True)
class Balance(Row):
    """What the account holds; amounts are exact. The currency is not stated.

    Args:
        balance: Money paid in.
        gift: Money given by the vendor.
        credit: What may be owed.
    """

    balance: Decimal | None = None
    gift: Decimal | None = None
    credit: Decimal | None = None


LOADER: Final = Loader(Balance)


class Accounts(Resource):
    """Operations on the account."""

    async def balance(self) -> Balance:
        """Return what the account holds.

        Raises:
            PermissionDeniedError: The account is locked.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._fetch(GET, {}, lambda operation, response: read_top(operation, response, LOADER))
