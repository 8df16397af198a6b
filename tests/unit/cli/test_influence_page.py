"""The influence report and the graph page: nothing from outside is markup, and every number stands in words too."""

import json
from html.parser import HTMLParser

from evenhand.model.coordination import CoordinatedGroup, Coordination
from evenhand.render.influence_page import render_graph, render_influence
from evenhand.render.influence_plots import group_picture, timeline
from tests.unit.influence.made import AT, EVIDENCE, FOUND, NAMES, many_groups


class Page(HTMLParser):
    """Reads text and tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag

    def handle_endtag(self, _tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in {"script", "style"}:
            self.text += f" {data.strip()}"


def test_a_group_is_told_with_its_accounts_pairs_and_acts() -> None:
    page = Page(render_influence(FOUND, EVIDENCE, NAMES, "Demo", AT))

    assert "1 group of accounts acts as one beyond chance" in page.text
    assert (
        "advertised 10 of the same pages in the same ten minutes; 8 of these within one minute; 1.9 expected"
        in page.text
    )
    assert "One of 5,200 pairs that were tested; at most 0.1 % of the pairs" in page.text
    assert "By itself the pair could be chance" in page.text
    assert "not named: declared" in page.text
    assert "1 more pair that acts alike has the same declared owner" in page.text
    assert "ad-7" in page.text
    assert "36 pairs were not looked at" in page.text
    assert page.tags.count("svg") == 2


def test_the_page_says_which_members_are_on_hold_and_why_that_can_be() -> None:
    held = Page(render_influence(FOUND, EVIDENCE, NAMES, "Demo", AT, ("a",))).text
    free = Page(render_influence(FOUND, EVIDENCE, NAMES, "Demo", AT)).text

    assert "1 account of these groups is on hold" in held
    assert "every payer counts as unverified" in held
    assert "named, on hold" in held
    assert "on hold" not in free
    assert "Nobody is restricted for this alone" in free


def test_the_contents_say_how_many_groups_they_leave_out() -> None:
    many = render_influence(many_groups(14), (), {}, "Demo", AT)
    few = render_influence(many_groups(12), (), {}, "Demo", AT)

    assert '<a href="#g-00000000000c">2 more groups</a>' in many
    assert "more group" not in few


def test_what_chance_leaves_is_an_outline_over_the_bars_and_in_the_legend() -> None:
    """Filled, it took on the colour of what is below it, which no legend has."""
    page = render_influence(FOUND, EVIDENCE, NAMES, "Demo", AT)
    looks = page.split("<style>")[1].split("</style>")[0]

    assert page.count('<rect class="band"') == page.count('<rect class="halo"') == 10
    assert ".timeline .band, .timeline .halo { fill: none; stroke: var(--hold)" in looks
    assert ".key.band { background: none;" in looks


def test_no_name_becomes_markup() -> None:
    page = render_influence(FOUND, EVIDENCE, NAMES, "<u>", AT) + render_graph(FOUND, NAMES, "<u>", AT)

    assert not {"sons", "i", "b", "u"} & set(Page(page).tags)
    assert "\u202e" not in page


def test_nobody_found_says_what_is_not_looked_for() -> None:
    page = Page(render_influence(Coordination(accounts=3, events=9), (), {}, "Demo", AT))

    assert "No group of accounts acts as one beyond chance" in page.text
    assert "Groups that act slowly" in page.text


def test_the_graph_page_has_the_same_accounts_and_pairs_and_fetches_nothing() -> None:
    page = render_graph(FOUND, NAMES, "Demo", AT)

    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert [node["id"] for node in data["nodes"]] == ["a", "b", "c\x01"]
    assert [(edge["a"], edge["b"], edge["k"]) for edge in data["edges"]] == [
        ("a", "b", 8),
        ("b", "c\x01", 2),
        ("a", "c\x01", 2),
    ]
    assert "default-src &#39;none&#39;" in page
    assert "src=" not in page.split("<body>")[1].split('<script type="application/json"')[0]


def test_the_groups_of_the_graph_stand_in_a_grid_and_long_names_are_cut() -> None:
    page = render_graph(many_groups(38), {"a00-0": "Quolvet " * 50}, "Demo", AT)

    nodes = json.loads(page.split('id="data">')[1].split("</script>")[0])["nodes"]
    wide, high = (max(node[side] for node in nodes) - min(node[side] for node in nodes) for side in "xy")
    assert 0.5 < wide / high < 2
    assert nodes[0]["name"] == "Quolvet " * 50
    assert nodes[0]["label"] == "Quolvet Quolvet Quolvet Quolv…"
    assert nodes[1]["label"] == "a00-1"


def test_of_a_large_group_the_accounts_of_the_strongest_pairs_are_pictured() -> None:
    members = tuple(f"m{number:03d}" for number in range(400))
    group = CoordinatedGroup(id="g-1", members=members, named=members, layers=("host",), q=0.01)

    picture = group_picture(group, FOUND.pairs[:0])

    assert picture.count("<circle") == 0
    assert "0 accounts and 0 pairs" in picture


def test_the_timeline_counts_each_act_once_and_gives_what_chance_leaves() -> None:
    steps = timeline(EVIDENCE[0].acts, 0.19)

    assert (sum(step.shared for step in steps), sum(step.close for step in steps)) == (10, 8)
    assert len(steps) == 10
    assert all(0 <= step.low <= 0.19 <= step.high <= 1 for step in steps)
    assert timeline((), 0.19) == []
