"""An area of the console: its pages, and its places in the menu."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from starlette.routing import BaseRoute, Route

from evenhand.model.staff import StaffAction
from evenhand.web.console.endpoints import endpoint
from evenhand.web.console.visit import Page

MenuGroup = Literal["Work", "Rules", "Network", "You"]


@dataclass(frozen=True)
class MenuItem:
    """A line of the menu; it is the current one on every page whose path begins with `path`."""

    label: str
    path: str
    group: MenuGroup


@dataclass(frozen=True)
class Area:
    """Some pages that belong together."""

    menu: tuple[MenuItem, ...]
    routes: tuple[BaseRoute, ...]


def get(path: str, page: Page) -> Route:
    """Return the route of a page that is read."""
    return Route(path, endpoint(page), methods=["GET"])


def post(path: str, page: Page, *acts: StaffAction) -> Route:
    """Return the route of a form that changes something, for who may do one of these acts of the staff's rules.

    No act: for everybody. What a case adds, the workflow looks at.
    """
    return Route(path, endpoint(page, acts), methods=["POST"])


def menu_of(areas: Sequence[Area]) -> list[tuple[str, list[MenuItem]]]:
    """Return the menu, by group in the order in which groups first come."""
    groups: dict[str, list[MenuItem]] = {}
    for area in areas:
        for item in area.menu:
            groups.setdefault(item.group, []).append(item)
    return list(groups.items())
