from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Agent")


@_attrs_define
class Agent:
    """
    Attributes:
        id (str):
        account (int | Unset):
        project (int | Unset):
        name (str | Unset):
        stringee_user_id (str | Unset):
        manual_status (None | str | Unset):
        system_status (int | Unset):
        device_status (int | Unset):
        routing_type (int | Unset):
        phone_number (str | Unset):
        last_time_pickup (int | Unset):
        last_time_support_call_ended (int | Unset):
    """

    id: str
    account: int | Unset = UNSET
    project: int | Unset = UNSET
    name: str | Unset = UNSET
    stringee_user_id: str | Unset = UNSET
    manual_status: None | str | Unset = UNSET
    system_status: int | Unset = UNSET
    device_status: int | Unset = UNSET
    routing_type: int | Unset = UNSET
    phone_number: str | Unset = UNSET
    last_time_pickup: int | Unset = UNSET
    last_time_support_call_ended: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        account = self.account

        project = self.project

        name = self.name

        stringee_user_id = self.stringee_user_id

        manual_status: None | str | Unset
        if isinstance(self.manual_status, Unset):
            manual_status = UNSET
        else:
            manual_status = self.manual_status

        system_status = self.system_status

        device_status = self.device_status

        routing_type = self.routing_type

        phone_number = self.phone_number

        last_time_pickup = self.last_time_pickup

        last_time_support_call_ended = self.last_time_support_call_ended

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if account is not UNSET:
            field_dict["account"] = account
        if project is not UNSET:
            field_dict["project"] = project
        if name is not UNSET:
            field_dict["name"] = name
        if stringee_user_id is not UNSET:
            field_dict["stringee_user_id"] = stringee_user_id
        if manual_status is not UNSET:
            field_dict["manual_status"] = manual_status
        if system_status is not UNSET:
            field_dict["system_status"] = system_status
        if device_status is not UNSET:
            field_dict["device_status"] = device_status
        if routing_type is not UNSET:
            field_dict["routing_type"] = routing_type
        if phone_number is not UNSET:
            field_dict["phone_number"] = phone_number
        if last_time_pickup is not UNSET:
            field_dict["last_time_pickup"] = last_time_pickup
        if last_time_support_call_ended is not UNSET:
            field_dict["last_time_support_call_ended"] = last_time_support_call_ended

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        account = d.pop("account", UNSET)

        project = d.pop("project", UNSET)

        name = d.pop("name", UNSET)

        stringee_user_id = d.pop("stringee_user_id", UNSET)

        def _parse_manual_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        manual_status = _parse_manual_status(d.pop("manual_status", UNSET))

        system_status = d.pop("system_status", UNSET)

        device_status = d.pop("device_status", UNSET)

        routing_type = d.pop("routing_type", UNSET)

        phone_number = d.pop("phone_number", UNSET)

        last_time_pickup = d.pop("last_time_pickup", UNSET)

        last_time_support_call_ended = d.pop("last_time_support_call_ended", UNSET)

        agent = cls(
            id=id,
            account=account,
            project=project,
            name=name,
            stringee_user_id=stringee_user_id,
            manual_status=manual_status,
            system_status=system_status,
            device_status=device_status,
            routing_type=routing_type,
            phone_number=phone_number,
            last_time_pickup=last_time_pickup,
            last_time_support_call_ended=last_time_support_call_ended,
        )

        agent.additional_properties = d
        return agent

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
