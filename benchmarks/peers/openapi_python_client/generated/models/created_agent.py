from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreatedAgent")


@_attrs_define
class CreatedAgent:
    """
    Attributes:
        r (int):
        project (int | Unset):
        agent_id (str | Unset):
        message (str | Unset):
    """

    r: int
    project: int | Unset = UNSET
    agent_id: str | Unset = UNSET
    message: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        r = self.r

        project = self.project

        agent_id = self.agent_id

        message = self.message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "r": r,
            }
        )
        if project is not UNSET:
            field_dict["project"] = project
        if agent_id is not UNSET:
            field_dict["agentID"] = agent_id
        if message is not UNSET:
            field_dict["message"] = message

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        r = d.pop("r")

        project = d.pop("project", UNSET)

        agent_id = d.pop("agentID", UNSET)

        message = d.pop("message", UNSET)

        created_agent = cls(
            r=r,
            project=project,
            agent_id=agent_id,
            message=message,
        )

        created_agent.additional_properties = d
        return created_agent

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
