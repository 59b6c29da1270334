"""One call of each operation on numbers, the blacklist, IVRs, call settings and calls of the contact centre."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from stringee_async import StringeeClient

Call = Callable[[StringeeClient], Awaitable[Any]]
EVERY_NODE_FIELD: dict[str, Any] = {
    "node_name": "Chào", "node_play_mode": "talk", "node_play_content": "Xin chào\nnhấn 1", "loop_count": 2,
    "sched": 500, "voice": "banmai", "speed": -3, "keypress_timeout": 7,
}  # fmt: skip
NUMBER: dict[str, Any] = {"number": "+84 287-300.0001", "allow_outbound_calls": True, "enable_ivr": False}
SENT_NUMBER = {**NUMBER, "number": "842873000001"}


def listing(client_call: Callable[[StringeeClient], Any]) -> Call:
    return lambda client: client_call(client).collect()


CENTRE_CALLS: dict[str, tuple[Call, str, str, Any]] = {
    # as in `calls`
    "numbers.create least": (lambda c: c.numbers.create(**NUMBER), "POST", "/v1/number", SENT_NUMBER),
    "numbers.create all": (
        lambda c: c.numbers.create(
            number="842873000000", nickname="Tổng đài", allow_outbound_calls=False, enable_ivr=True, ivr_menu="TR_1",
            queue_id="QU_1", record_outbound_calls=True,
        ),
        "POST", "/v1/number",
        {
            "number": "842873000000", "allow_outbound_calls": False, "enable_ivr": True, "nickname": "Tổng đài",
            "ivr_menu": "TR_1", "queue_id": "QU_1", "record_outbound_calls": True,
        },
    ),
    "numbers.list": (listing(lambda c: c.numbers.list()), "GET", "/v1/number?page=1&limit=50", None),
    "numbers.find": (lambda c: c.numbers.find(number="+842873000000"), "GET", "/v1/number?page=1&limit=100", None),
    "numbers.update": (
        lambda c: c.numbers.update("NU_1", **NUMBER, queue_id="QU_1", ivr_menu=None),
        "PUT", "/v1/number/NU_1", {**SENT_NUMBER, "queue_id": "QU_1", "ivr_menu": None},
    ),
    "numbers.delete": (lambda c: c.numbers.delete("NU_1"), "DELETE", "/v1/number/NU_1", None),
    "blacklist_numbers.create least": (
        lambda c: c.blacklist_numbers.create(number="+84379361752"),
        "POST", "/v1/blacklistnumber", {"number": "84379361752"},
    ),
    "blacklist_numbers.create all": (
        lambda c: c.blacklist_numbers.create(number="84379361752", ivr_blocked=True, queue_blocked=False),
        "POST", "/v1/blacklistnumber", {"number": "84379361752", "ivr_blocked": True, "queue_blocked": False},
    ),
    "blacklist_numbers.list": (
        listing(lambda c: c.blacklist_numbers.list()), "GET", "/v1/blacklistnumber?page=1&limit=50", None,
    ),
    "blacklist_numbers.find": (
        lambda c: c.blacklist_numbers.find(number="84379361752"), "GET", "/v1/blacklistnumber?page=1&limit=100", None,
    ),
    "blacklist_numbers.update": (
        lambda c: c.blacklist_numbers.update("BNXJ3OWK", number="84379361752", queue_blocked=True),
        "PUT", "/v1/blacklistnumber/BNXJ3OWK", {"number": "84379361752", "queue_blocked": True},
    ),
    "blacklist_numbers.delete": (
        lambda c: c.blacklist_numbers.delete("BNXJ3OWK"), "DELETE", "/v1/blacklistnumber/BNXJ3OWK", None,
    ),
    "ivr_trees.create": (
        lambda c: c.ivr_trees.create(tree_name="Menu"), "POST", "/v1/ivrtree", {"tree_name": "Menu"},
    ),
    "ivr_trees.list": (listing(lambda c: c.ivr_trees.list()), "GET", "/v1/ivrtree?page=1&limit=50", None),
    "ivr_trees.find": (lambda c: c.ivr_trees.find(tree_name="M"), "GET", "/v1/ivrtree?page=1&limit=100", None),
    "ivr_trees.update": (
        lambda c: c.ivr_trees.update("TR_1", tree_name="B"), "PUT", "/v1/ivrtree/TR_1", {"tree_name": "B"},
    ),
    "ivr_trees.delete": (lambda c: c.ivr_trees.delete("TR_1"), "DELETE", "/v1/ivrtree/TR_1", None),
    "ivr_nodes.create least": (
        lambda c: c.ivr_nodes.create(
            tree="TR_1", node_name="Hi", node_play_mode="play", node_play_content="hello.mp3"
        ),
        "POST", "/v1/ivrnode",
        {"tree": "TR_1", "node_name": "Hi", "node_play_mode": "play", "node_play_content": "hello.mp3"},
    ),
    "ivr_nodes.create all": (
        lambda c: c.ivr_nodes.create(tree="TR_1", barge_in=False, **EVERY_NODE_FIELD),
        "POST", "/v1/ivrnode", {"tree": "TR_1", "bargeIn": False, **EVERY_NODE_FIELD},
    ),
    "ivr_nodes.list": (
        listing(lambda c: c.ivr_nodes.list("TR_1")), "GET", "/v1/ivrnode?tree=TR_1&page=1&limit=50", None,
    ),
    "ivr_nodes.find": (
        lambda c: c.ivr_nodes.find(tree="TR_1", node_name="Hi"),
        "GET", "/v1/ivrnode?tree=TR_1&page=1&limit=100", None,
    ),
    "ivr_nodes.update": (
        lambda c: c.ivr_nodes.update("NO_1", barge_in=True, **EVERY_NODE_FIELD),
        "PUT", "/v1/ivrnode/NO_1", {"bargeIn": True, **EVERY_NODE_FIELD},
    ),
    "ivr_nodes.delete": (lambda c: c.ivr_nodes.delete("NO_1"), "DELETE", "/v1/ivrnode/NO_1", None),
    "ivr_keypresses.create": (
        lambda c: c.ivr_keypresses.create(node="NO_1", node_key="*", action=4, next_node="NO_2"),
        "POST", "/v1/ivrkeypress", {"node": "NO_1", "node_key": "*", "action": 4, "next_node": "NO_2"},
    ),
    "ivr_keypresses.create all": (
        lambda c: c.ivr_keypresses.create(
            node="NO_1", node_key="EMPTY_KEY", action=3, to_phone_number="+84901234567",
            from_number_callout_to_agent="842873000000", queue_id="QU_1", sms="Xin chào",
        ),
        "POST", "/v1/ivrkeypress",
        {
            "node": "NO_1", "node_key": "EMPTY_KEY", "action": 3, "to_phone_number": "84901234567",
            "from_number_callout_to_agent": "842873000000", "queue_id": "QU_1", "sms": "Xin chào",
        },
    ),
    "ivr_keypresses.list": (
        listing(lambda c: c.ivr_keypresses.list("NO_1")),
        "GET", "/v1/ivrkeypress?node=NO_1&page=1&limit=50", None,
    ),
    "ivr_keypresses.find": (
        lambda c: c.ivr_keypresses.find(node="NO_1", node_key="#"),
        "GET", "/v1/ivrkeypress?node=NO_1&page=1&limit=100", None,
    ),
    "ivr_keypresses.update": (
        lambda c: c.ivr_keypresses.update("NO_KE_1", action=2, queue_id="QU_1", next_node=None),
        "PUT", "/v1/ivrkeypress/NO_KE_1", {"action": 2, "queue_id": "QU_1", "next_node": None},
    ),
    "ivr_keypresses.delete": (
        lambda c: c.ivr_keypresses.delete("NO_KE_1"), "DELETE", "/v1/ivrkeypress/NO_KE_1", None,
    ),
    "call_settings.get": (lambda c: c.call_settings.get(), "GET", "/v1/callsettings", None),
    "call_settings.update": (
        lambda c: c.call_settings.update(
            get_customer_info_url="https://me.example/who", get_customer_info_timeout=3000, event_url=None,
            callout_answer_url="https://me.example/script",
        ),
        "PUT", "/v1/callsettings",
        {
            "get_customer_info_url": "https://me.example/who", "get_customer_info_timeout": 3000,
            "event_url": None, "callout_answer_url": "https://me.example/script",
        },
    ),
    "calls.call_out least": (
        lambda c: c.calls.call_out(
            agent_user_id="u.an", customer_number="+84901234567", from_number="842873000001"
        ),
        "POST", "/v1/call/callout",
        {
            "agentUserId": "u.an", "toAgentFromNumberDisplay": "84901234567",
            "toAgentFromNumberDisplayAlias": "84901234567", "toCustomerFromNumber": "842873000001",
            "customerNumber": "84901234567",
        },
    ),
    "calls.call_out all": (
        lambda c: c.calls.call_out(
            agent_user_id="u.an", customer_number="84901234567", from_number="842873000001",
            shown_to_agent="Chị Bé", shown_to_agent_alias="Bé", extra={"device": "ipphone", "agentUserId": "x"},
        ),
        "POST", "/v1/call/callout",
        {
            "device": "ipphone", "agentUserId": "u.an", "toAgentFromNumberDisplay": "Chị Bé",
            "toAgentFromNumberDisplayAlias": "Bé", "toCustomerFromNumber": "842873000001",
            "customerNumber": "84901234567",
        },
    ),
    "calls.transfer to an agent": (
        lambda c: c.calls.transfer("call-vn-1-X", to_type="internal", to_number="u.be"),
        "POST", "/v1/call/transfer",
        {
            "callId": "call-vn-1-X", "to": {"type": "internal", "number": "u.be", "alias": "u.be"},
            "transferType": "blind",
        },
    ),
    "calls.transfer to a phone": (
        lambda c: c.calls.transfer(
            "call-vn-1-X", to_type="external", to_number="+84 901-234-567", to_alias="Bé", transfer_type="attended"
        ),
        "POST", "/v1/call/transfer",
        {
            "callId": "call-vn-1-X", "to": {"type": "external", "number": "84901234567", "alias": "Bé"},
            "transferType": "attended",
        },
    ),
    "sip_accounts.create": (
        lambda c: c.sip_accounts.create(user_name="100", password="pw-1", extension=100, stringee_user_id="u.an"),
        "POST", "/v1/ipphonecommon",
        {"user_name": "100", "password": "pw-1", "extension": 100, "stringee_user_id": "u.an"},
    ),
    "sip_accounts.list": (
        listing(lambda c: c.sip_accounts.list()), "GET", "/v1/ipphonecommon?page=1&limit=50", None,
    ),
    "sip_accounts.list filter": (
        listing(lambda c: c.sip_accounts.list(user_name="100", stringee_user_id="u.an", extension=100)),
        "GET", "/v1/ipphonecommon?username=100&stringee_user_id=u.an&extension=100&page=1&limit=50", None,
    ),
    "sip_accounts.update": (
        lambda c: c.sip_accounts.update("100", password="pw-2", extension=101),
        "PUT", "/v1/ipphonecommon/100", {"password": "pw-2", "extension": 101},
    ),
    "sip_accounts.delete": (lambda c: c.sip_accounts.delete("100"), "DELETE", "/v1/ipphonecommon/100", None),
}  # fmt: skip
