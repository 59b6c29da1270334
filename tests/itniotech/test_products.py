"""Products of ITNIO TECH: the paths that white labels have, and codes that mean another thing at another product."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import (
    AlreadyExistsError,
    ApiError,
    AuthError,
    ConfigError,
    ConflictError,
    InvalidRequestError,
    ItniotechClient,
    LimitReachedError,
    NotFoundError,
    PermissionDeniedError,
    SdkError,
    ServerError,
)
from stringee_async.itniotech.codes import BY_PRODUCT
from stringee_async.itniotech.products import product_of

from ..kit import ScriptedTransport, virtual
from .rig import centre_of, client_over, ok, refused


@pytest.mark.parametrize(
    ("path", "product"),
    [
        ("/sms/sendSms", "sms"), ("/v3/sendSms", "sms"), ("/v3/getBalance", "sms"), ("/voice/sendSip", "voice"),
        ("/v3/voice/sendSip", "voice"), ("/otp/app/add", "otp"), ("/v3/otp/app/add", "otp"),
        ("/v3/cc/seat/query", "cc"), ("/email/sendEmail", "email"), ("/v3/AiVoice/taskAdd", "ai_voice"),
        ("/aivoice/taskAdd", "ai_voice"), ("/other", ""), ("/v3", ""),
    ],
)  # fmt: skip
def test_a_path_tells_its_product(path: str, product: str) -> None:
    assert product_of(path) == product


CODES: dict[tuple[str, int], type[ApiError]] = {
    ("/sms/sendSms", -3): InvalidRequestError,
    ("/sms/sendSms", -10): PermissionDeniedError,
    ("/sms/sendSms", -12): ServerError,
    ("/sms/sendSms", -27): LimitReachedError,
    ("/v3/sendSms", -28): LimitReachedError,
    ("/v3/sendSms", -29): AuthError,
    ("/otp/verification/send", -29): InvalidRequestError,
    ("/v3/otp/verification/send", -27): LimitReachedError,
    ("/otp/app/add", -20): AlreadyExistsError,
    ("/otp/template/details/3", -24): NotFoundError,
    ("/otp/verification/verify", -16): AuthError,
    ("/voice/sendGroup", -19): PermissionDeniedError,
    ("/voice/sendSip", -68): ConflictError,
    ("/v3/cc/seatGroup/upload", -27): InvalidRequestError,
    ("/v3/cc/seatGroup/deleteGroup", -64): ConflictError,
    ("/v3/cc/seat/updateSeat", -64): InvalidRequestError,
    ("/email/sendEmail", -1): AuthError,
    ("/email/sendEmail", -2): ConflictError,
    ("/email/sendEmail", -4): PermissionDeniedError,
    ("/email/sendEmail", -5): InvalidRequestError,
    ("/email/sendEmail", -6): AuthError,
    ("/email/sendEmail", -8): InvalidRequestError,
    ("/email/sendEmail", -16): InvalidRequestError,
    ("/v3/email/sendEmail", -23): ServerError,
    ("/email/sendEmail", -24): PermissionDeniedError,
    ("/email/getSendEmailRcd", -28): InvalidRequestError,
    ("/aivoice/taskList", -1): AuthError,
    ("/AiVoice/taskStop", -38): ConflictError,
    ("/aivoice/taskStart", -39): ConflictError,
    ("/aivoice/taskStart", -3): PermissionDeniedError,
    ("/aivoice/taskList", -4): AuthError,
    ("/aivoice/taskList", -5): ServerError,
    ("/aivoice/taskList", -6): AuthError,
    ("/aivoice/taskAdd", -27): InvalidRequestError,
    ("/aivoice/taskStart", -32): NotFoundError,
    ("/aivoice/taskAdd", -33): AlreadyExistsError,
    ("/aivoice/taskList", -37): NotFoundError,
    ("/aivoice/taskStart", -45): InvalidRequestError,
    ("/v3/AiVoice/taskStart", -52): LimitReachedError,
    ("/aivoice/taskList", -57): AuthError,
    ("/aivoice/taskList", -58): AuthError,
    ("/aivoice/taskList", -59): AuthError,
}
"""What codes mean at a product; one that e-mail or AI voice do not list has no meaning of another product there."""


def test_every_code_of_email_and_ai_voice_is_tried() -> None:
    tried = {(product_of(path), code) for path, code in CODES}
    for product in ("email", "ai_voice"):
        assert {(product, code) for code in BY_PRODUCT[product]} <= tried


@pytest.mark.parametrize(("path", "code"), CODES)
@virtual
async def test_what_a_code_means_goes_by_the_path_of_a_call_without_a_method(path: str, code: int) -> None:
    async with client_over(ScriptedTransport(default=refused(code, ""))) as client:
        with pytest.raises(CODES[path, code]) as caught:
            await client.request("POST", path, body={})
    assert type(caught.value) is CODES[path, code]
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("path", "code"), [("/email/sendEmail", -6), ("/aivoice/taskList", -4), ("/sms/getReport", -16)]
)
@virtual
async def test_a_time_that_is_refused_is_signed_afresh_once_at_each_product(path: str, code: int) -> None:
    transport = ScriptedTransport(refused(code), default=ok({"done": 1}))
    async with client_over(transport) as client:
        fields = await client.request("POST", path, body={})
    assert fields["data"] == {"done": 1}
    stamps = [request.headers["Timestamp"] for request in transport.requests]
    assert len(set(stamps)) == 2


async def test_a_white_label_has_its_own_paths() -> None:
    async with centre_of({"paths": "v3"}, paths="v3") as centre:
        account = centre.state.agents[str(centre.state.add_agents(centre.state.add_group("Sales"))[0])][
            "account"
        ]
        await centre.client.calls.make(callee="6590001000", account=account, app_id=centre.state.app_id)
        await centre.client.balance()
        await centre.client.agent_groups.list().collect()
        asked = [request.path for request in centre.emulator.requests]
    assert asked == ["/v3/voice/sendSip", "/v3/getBalance", "/v3/cc/seatGroup/query"]


async def test_the_wrong_family_of_paths_is_not_there() -> None:
    for theirs, ours in (("v3", "itniotech"), ("itniotech", "v3")):
        async with centre_of({"paths": ours}, paths=theirs) as centre:
            with pytest.raises(SdkError):
                await centre.client.balance()


@pytest.mark.parametrize("wrong", ["", "V4", None, 3])
def test_an_unknown_family_of_paths_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="paths"):
        ItniotechClient("key", "secret", paths=wrong)
