"""E-mail and AI voice of the emulated ITNIO TECH: what the pages say is checked, with the codes of these products."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import (
    AlreadyExistsError,
    ApiError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    SdkError,
)

from ..itniotech.rig import Centre, centre_of

AN: dict[str, Any] = {"name": "An", "phoneNumber": "6590001000", "gender": None, "properties": {}}
MAIL: dict[str, Any] = {
    "fromEmailAddress": "shop@shop.example", "toAddress": "an@shop.example", "subject": "Hi", "templateID": "1",
    "templateData": "{}",
}  # fmt: skip


async def call(centre: Centre, path: str, **body: Any) -> Any:
    """Send a call with the application in its body."""
    return await centre.client.request("POST", path, body={"appId": centre.state.app_id, **body})


async def a_task(centre: Centre, **given: Any) -> int:
    """Add a task and return its id."""
    box = centre.state.unconfirmed
    chosen = {
        "dialogFlowId": box.flows[0]["dialogFlowId"],
        "jobPhoneNumberId": box.lines[0]["tenantPhoneNumberId"],
    }
    await call(centre, "/aivoice/taskAdd", **{"name": "Reminders", **chosen, **given})
    return int(max(box.tasks))


async def test_an_email_to_several_is_one_for_each_and_its_state_can_be_asked_for() -> None:
    async with centre_of() as centre:
        sent = await call(
            centre, "/email/sendEmail", **{**MAIL, "toAddress": "an@shop.example,bo@shop.example"}
        )
        ids = [row["emailId"] for row in sent["array"]]
        told = await call(centre, "/email/getSendEmailRcd", emailId=",".join([*ids, "none"]))
    assert (sent["success"], sent["fail"], len(ids)) == ("2", "0", 2)
    assert "data" not in sent
    assert (told["success"], told["nofound"]) == ("2", "1")
    assert [row["emailId"] for row in told["array"]] == ids


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"appId": "none"}, -5),
        ({"toAddress": "an"}, -8),
        ({"toAddress": ""}, -8),
        ({"toAddress": ",".join(["an@shop.example"] * 51)}, -5),
        ({"subject": ""}, -5),
        ({"subject": "x" * 101}, -5),
        ({"fromEmailAddress": ""}, -5),
        ({"templateID": None}, -5),
        ({"templateData": {}}, -5),
        ({"templateData": "[]"}, -5),
        ({"templateData": "{"}, -5),
    ],
)
async def test_a_wrong_email_is_refused_by_the_codes_of_email(wrong: dict[str, Any], code: int) -> None:
    async with centre_of() as centre:
        with pytest.raises(InvalidRequestError) as caught:
            await call(centre, "/email/sendEmail", **{**MAIL, **wrong})
        assert centre.state.unconfirmed.emails == {}
        with pytest.raises(InvalidRequestError) as many:
            await call(centre, "/email/getSendEmailRcd", emailId=",".join(["1"] * 201))
    assert (caught.value.code, many.value.code) == (code, -28)


async def test_a_task_of_ai_voice_takes_people_and_starts_once() -> None:
    async with centre_of() as centre:
        task = await a_task(centre)
        with pytest.raises(InvalidRequestError) as empty:
            await call(centre, "/aivoice/taskStart", jobId=task)
        people = [AN, {**AN, "phoneNumber": "x"}]
        told = await call(centre, "/aivoice/importCustomer", jobId=task, customerPersons=people)
        await call(centre, "/aivoice/taskStart", jobId=task)
        with pytest.raises(ConflictError) as again:
            await call(centre, "/aivoice/taskStart", jobId=task)
        page = {"current": 1, "size": 10, "params": {"appId": centre.state.app_id, "name": "Remind"}}
        listed = await call(centre, "/aivoice/taskList", **page)
    assert told["data"] == [{**AN, "phoneNumber": "x"}]
    assert (empty.value.code, again.value.code) == (-45, -39)
    assert listed["data"]["records"] == [
        {
            "jobId": task, "appId": centre.state.app_id, "name": "Reminders", "robotCount": 1, "taskCompleted": 0,
            "status": "IN_PROCESS", "taskTotal": 1,
        }
    ]  # fmt: skip


WRONG_TASKS: list[tuple[str, dict[str, Any], type[ApiError], int]] = [
    ("taskAdd", {"appId": "none"}, NotFoundError, -37),
    ("taskAdd", {"name": ""}, InvalidRequestError, -27),
    ("taskAdd", {"name": "Reminders"}, AlreadyExistsError, -33),
    ("taskAdd", {"name": "Other", "dialogFlowId": 0}, InvalidRequestError, -27),
    ("taskStart", {"jobId": 0}, NotFoundError, -32),
    ("importCustomer", {"jobId": 0}, NotFoundError, -32),
    ("importCustomer", {"customerPersons": []}, InvalidRequestError, -27),
    ("importCustomer", {"customerPersons": [AN] * 101}, InvalidRequestError, -27),
    ("taskList", {"current": 1, "size": 10, "params": {"appId": "none"}}, NotFoundError, -37),
    ("channelList", {"current": 1, "size": 10, "params": {"appId": "none"}}, NotFoundError, -37),
    ("dialogFlowList", {"current": 1, "size": 10, "params": {"appId": "none"}}, NotFoundError, -37),
]


@pytest.mark.parametrize(("name", "wrong", "kind", "code"), WRONG_TASKS)
async def test_a_wrong_call_of_ai_voice_is_refused_by_its_own_codes(
    name: str, wrong: dict[str, Any], kind: type[ApiError], code: int
) -> None:
    async with centre_of() as centre:
        task = await a_task(centre)
        with pytest.raises(kind) as caught:
            await call(centre, f"/aivoice/{name}", **{"jobId": task, **wrong})
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("path", "code"), [("/email/getSendEmailRcd", -6), ("/aivoice/taskList", -4), ("/sms/recordMo", -16)]
)
async def test_an_old_timestamp_has_the_code_of_its_product(path: str, code: int) -> None:
    """The date of the response tells the client how far its clock is off, unless it is left out."""
    async with centre_of(clock_skew=4000.0, date_header=False) as centre:
        with pytest.raises(SdkError) as caught:
            await call(centre, path, emailId="1", current=1, size=10, params={"appId": centre.state.app_id})
    assert getattr(caught.value, "code", None) == code
