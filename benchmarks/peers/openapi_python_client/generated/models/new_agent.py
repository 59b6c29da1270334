from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewAgent")


@_attrs_define
class NewAgent:
    """
    Attributes:
        name (str):
        stringee_user_id (str):
        manual_status (str | Unset):
        routing_type (int | Unset):
        phone_number (str | Unset):
    """

    name: str
    stringee_user_id: str
    manual_status: str | Unset = UNSET
    routing_type: int | Unset = UNSET
    phone_number: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        stringee_user_id = self.stringee_user_id

        manual_status = self.manual_status

        routing_type = self.routing_type

        phone_number = self.phone_number

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "stringee_user_id": stringee_user_id,
            }
        )
        if manual_status is not UNSET:
            field_dict["manual_status"] = manual_status
        if routing_type is not UNSET:
            field_dict["routing_type"] = routing_type
        if phone_number is not UNSET:
            field_dict["phone_number"] = phone_number

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        stringee_user_id = d.pop("stringee_user_id")

        manual_status = d.pop("manual_status", UNSET)

        routing_type = d.pop("routing_type", UNSET)

        phone_number = d.pop("phone_number", UNSET)

        new_agent = cls(
            name=name,
            stringee_user_id=stringee_user_id,
            manual_status=manual_status,
            routing_type=routing_type,
            phone_number=phone_number,
        )

        new_agent.additional_properties = d
        return new_agent

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
