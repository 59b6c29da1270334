"""The drawn picture: a document by itself, in which names are text and boxes do not overlap."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stringee_async.provision.showing.picture import Edge, Node, Picture, graph_of
from stringee_async.provision.showing.picture_layout import crossings, layout_of
from stringee_async.provision.showing.picture_mermaid import mermaid_of
from stringee_async.provision.showing.picture_svg import svg_of
from stringee_async.provision.showing.picture_text import broken, text_width
from stringee_async.provision.showing.shown_values import one_line
from stringee_async.provision.spec import AgentSpec, GroupSpec, QueueAgentSpec, QueueSpec, RouteSpec, Spec

NS = "{http://www.w3.org/2000/svg}"


def world(agents: int, queues: int, groups: int) -> Picture:
    names = [f"Chăm sóc khách hàng doanh nghiệp khu vực {index}" for index in range(groups)]
    return graph_of(
        Spec(
            agents=tuple(
                AgentSpec(
                    user_id=f"u.{index:03}", name=f"Nguyễn Thị {index}", groups=(names[index % groups],)
                )
                for index in range(agents)
            ),
            groups=tuple(GroupSpec(name=name) for name in names),
            queues=tuple(
                QueueSpec(
                    name=f"Hotline {index}",
                    groups=(
                        RouteSpec(name=names[index * 7 % groups]),
                        RouteSpec(name=names[index * 3 % groups], primary=False),
                    ),
                    agents=(QueueAgentSpec(user_id="u.000", level=index),),
                )
                for index in range(queues)
            ),
        ),
        title="Tổng đài",
        numbers={"Hotline 0": ["842873001578"]},
    )


def test_it_is_a_document_by_itself_on_a_light_ground() -> None:
    """No script, no style sheet, nothing from the network; its own ground keeps it readable on a dark page."""
    text = svg_of(world(30, 4, 6))
    root = ET.fromstring(text)
    assert {element.tag.removeprefix(NS) for element in root.iter()} == {
        "svg",
        "title",
        "desc",
        "rect",
        "text",
        "g",
        "path",
    }
    assert re.findall(r"(?:href|url\(|http)[^ \"]*", text) == ["http://www.w3.org/2000/svg"]
    ground = root.find(f"{NS}rect")
    assert ground is not None
    assert (ground.get("width"), ground.get("fill")) == (root.get("width"), "#ffffff")
    assert all(element.get("fill") for element in root.iter(f"{NS}text"))
    texts = [element.text for element in root.iter(f"{NS}text")]
    assert texts[:2] == ["Tổng đài", "1 number, 4 queues, 6 groups, 30 agents"]
    assert {"Numbers", "Queues", "Groups", "Agents", "backup group"} <= set(texts)


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert svg_of(world(30, 10, 20)) == svg_of(world(30, 10, 20))


@pytest.mark.parametrize("size", [(3, 1, 2), (30, 10, 20), (300, 10, 20)])
def test_boxes_do_not_overlap_and_nothing_leaves_the_sheet(size: tuple[int, int, int]) -> None:
    picture = world(*size)
    root = ET.fromstring(svg_of(picture))
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    found: dict[str, list[tuple[float, float]]] = {}
    for group in root.iter(f"{NS}g"):
        if group.get("id"):
            x, y, wide, high = (
                float(list(group.iter(f"{NS}rect"))[-2].get(name, ""))
                for name in ("x", "y", "width", "height")
            )
            found.setdefault(str(group.get("id"))[0], []).append((y, y + high))
            assert x > 0
            assert x + wide < width
            assert y + high < height
            for text in group.iter(f"{NS}text"):
                size_ = float(text.get("font-size", ""))
                assert float(text.get("x", "")) + text_width(text.text or "", size_) <= x + wide
                assert y < float(text.get("y", "")) < y + high
    assert sum(map(len, found.values())) == len(picture.nodes)
    for rows in found.values():
        assert all(above[1] < below[0] for above, below in pairwise(sorted(rows)))


@given(st.text(max_size=60))
def test_names_are_text_in_svg_and_mermaid(name: str) -> None:
    nodes = (
        Node(id="q1", column="queue", title=name, detail=name),
        Node(id="g1", column="group", title=name),
    )
    picture = Picture(
        title=name, subtitle=name, nodes=nodes, edges=(Edge(start="q1", end="g1", label=name),), notes=(name,)
    )
    root = ET.fromstring(svg_of(picture))
    titles = [element.text or "" for element in root.iter(f"{NS}title")]
    assert titles[0].split() == one_line(name).split()
    lines = mermaid_of(picture).splitlines()
    assert len(lines) == 10
    label = lines[4].removeprefix('    g1("').removesuffix('")')
    assert re.fullmatch(r"(?:[^\W_]| |#\d+;)*", label)
    assert re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label) == one_line(name)


def test_lines_cross_as_little_as_they_can() -> None:
    nodes = [Node(id=f"q{index}", column="queue", title="") for index in range(6)]
    nodes += [Node(id=f"g{index}", column="group", title="") for index in range(6)]
    nodes.append(Node(id="g9", column="group", title="in no queue"))
    edges = tuple(Edge(start=f"q{index}", end=f"g{5 - index}") for index in range(6))
    picture = Picture(title="", nodes=tuple(nodes), edges=edges)
    layout = layout_of(picture, {node.id: 20.0 for node in nodes}, gap=10)
    assert (
        crossings(
            [[f"q{i}" for i in range(6)], [f"g{i}" for i in range(6)]],
            [(path[0], path[1]) for path in layout.paths],
        )
        == 15
    )
    assert crossings(layout.columns, [(path[0], path[1]) for path in layout.paths]) == 0
    assert layout.columns[1][-1] == "g9"
    assert all(abs(layout.centre[edge.start] - layout.centre[edge.end]) < 1 for edge in edges)


def test_a_line_that_passes_a_column_has_room_of_its_own() -> None:
    nodes = (
        Node(id="q1", column="queue", title=""),
        Node(id="g1", column="group", title=""),
        Node(id="a1", column="agent", title=""),
    )
    edges = (Edge(start="q1", end="g1"), Edge(start="q1", end="a1"))
    layout = layout_of(Picture(title="", nodes=nodes, edges=edges), {node.id: 20.0 for node in nodes}, gap=10)
    assert len(layout.paths[1]) == 3
    assert abs(layout.centre[layout.paths[1][1]] - layout.centre["g1"]) >= 20


def test_long_names_are_broken_at_blanks_and_cut_with_an_ellipsis() -> None:
    name = "Tổng đài chăm sóc khách hàng doanh nghiệp miền Nam và miền Trung"
    lines = broken(name, 13, 160, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(text_width(line, 13) <= 160 for line in lines)
    assert " ".join(broken(name, 13, 160, 9)) == name
    assert broken("客" * 50, 10, 100, 2) == ["客" * 10, "客" * 9 + "…"]
    assert broken("", 10, 100, 2) == []


def test_a_name_in_a_box_that_is_cut_can_be_read_whole() -> None:
    name = "rất dài " * 30 + "hết"
    text = svg_of(Picture(title="t", nodes=(Node(id="q1", column="queue", title=name),)))
    assert f"<title>{name}</title>" in text


def test_mermaid_tells_primary_from_backup_and_sets_text_and_ground() -> None:
    lines = mermaid_of(world(3, 1, 2)).splitlines()
    assert lines[0] == "flowchart LR"
    assert any(" --> g" in line for line in lines)
    assert '    q1 -.->|"backup"| g1' in lines
    styles = [line for line in lines if line.startswith("    classDef")]
    assert len(styles) == 4
    assert all("fill:" in line and "color:" in line for line in styles)
