from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent import Agent


T = TypeVar("T", bound="AgentPage")


@_attrs_define
class AgentPage:
    """
    Attributes:
        agents (list[Agent]):
        total_pages (int | Unset):
        current_page (int | Unset):
        limit (int | Unset):
        total_agents (str | Unset):
    """

    agents: list[Agent]
    total_pages: int | Unset = UNSET
    current_page: int | Unset = UNSET
    limit: int | Unset = UNSET
    total_agents: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        agents = []
        for agents_item_data in self.agents:
            agents_item = agents_item_data.to_dict()
            agents.append(agents_item)

        total_pages = self.total_pages

        current_page = self.current_page

        limit = self.limit

        total_agents = self.total_agents

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "agents": agents,
            }
        )
        if total_pages is not UNSET:
            field_dict["totalPages"] = total_pages
        if current_page is not UNSET:
            field_dict["currentPage"] = current_page
        if limit is not UNSET:
            field_dict["limit"] = limit
        if total_agents is not UNSET:
            field_dict["totalAgents"] = total_agents

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.agent import Agent

        d = dict(src_dict)
        agents = []
        _agents = d.pop("agents")
        for agents_item_data in _agents:
            agents_item = Agent.from_dict(agents_item_data)

            agents.append(agents_item)

        total_pages = d.pop("totalPages", UNSET)

        current_page = d.pop("currentPage", UNSET)

        limit = d.pop("limit", UNSET)

        total_agents = d.pop("totalAgents", UNSET)

        agent_page = cls(
            agents=agents,
            total_pages=total_pages,
            current_page=current_page,
            limit=limit,
            total_agents=total_agents,
        )

        agent_page.additional_properties = d
        return agent_page

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
