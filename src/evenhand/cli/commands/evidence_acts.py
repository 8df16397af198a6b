"""`evidence confirm`, `correct`, `reject`, `link` and `unlink`: what a person says of a claim."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.acting import Sign, acting_of
from evenhand.cli.common import AllowFuture, AsJson, Folder, print_json, recorded_instant, say, say_wrapped, tools
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.model.claims import Span
    from evenhand.workflows.evidence.claim_decisions import Correction, StatedDecision
    from evenhand.workflows.evidence.linking import StatedLink

ClaimId = Annotated[str, typer.Argument(metavar="ID", help="Id of the claim, or how it begins.", show_default=False)]
PartyId = Annotated[str, typer.Argument(metavar="PARTY", help="Id of an advertiser or payer.", show_default=False)]
By = Annotated[str, typer.Option("--by", "--as", metavar="PERSON", help="Who does it.", show_default=False)]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="In words, for those who check it.")]
At = Annotated[str | None, typer.Option("--at", help="When it was done, ISO with offset; default: now.")]
Beside = Annotated[
    list[str] | None, typer.Option("--beside", metavar="ID", help="A denial of it that you have read; name each.")
]
Apart = Annotated[
    str, typer.Option("--no-denial-belongs", metavar="TEXT", help="Why no denial that may be of it is; in words.")
]
Unrelated = Annotated[
    list[str] | None, typer.Option("--unrelated", metavar="ID", help="A denial that is of something else; say --why.")
]
Overturn = Annotated[
    int | None, typer.Option("--overturn", metavar="EVENT", help="What another person said and this changes.")
]
_NAMES = ("speaker", "kind", "speaks_for", "stance", "persons", "said_on")


def add_to(group: typer.Typer) -> None:
    """Add these verbs to the group `evidence`."""
    for name, verb in (
        ("confirm", confirm), ("correct", correct), ("reject", reject), ("untie", untie), ("link", link),
        ("unlink", unlink),
    ):  # fmt: skip
        group.command(name)(verb)


def confirm(
    folder: Folder, claim: ClaimId, *, by: By, why: Why = "", beside: Beside = None, unrelated: Unrelated = None,
    no_denial: Apart = "", overturn: Overturn = None, sign: Sign = "", at: At = None, allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Confirm that a claim was made as it was read; not that it is true. Each denial of it is answered by name."""
    from evenhand.workflows.evidence.claim_decisions import StatedDecision

    stated = StatedDecision(claim, "confirm", why, tuple(beside or ()), no_denial, overturn,
                            unrelated=tuple(unrelated or ()))  # fmt: skip
    _decide(folder, stated, (by, sign), at, allow_future=allow_future, as_json=as_json)


def correct(
    folder: Folder, claim: ClaimId, *, by: By, why: Why,
    speaker: Annotated[str | None, typer.Option("--speaker", metavar="NAME", help="Who speaks.")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="named_person, named_organisation, state, anonymous, "
                                 "document or unspecified.")
    ] = None,
    speaks_for: Annotated[str | None, typer.Option("--speaks-for", metavar="NAME", help="For whom.")] = None,
    stance: Annotated[str | None, typer.Option("--stance", metavar="STANCE", help="Such as accuses or denies.")] = None,
    persons: Annotated[int | None, typer.Option("--persons", metavar="N", help="How many persons speak.")] = None,
    said_on: Annotated[str | None, typer.Option("--said-on", metavar="DAY", help="When it was said.")] = None,
    content: Annotated[
        list[str] | None, typer.Option("--content", metavar="START:END", help="Where its words stand in the text.")
    ] = None,
    denies: Annotated[
        list[str] | None, typer.Option("--denies", metavar="ID", help="A claim that it denies; none: `--denies -`.")
    ] = None,
    beside: Beside = None, unrelated: Unrelated = None, no_denial: Apart = "", overturn: Overturn = None,
    sign: Sign = "", at: At = None, allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Correct a claim and confirm it so; the words stay those of the document, what was proposed is kept."""
    from evenhand.workflows.evidence.claim_decisions import StatedDecision

    values = dict(zip(_NAMES, (speaker, kind, speaks_for, stance, persons, said_on), strict=True))
    stated = StatedDecision(claim, "correct", why, tuple(beside or ()), no_denial, overturn,
                            _correction(values, content, denies), tuple(unrelated or ()))  # fmt: skip
    _decide(folder, stated, (by, sign), at, allow_future=allow_future, as_json=as_json)


def reject(
    folder: Folder, claim: ClaimId, *, by: By, why: Why, overturn: Overturn = None, sign: Sign = "", at: At = None,
    allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Reject a claim: it was not made so. One that was confirmed before counts no more."""
    from evenhand.workflows.evidence.claim_decisions import StatedDecision

    stated = StatedDecision(claim, "reject", why, overturns=overturn)
    _decide(folder, stated, (by, sign), at, allow_future=allow_future, as_json=as_json)


