"""The account's money. `client.balance()`.

Source: itniotech.com, api/account (balance).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ..core.model import model
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from .amounts import AmountLoader
from .resource import Resource
from .responses import top_model
from .row import Row

GET: Final = Operation("balance.get", "GET", "/sms/getBalance", RetryClass.READ)


@model(kw_only=True)
class Balance(Row):
    """What the account holds; amounts are exact. An amount that the vendor leaves blank is None.

    Args:
        balance: Money paid in.
        gift: Money given by the vendor.
        credit: What may be owed.
        currency: The currency, as the vendor writes it; None where it is not stated.
    """

    balance: Decimal | None = None
    gift: Decimal | None = None
    credit: Decimal | None = None
    currency: str | None = None


LOADER: Final = AmountLoader(Balance, "currency")


class Accounts(Resource):
    """Operations on the account."""

    async def balance(self) -> Balance:
        """Return what the account holds; see `ItniotechClient.balance`."""
        return await self._fetch(GET, {}, top_model(LOADER))
