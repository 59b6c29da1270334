"""Whose a plan is: one for another account is refused, one from before the account told its name is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from stringee_async import PlanError, StringeeClient, provision
from stringee_async.provision.plan import Plan
from stringee_async.provision.running.plan_checks import check_account
from stringee_async.provision.spec import GroupSpec, Spec
from stringee_async.provision.vendors.stringee import StringeeAdapter

from ...kit.emulated import QuickClock, emulated

SPEC = Spec(groups=(GroupSpec(name="Sales"),))


async def test_an_empty_account_is_named_by_the_key_until_it_tells_its_project(tmp_path: Path) -> None:
    async with emulated(StringeeClient, {"clock": QuickClock()}) as site:
        sid = site.client.auth.key_sid  # type: ignore[union-attr]
        first = await provision.plan(site.client, SPEC, state=tmp_path)
        assert first.account == f"project of key {sid[:2]}...{sid[-2:]}"
        assert sid not in first.render()
        await site.client.agents.create(name="An", stringee_user_id="u.an")
        await site.client.groups.create(name="Support")
        report = await provision.apply(site.client, first, state=tmp_path)  # whose project shows only now
        assert report.exit_code == 0
        second = await provision.plan(site.client, SPEC, state=tmp_path)
        assert second.account.startswith("project ")
        assert "key" not in second.account


class Named(StringeeAdapter):
    """An adapter of an account with this name."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def account(self) -> str:
        return self._name


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("project 1", "project 1", True),
        ("project 1", "project 2", False),
        ("project 1", "project of key SK...ab", True),
        ("project of key SK...cd", "project of key SK...ab", True),
        ("", "project 2", True),
    ],
)
def test_names_of_projects_are_compared_where_both_are_known(ours: str, theirs: str, same: bool) -> None:
    plan = Plan(vendor="stringee", account=theirs)
    if same:
        check_account(plan, Named(ours))
        return
    with pytest.raises(
        PlanError, match="made for stringee project 2, and this client is of stringee project 1"
    ):
        check_account(plan, Named(ours))
