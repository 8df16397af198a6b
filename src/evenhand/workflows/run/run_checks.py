"""What stops a run before anything is written: another log, a time that is too early, facts that fit no schema."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from evenhand.ledger import Ledger
from evenhand.model.errors import BadInput, TooManyRefused
from evenhand.model.facts import Facts
from evenhand.model.run import Refused
from evenhand.policy import Rulebook
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.rulings import RuledRequest

CLOCK_AHEAD = (
    "the clock or the given time was ahead: the page back-up of the documentation says how to go on"
    " (A clock that was ahead)"
)
_BY_PEOPLE = frozenset({"judgement", "confirmed_fact", "task", "complaint", "review", "staff", "claim"})


def check_origin(ledger: Ledger, network: Network) -> None:
    """Refuse settings that name another log than the one that signs."""
    origin, signs = network.settings.network.origin, ledger.checkpoint
    if signs is not None and origin != signs.origin:
        raise BadInput("origin in [network] is", where=network.folder / SETTINGS_FILE, got=origin,
                       expected=signs.origin, todo="it cannot change: put it back")  # fmt: skip


def check_time(ledger: Ledger, history: History, at: datetime, now: datetime | None) -> None:
    """Refuse a time before the last run's, or the last decision: decisions would take effect in the wrong order.

    What people say counts by its place in the ledger: its own time, which is their clock's, stops no run.
    """
    leaves = (next(ledger.entries(start=seq))[1] for seq in range(ledger.size - 1, -1, -1))
    minute = at.replace(second=0, microsecond=0)  # a leaf says no more of its time
    last = next((datetime.fromisoformat(leaf.at) for leaf in leaves if leaf.kind not in _BY_PEOPLE), minute)
    decided = max((known[-1].decided_at for known in history.cases.values()), default=at)
    if minute < last or at < decided:
        least = max(last, decided)
        is_ahead = now is not None and least > now + timedelta(days=1)
        what = (
            "the last record is later than the clock; the given time is" if is_ahead else "time before the last run's"
        )
        raise BadInput(
            what,
            got=f"{at:%Y-%m-%dT%H:%M:%SZ}", expected=f"{least:%Y-%m-%dT%H:%M:%SZ} or later",
            todo=CLOCK_AHEAD if is_ahead else "",
        )  # fmt: skip


def check_share(
    network: Network,
    rulebook: Rulebook,
    content: Mapping[str, Sequence[Refused]],
    requested: Sequence[Request],
    ruled: dict[str, RuledRequest],
) -> None:
    """Stop if more requests than the network allows have facts that do not fit the rulebook's schema.

    `content` are the words of campaigns, by id, that no kind of content is.
    """
    unfit = [request for request in requested if ruled[request.key].ruling.decision == "nodecision"]
    if len(unfit) > float(network.settings.intake.max_refused_share) * len(requested):
        misfits = rulebook.misfits(msgspec.json.decode(unfit[0].facts, type=Facts))
        raise TooManyRefused(
            f"{len(unfit)} of {len(requested)} requests do not fit the rulebook's schema",
            where=network.rulebook / "schema.cedarschema", got=", ".join(request.key for request in unfit[:5]),
            expected=f"a share of at most {network.settings.intake.max_refused_share}",
            todo=_content_todo(content, unfit) or "; ".join(misfits[:3]) or "check content kinds and media columns",
        )  # fmt: skip


def _content_todo(content: Mapping[str, Sequence[Refused]], unfit: Iterable[Request]) -> str:
    """Return what to do about the first request whose content no rule knows, ``""`` where there is none."""
    named = (content.get(each.campaign.id, ()) for each in unfit if each.campaign is not None)
    first = next((each for several in named for each in several), None)
    if first is None:
        return ""
    return (
        f"the first has the content `{first.value}` ({first.file}, line {first.line}), which is not {first.expected};"
        " correct what out/rejected-input.csv names, or raise max_refused_share in evenhand.toml"
    )
