"""`evidence`: documents are saved and read, their claims shown and exported."""

import codecs
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.acting import Sign, acting_of
from evenhand.cli.commands import evidence_acts, evidence_audit
from evenhand.cli.commands.evidence_files import readable_documents, stated_document
from evenhand.cli.common import AllowFuture, AsJson, Folder, print_json, recorded_instant, say, say_wrapped, tools
from evenhand.model.errors import BadInput
from evenhand.model.output_streams import write_data
from evenhand.model.visible_text import visible

if TYPE_CHECKING:
    from evenhand.model.evidence import ClaimShown, DocumentShown
    from evenhand.workflows.evidence.adding import AddedDocument

MOST_SHOWN = 40
By = Annotated[str, typer.Option("--by", "--as", metavar="PERSON", help="Who does it.", show_default=False)]
At = Annotated[str | None, typer.Option("--at", help="When it was done, ISO with offset; default: now.")]
Media = Annotated[str, typer.Option("--media-type", metavar="TYPE", help="Of all files; default: by their names.")]


def add_to(app: typer.Typer) -> None:
    """Add the group `evidence` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    for name, verb in (("add", add), ("read", read), ("claims", claims), ("show", show), ("export", export)):
        group.command(name)(verb)
    evidence_acts.add_to(group)
    evidence_audit.add_to(group)
    group.callback()(lambda: None)
    app.add_typer(group, name="evidence", help="Reads who said what in saved documents; a person confirms.")


def add(
    folder: Folder,
    files: Annotated[list[Path], typer.Argument(metavar="[FILE]...", help="Saved articles or documents.")],
    *,
    by: By,
    uri: Annotated[str, typer.Option("--uri", metavar="ADDRESS", help="Where the one file is from.")] = "",
    official: Annotated[bool, typer.Option("--official", help="An office itself published it; no report.")] = False,
    media_type: Media = "",
    sign: Sign = "", at: At = None, allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Save documents and propose the claims that are read in them; nothing counts before a person confirms it."""
    from evenhand.store.network import read_network
    from evenhand.workflows.evidence.adding import add_documents

    network, now = read_network(folder), recorded_instant(at, allow_future=allow_future)
    if uri and len(files) > 1:
        raise BadInput("one address for several files", where="--uri", got=uri, expected="one FILE")
    good, bad = readable_documents(files, uri, media_type, official=official)
    articles = {(each.data, each.uri): article for each, article in good}
    with tools(quiet=True) as handed:
        added = add_documents(
            network, [each for each, _ in good], acting_of(network, by, sign), now, handed,
            lambda data, address, _: articles[data, address],
        ) if good else []  # fmt: skip
    _tell(folder, added, as_json=as_json)
    for error in bad[:-1]:
        sys.stderr.write(f"evenhand: {visible(str(error))}\n")
    if bad:
        raise bad[-1]


def _tell(folder: Path, added: "list[AddedDocument]", *, as_json: bool) -> None:
    if as_json:
        print_json({"documents": added})
        return
    for each in added:
        _tell_added(each)
    waiting = next((each for each in added if each.proposed), None)
    if waiting is not None:
        say(f"Next: evenhand evidence claims {folder} --document {waiting.document[:12]}")


def read(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A saved article or document.", show_default=False)],
    *,
    uri: Annotated[str, typer.Option("--uri", metavar="ADDRESS", help="Where it is from.")] = "",
    media_type: Media = "",
    as_json: AsJson = False,
) -> None:
    """Show the claims of a document without a network; nothing is kept."""
    from evenhand.evidence import read_article
    from evenhand.render.claim_lines import article_lines

    stated = stated_document(file, uri, media_type, official=False)
    article = read_article(stated.data, stated.uri, stated.media_type)
    if as_json:
        print_json(article)
        return
    for line in article_lines(article):
        say_wrapped(line)


