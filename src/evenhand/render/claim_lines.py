"""Claims on the terminal: what is proposed and what a person said of it, the denial beside what it denies."""

from collections.abc import Iterator, Sequence

from evenhand.model.claims import Article, Claim, SaidOn
from evenhand.model.evidence import ClaimShown, DocumentShown
from evenhand.model.visible_text import on_one_line

_LONGEST = 300
_AROUND, _BESIDE = 160, 100
_MARKS = '“”«»„"'


def article_lines(article: Article) -> Iterator[str]:
    """Yield what was read from a document that nobody saved."""
    document, text = article.document, article.text
    if document.headline is not None:
        yield on_one_line(text[slice(*document.headline)])
    published = " ".join(filter(None, (document.published.date, document.published.time, document.published.zone)))
    head = filter(None, (document.publisher or document.agency, published))
    yield f"{', '.join(head) or 'no date'}; {len(document.body_lines)} lines of text, {_dropped(article)} left out"
    for note in document.notes:
        yield f"! {note}"
    yield f"{len(article.claims)} claims, each a proposal:"
    for each in article.claims:
        yield f"{each.id}  {speaker_words(each)} {each.stance_words}{claim_details(each)}"
        yield f"    {_quoted(tuple(text[start:end] for start, end in each.content))}"
        if each.denies:
            yield f"    denies {', '.join(each.denies)}"
        if each.denied_by:
            yield f"    denied by {', '.join(each.denied_by)}"
    for found in article.scare_quotes:
        if not found.in_body:
            yield f"! not verbatim in the body: {_quoted((text[slice(*found.span)],))}"


def claim_rows(shown: ClaimShown) -> Iterator[str]:
    """Yield a claim in a few lines."""
    claim = shown.claim
    yield f"{shown.id}  {shown.state}: {speaker_words(claim)} {claim.stance_words}{claim_details(claim)}"
    yield f"    {_quoted(shown.words)}"
    if shown.denied_by:
        yield f"    denied by {', '.join(shown.denied_by)}"
    if shown.perhaps_denied_by:
        yield f"    perhaps denied by {', '.join(shown.perhaps_denied_by)}: a person says of each whether it is"
    if shown.denies:
        yield f"    denies {', '.join(shown.denies)}"
    for each in shown.links:
        who = f"{each.by}, {each.at:%Y-%m-%d}, link {each.number}"
        yield f"    {each.relation} {each.party.kind} {each.party.id} ({who})"
        if each.although:
            yield f"      it does not name {each.party.id}; linked although: {each.although}"


def claim_page(shown: ClaimShown, beside: Sequence[tuple[ClaimShown, str]], whole: DocumentShown) -> Iterator[str]:
    """Yield a claim whole: first what denies it, each with the text it is of, then the claim, then what people said."""
    for each, text in beside:
        elsewhere = f" (in document {each.document[:12]})" if each.document != shown.document else ""
        perhaps = "Is it denied here? A person says so" if each.id in shown.perhaps_denied_by else "It denies"
        yield f"{'Denied' if each.id in shown.denied_by else perhaps}{elsewhere}:"
        yield from (f"  {line}" for line in claim_rows(each))
        yield f"      in the text: … {_around(text, each, _BESIDE)} …"
        if each.id in (*shown.denied_by, *shown.perhaps_denied_by) and shown.state != "rejected":
            yield from (f"  {line}" for line in _answers(shown, each))
    yield from claim_rows(shown)
    start, end = shown.claim.content[0][0], shown.claim.content[-1][1]
    yield f"In the text ({start}:{end}): … {_around(whole.text, shown, _AROUND)} …"
    if shown.before is not None:
        yield f"Proposed was: {speaker_words(shown.before)} {shown.before.stance_words}{claim_details(shown.before)}"
    if shown.at is not None:
        note = f": {shown.note}" if shown.note else ""
        yield f"{shown.state} by {shown.by}, {shown.at:%Y-%m-%d %H:%M} UTC (event {shown.number}){note}"
    kind = "published by an office itself" if whole.official else "a report"
    yield f"Document {shown.document[:12]}, {whole.document.uri}, {kind}; saved by {whole.added_by}"


def _around(text: str, shown: ClaimShown, characters: int) -> str:
    """Return the text that a claim stands in, so many characters before and after: "it" alone tells nobody what."""
    start, end = shown.claim.content[0][0], shown.claim.content[-1][1]
    return on_one_line(text[max(start - characters, 0) : end + characters])


def _answers(shown: ClaimShown, denial: ClaimShown) -> Iterator[str]:
    """Yield how a person answers a denial of a claim, or takes back that it is one."""
    is_tied = shown.id in denial.denies
    if shown.state == "proposed" or denial.id in shown.perhaps_denied_by or is_tied:
        yield from denial_answers(denial.id, is_tied=is_tied)
    else:
        yield "    named as its denial; to take that back:"
        yield f"      evenhand evidence untie DIR {shown.id} {denial.id} --by PERSON --why TEXT"


def denial_answers(denial: str, *, is_tied: bool) -> Iterator[str]:
    """Yield both answers to a denial: it denies the claim, or it does not belong; `is_tied`: it says itself it does."""
    yield f"    denies it:        --beside {denial}"
    correct = f"evenhand evidence correct DIR {denial} --by PERSON --why TEXT --denies -"
    yield f"    does not belong:  {correct}" if is_tied else f"    does not belong:  --unrelated {denial} --why TEXT"


def document_line(whole: DocumentShown) -> str:
    """Return a line on a document: how its SHA-256 begins, its headline, where it is from."""
    headline = whole.document.headline
    title = on_one_line(whole.text[slice(*headline)]) if headline is not None else ""
    return f"Document {whole.document.id[:12]}: {', '.join(filter(None, (title, whole.document.uri)))}"


def speaker_words(claim: Claim) -> str:
    """Return who speaks and of which kind the speaker is, on one line."""
    speaker = claim.speaker
    name = on_one_line(speaker.name) or "somebody"
    for_whom = f" for {on_one_line(speaker.speaks_for)}" if speaker.speaks_for else ""
    elsewhere = ", known from elsewhere" if speaker.resolved_from else ""
    return f"{name} ({speaker.kind.replace('_', ' ')}{for_whom}{elsewhere})"


def claim_details(claim: Claim) -> str:
    """Return in brackets how many persons speak, through whom, when, and what else the claim does; else ``""``."""
    count, through = claim.source_count, claim.reported_by
    details = (
        f"{count.n} {'person' if count.n == 1 else 'persons'}"
        if count is not None and count.n is not None and not count.named
        else "",
        f"reported by {on_one_line(through.name)}{_day(through.said_on)}" if through is not None else "",
        f"said on{_day(claim.said_on)}" if claim.said_on is not None and claim.said_on.value else "",
        ", ".join(claim.secondary).replace("_", " "),
    )
    joined = "; ".join(filter(None, details))
    return f" ({joined})" if joined else ""


def _day(said_on: SaidOn | None) -> str:
    return f" {said_on.value}" if said_on is not None and said_on.value else ""


def _quoted(words: tuple[str, ...]) -> str:
    text = " … ".join(map(on_one_line, words))
    if text[:1] in _MARKS and text[-1:] in _MARKS:
        text = text[1:-1]
    return f'"{text}"' if len(text) <= _LONGEST else f'"{text[:_LONGEST]}" … ({len(text):,} characters)'


def _dropped(article: Article) -> int:
    return len(article.document.dropped_lines)
