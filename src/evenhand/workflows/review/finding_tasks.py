"""The communities of accounts that act as one as questions for a person: one each, gone when the community is."""

from collections.abc import Iterator

from evenhand.model.coordination import Community
from evenhand.model.decision import Party
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.model.task import Task, task_id
from evenhand.workflows.influence.influence_run import read_kept
from evenhand.workflows.review.run_result import RunResult

_MOST_NAMED = 3


def finding_tasks(result: RunResult) -> Iterator[Task]:
    """Yield a task for each community of the last test of the network's events that names an advertiser."""
    kept = read_kept(result.network.state)
    for community in kept.result.communities if kept is not None else ():
        if community.advertisers:
            yield _task(result, community)


def _task(result: RunResult, community: Community) -> Task:
    concerned = tuple(Party(kind="advertiser", id=each) for each in community.advertisers)
    campaigns, not_spent = result.stakes(community.advertisers)
    rests_on = canonical_exact((community.members, community.named))
    return Task(
        id=task_id("finding", community.id),
        kind="finding",
        concerned=concerned,
        question=_question(result, community),
        title=f"{_first_name(result, community)}: do {len(community.members)} accounts act as one?",
        opened=community.since,
        campaigns=campaigns,
        not_spent_micros=not_spent,
        strength=round(1.0 - community.q, 6),
        about={"community": community.id, "layers": " ".join(community.layers)},
        mark=sha256_hex(rests_on)[:12],
    )


def _first_name(result: RunResult, community: Community) -> str:
    first, *others = community.advertisers
    return f"{result.name(first) or first}{f' and {len(others)} more' if others else ''}"


def _question(result: RunResult, community: Community) -> str:
    names = [
        f"{name} ({each})" if (name := result.name(each)) else each for each in community.advertisers[:_MOST_NAMED]
    ]
    more = len(community.advertisers) - len(names)
    others = f" and {more} more" if more > 0 else ""
    accounts = f"{len(community.members)} accounts act as one"
    declared = len(community.members) - len(community.named) - len(community.outside)
    how = f"; {declared} of them declared their control with others of these" if declared else " and did not declare it"
    return f"Does one hand direct {', '.join(names)}{others}? {accounts}{how}"