def claims(
    folder: Folder,
    *,
    document: Annotated[
        list[str] | None, typer.Option("--document", metavar="SHA256", help="Of this document, or how it begins.")
    ] = None,
    state: Annotated[str, typer.Option("--state", metavar="STATE", help="Those in one state, as proposed.")] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show so many.")] = MOST_SHOWN,
    as_json: AsJson = False,
) -> None:
    """List the claims of saved documents, those that wait for a person first."""
    from typing import get_args

    from evenhand.model.claims import ClaimState
    from evenhand.render.wording import count
    from evenhand.store.network import read_network
    from evenhand.workflows.evidence.open_evidence import evidence_of
    from evenhand.workflows.evidence_records.claims_shown import open_documents

    network, known = read_network(folder), get_args(ClaimState)
    if state and state not in known:
        raise BadInput("no such state", where="--state", got=state, expected=", ".join(known))
    evidence = evidence_of(network)
    wanted = {evidence.find(each).id for each in document or ()}
    documents = [each.whole() for each in open_documents(network, evidence) if not wanted or each.records.id in wanted]
    found = [claim for each in documents for claim in each.claims if state in ("", claim.state)]
    if as_json:
        print_json({"documents": len(documents), "claims": found, "incomplete": sorted(evidence.incomplete)})
        return
    found.sort(key=lambda each: each.state != "proposed")
    waiting = sum(each.state == "proposed" for each in found)
    say(f"{count(len(found), 'claim')} in {count(len(documents), 'document')}; {waiting:,} wait for a person")
    _list_claims(found[:limit], documents)
    if len(found) > limit:
        say(f"and {len(found) - limit:,} more: --limit N, --document, --state")
    for erased in sorted(evidence.incomplete):
        say(f"! document {erased[:12]}: a record of it was erased, so nothing of it counts")
    if found:
        say(f"Next: evenhand evidence show {folder} {found[0].id}")


def _list_claims(found: "list[ClaimShown]", documents: "list[DocumentShown]") -> None:
    from evenhand.render.claim_lines import claim_rows, document_line

    titles, last = {each.document.id: document_line(each) for each in documents}, ""
    for each in found:
        if each.document != last:
            say_wrapped(titles[each.document])
        for line in claim_rows(each):
            say_wrapped(line)
        last = each.document


def show(
    folder: Folder,
    claim: Annotated[str, typer.Argument(metavar="ID", help="Id of a claim, or how it begins.", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Show a claim in its text with what denies it, what it denies, and what it is to whom."""
    from evenhand.render.claim_lines import claim_page
    from evenhand.store.network import read_network
    from evenhand.workflows.evidence.open_evidence import evidence_of
    from evenhand.workflows.evidence_records.claims_shown import find_claim
    from evenhand.workflows.evidence_records.source_questions import KeptSourceFacts, of_claim

    network = read_network(folder)
    evidence = evidence_of(network)
    opened, name = find_claim(network, evidence, claim)
    changes = of_claim(KeptSourceFacts().questions(network, evidence), name)
    whole = opened.whole()
    one = next(each for each in whole.claims if each.id == name)
    names = dict.fromkeys((*one.denied_by, *one.perhaps_denied_by, *one.denies))
    places = {each: opened.holder_of(each) for each in names}
    beside = [(holder.shown(each), holder.reading_of(each)[1].text) for each, holder in places.items()]
    if as_json:
        print_json(
            {
                "claim": one,
                "beside": [each for each, _ in beside],
                "document": whole.document,
                "official": whole.official,
                "changes": changes,
            }
        )
        return
    for line in (*claim_page(one, beside, whole), *(f"! {each}" for each in changes)):
        say_wrapped(line)
    answers = " ANSWERS # one for each denial above" if one.denied_by or one.perhaps_denied_by else ""
    if one.state == "proposed":
        say(f"Next: evenhand evidence confirm {folder} {one.id} --by PERSON{answers}")


def export(
    folder: Folder,
    *,
    form: Annotated[
        str, typer.Option("--format", metavar="FORM", help="csv, jsonl, annotations, stix or schema.org.")
    ] = "jsonl",
    document: Annotated[
        list[str] | None, typer.Option("--document", metavar="SHA256", help="Of this document, or how it begins.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write a new file; else print.")] = None,
) -> None:
    """Write claims for others: tables, Web Annotations, STIX, schema.org; each says whether a person confirmed it."""
    from evenhand.store.atomic_files import write_whole
    from evenhand.store.network import read_network
    from evenhand.workflows.evidence.exports import export_claims

    if out is not None and not out.parent.is_dir():
        raise BadInput("no such folder", where="--out", got=out.parent, expected="a folder that is there")
    data = export_claims(read_network(folder), form, document or ())
    if out is None:
        write_data(data.removeprefix(codecs.BOM_UTF8))
        return
    if out.exists():
        raise BadInput("there is a file already", where="--out", got=out, todo="choose another name")
    write_whole(out, data, mode=0o600)
    say(f"Written: {out}")


def _tell_added(added: "AddedDocument") -> None:
    from evenhand.render.wording import count

    what = "saved" if added.is_new else "read anew" if added.read_anew else "saved before, read alike"
    new = "claim" if added.is_new else "new claim"
    waiting = count(len(added.proposed_anew), f"{new} waits", f"{new}s wait")
    earlier = len(added.proposed) - len(added.proposed_anew)
    besides = f", beside {count(earlier, 'earlier one')}" if earlier else ""
    say_wrapped(f"{added.uri}: {what} as {added.document[:12]}; {waiting} for a person{besides}")
    for note in added.notes:
        say_wrapped(f"  ! {note}")