def untie(
    folder: Folder, claim: ClaimId,
    denial: Annotated[str, typer.Argument(metavar="DENIAL", help="Id of the denial that is of something else.")],
    *, by: By, why: Why, overturn: Overturn = None, sign: Sign = "", at: At = None, allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take back that a denial is of a claim, after it was named by mistake; the claim stays confirmed."""
    from evenhand.render.claim_lines import claim_rows
    from evenhand.store.network import read_network
    from evenhand.workflows.evidence.claim_decisions import StatedDecision, take_back_denial

    network, now = read_network(folder), recorded_instant(at, allow_future=allow_future)
    stated = StatedDecision(claim, "confirm", why, overturns=overturn)
    with tools(quiet=True) as handed:
        shown = take_back_denial(network, stated, denial, acting_of(network, by, sign), now, handed)
    if as_json:
        print_json(shown)
        return
    for line in claim_rows(shown):
        say_wrapped(line)
    say(f"Next: evenhand evidence show {folder} {shown.id}")


def link(
    folder: Folder, claim: ClaimId, party: PartyId, *, by: By,
    relation: Annotated[
        str, typer.Option("--relation", metavar="WHAT", help="about the party, by it, or for it.")
    ] = "about",
    although: Annotated[
        str, typer.Option("--although-not-named", metavar="TEXT", help="Why it is about a party that it does not name.")
    ] = "",
    why: Why = "", overturn: Overturn = None, sign: Sign = "", at: At = None, allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say what a confirmed claim is to a party; accusations about it count from the next run on."""
    from evenhand.workflows.evidence.linking import RELATIONS, StatedLink

    known = next((each for each in RELATIONS if each == relation), None)
    if known is None:
        raise BadInput("unknown relation", where="--relation", got=relation, expected=", ".join(RELATIONS))
    stated = StatedLink(claim, party, known, why, although, overturn)
    _link(folder, stated, (by, sign), at, allow_future=allow_future, as_json=as_json)


def unlink(
    folder: Folder, claim: ClaimId, party: PartyId, *, by: By, why: Why, overturn: Overturn = None,
    sign: Sign = "", at: At = None, allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take a link back: the claim is nothing to the party."""
    from evenhand.workflows.evidence.linking import StatedLink

    stated = StatedLink(claim, party, None, why, overturns=overturn)
    _link(folder, stated, (by, sign), at, allow_future=allow_future, as_json=as_json)


def _decide(
    folder: Path, stated: "StatedDecision", who: tuple[str, str], at: str | None, *, allow_future: bool, as_json: bool
) -> None:
    from evenhand.render.claim_lines import claim_rows
    from evenhand.store.network import read_network
    from evenhand.workflows.evidence.claim_decisions import decide_claim

    network, now = read_network(folder), recorded_instant(at, allow_future=allow_future)
    with tools(quiet=True) as handed:
        shown = decide_claim(network, stated, acting_of(network, *who), now, handed)
    if as_json:
        print_json(shown)
        return
    for line in claim_rows(shown):
        say_wrapped(line)
    say(f"Next: evenhand evidence link {folder} {shown.id} PARTY --by {who[0]}" if shown.state != "rejected"
        else f"Next: evenhand evidence claims {folder} --state proposed")  # fmt: skip


def _link(
    folder: Path, stated: "StatedLink", who: tuple[str, str], at: str | None, *, allow_future: bool, as_json: bool
) -> None:
    from evenhand.evidence import same_origin
    from evenhand.render.claim_lines import claim_rows
    from evenhand.store.network import read_network
    from evenhand.workflows.evidence.linking import link_claim

    network, now = read_network(folder), recorded_instant(at, allow_future=allow_future)
    with tools(quiet=True) as handed:
        done = link_claim(network, stated, acting_of(network, *who), now, handed, same_origin)
    if as_json:
        print_json({"claim": done.claim, "complaint_draft": done.draft})
        return
    for line in claim_rows(done.claim):
        say_wrapped(line)
    if done.draft is not None:
        say_wrapped(f"It asks for a review. A draft of a complaint is in {done.draft.file}; nothing is filed.")
        say(f"Next: evenhand complain {folder} DECISION --reason facts_wrong --by {done.draft.party.id} "
            f"--text {folder / done.draft.file}")  # fmt: skip
    elif done.counts:
        say(f"Next: evenhand run {folder} # it counts from this run on")
    else:
        say_wrapped(f"Linked, but {done.why_not}")
        say(f"Next: evenhand evidence confirm {folder} ACCUSATION --by {who[0]} --beside {done.claim.id}"
            if done.denies else f"Next: evenhand evidence show {folder} {done.claim.id}")  # fmt: skip


def _correction(values: dict[str, Any], content: list[str] | None, denies: list[str] | None) -> "Correction":
    from evenhand.workflows.evidence.claim_decisions import Correction

    denied = None if denies is None else tuple(each for each in denies if each != "-")
    return Correction(**values, content=tuple(_span(each) for each in content or ()), denies=denied)


def _span(text: str) -> "Span":
    start, _, end = text.partition(":")
    try:
        return int(start), int(end)
    except ValueError:
        raise BadInput("no place in the text", where="--content", got=text, expected="START:END, as 120:164") from None
