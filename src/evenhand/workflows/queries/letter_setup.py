"""What a person settles before the first letter goes out: its language, and the addresses that it names."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from evenhand.lists import Versions
from evenhand.model.hosts import host_of
from evenhand.model.network import ListSource
from evenhand.model.run import Advice
from evenhand.reasons.language import ENGLISH, languages, words_of
from evenhand.reasons.text_language import language_told
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.workflows.influence.influence_run import UNVERIFIED
from evenhand.workflows.queries.client_table import ClientTable, has_verification, read_client_table, table_language

LANGUAGE_NAMES = {
    "ar": "Arabic", "cs": "Czech", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian",
    "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "tr": "Turkish",
}  # fmt: skip
# Countries in which most business is done in one language; those of several, such as CH and BE, are left out.
_SPOKEN = {
    "ar": ("AE", "BH", "EG", "IQ", "JO", "KW", "LB", "LY", "OM", "PS", "QA", "SA", "SY", "YE"),
    "de": ("AT", "DE", "LI"), "es": ("AR", "CL", "CO", "ES", "MX", "PE", "UY", "VE"), "fr": ("FR", "MC"),
    "it": ("IT", "SM"), "pl": ("PL",), "ru": ("RU",),
}  # fmt: skip
_LANGUAGE_IN = {country: language for language, countries in _SPOKEN.items() for country in countries}
_MOST_CLIENTS = 0.9
_MOST_NAMED = 3
_RESERVED = (".example", "example.com", "example.net", "example.org")
_IN_LETTERS = ("policy_url", "complaint_url", "log_url")


def setup_findings(network: Network) -> Iterator[Advice]:
    """Yield what letters would say wrongly, and that bids by website would find nobody.

    Raises:
        TableUnreadable: the table of advertisers is none.
    """
    clients = _clients(network)
    yield from _addresses(network)
    yield from _log_name(network)
    yield from _letter_language(network, clients)
    yield from _websites(network, clients)
    yield from _owners(network, clients)
    yield from _verification(network)


def undated_list(network: Network, kept: Versions, source: ListSource) -> Iterator[Advice]:
    """Yield that nobody can tell the age of a publisher's list; one of the house is as new as the network keeps it."""
    current = kept.current(source.key)
    if current is None or current.published_on or source.urls or source.key.startswith("house-"):
        return
    if source.max_age_days is None:  # else its age is a finding of its own
        settings = network.folder / SETTINGS_FILE
        what = f"list {source.key} has no date: its files state none, so nobody can tell how old it is"
        todo = f"set `published_on = YYYY-MM-DD` in its [[list]] block of {settings} whenever you replace its files"
        yield Advice("warning", "lists", what, f"{todo}, or give its `url` and use evenhand lists update")


def before_first_letter(network: Network) -> Iterator[str]:
    """Yield, in sentences, what a new network's letters are like and what else somebody looks at in time."""
    reasons, clients, kept = network.settings.reasons, _clients(network), Versions(network.lists)
    language = [each.what for each in _letter_language(network, clients)]
    addresses = [each.what for each in _addresses(network)]
    others = [each.what for each in _websites(network, clients)]
    others += (each.what for source in network.settings.lists for each in undated_list(network, kept, source))
    written = f"letters are in {language_name(reasons.language)}"
    if language_name(reasons.language) != LANGUAGE_NAMES[ENGLISH]:
        written += ", and quote the titles and reasons of the rules as the rulebook has them"
    named = f"they name {reasons.policy_url} and {reasons.complaint_url}: both pages must be there"
    if clients is not None and clients.has_amounts:
        others.append(f"amounts without a currency of their own are in {network.settings.network.currency}")
    for what in (*(language or [written]), *(addresses or [named]), *others):
        yield f"{what[0].upper()}{what[1:]}."


def letter_language(table: Path, columns: Mapping[str, str], sheet: str) -> str:
    """Return the language for letters to the clients of somebody's own table: its headings', where there is one."""
    language = table_language(table, columns, sheet)
    return language if language in languages() else ENGLISH


def language_name(tag: str) -> str:
    """Return the English name of the language that letters are in where a tag asks for it.

    >>> language_name("de-AT"), language_name("pl")
    ('German', 'English')
    """
    return LANGUAGE_NAMES[words_of(tag).language]


def _clients(network: Network) -> ClientTable | None:
    return read_client_table(network) if (network.folder / network.settings.intake.advertisers).is_file() else None


def _addresses(network: Network) -> Iterator[Advice]:
    settings, reasons = network.folder / SETTINGS_FILE, network.settings.reasons
    named = {key: getattr(reasons, key) for key in _IN_LETTERS}
    wrong = [f"{key} {url}" for key, url in named.items() if _is_reserved(host_of(url) or "")]
    if wrong:
        what = f"letters name addresses that belong to nobody: {', '.join(wrong)}"
        yield Advice("warning", "settings", what, f"write your own addresses into [reasons] of {settings}")


def _log_name(network: Network) -> Iterator[Advice]:
    origin = network.settings.network.origin
    if _is_reserved(origin.partition("/")[0]):
        what = f"the log is called {origin}, an address that belongs to nobody; letters name it in their receipt"
        todo = "before you send a letter, make the network again in another folder: evenhand init DIR --origin ADDRESS"
        yield Advice("warning", "settings", what, todo)


def _is_reserved(host: str) -> bool:
    """Return whether a host is of the names that nobody can own (RFC 2606); `init` and the documents write them."""
    return any(f".{host}".endswith(name if name.startswith(".") else f".{name}") for name in _RESERVED)


def _letter_language(network: Network, clients: ClientTable | None) -> Iterator[Advice]:
    yield from _texts_of_others(network)
    written = network.settings.reasons.language
    if clients is None or "-" in written:  # `en-IE` is English by somebody's choice
        return
    if clients.spoken:
        yield from _stated_languages(network, clients)
        return
    if written != ENGLISH:
        return
    language, why = _language_of_clients(clients)
    if not language:
        return
    settings = network.folder / SETTINGS_FILE
    keep = f'`language = "{_by_choice(ENGLISH)}"` keeps English and ends this warning'
    if language in languages():
        todo = f'set `language = "{language}"` in [reasons] of {settings}; {keep}'
    else:
        todo = f"there are no {LANGUAGE_NAMES[language]} letters: have them translated before they go out; {keep}"
    yield Advice("warning", "settings", f"letters are in English; {why}", todo)


def _stated_languages(network: Network, clients: ClientTable) -> Iterator[Advice]:
    """Yield that clients are named in the table who read none of the language of letters: all are in one."""
    written, settings = network.settings.reasons.language, network.folder / SETTINGS_FILE
    others = Counter[str]()
    for spoken, count in clients.spoken.items():
        if words_of(written).language not in spoken:
            others[min(spoken)] += count
    number, rows = others.total(), sum(clients.spoken.values())
    if number <= (1 - _MOST_CLIENTS) * rows:
        return
    named = ", ".join(f"{LANGUAGE_NAMES.get(each, each)} {count:,}" for each, count in others.most_common(_MOST_NAMED))
    more = " and others" if len(others) > _MOST_NAMED else ""
    what = (
        f"letters are in {language_name(written)}; {number:,} of {rows:,} clients with a language in the"
        f" table have another: {named}{more}"
    )
    todo = (
        "all letters of a network are in one language: choose it in [reasons] `language` of"
        f" {settings}, and have letters to the others translated before they go out;"
        f' `language = "{_by_choice(written)}"` keeps {language_name(written)} and ends this warning'
    )
    yield Advice("warning", "settings", what, todo)


def _by_choice(language: str) -> str:
    """Return a tag of the same letters that says that somebody chose them: with a place."""
    return {"en": "en-IE", "ar": "ar-001"}.get(language, f"{language}-{language.upper()}")


def _texts_of_others(network: Network) -> Iterator[Advice]:
    """Yield that a network's own texts are in another language than its letters, as far as their words tell."""
    reasons = network.settings.reasons
    written = words_of(reasons.language).language
    languages_of = {name: language_told(getattr(reasons, name)) for name in ("out_of_court", "judicial")}
    for name, language in languages_of.items():
        if language and language != written:
            what = f"letters are in {LANGUAGE_NAMES[written]}, and `{name}` in them is in {LANGUAGE_NAMES[language]}"
            todo = f"write `{name}` in [reasons] of {network.folder / SETTINGS_FILE} in {LANGUAGE_NAMES[written]}"
            yield Advice("warning", "settings", what, todo)


def _language_of_clients(clients: ClientTable) -> tuple[str, str]:
    """Return the language that clients are likely to read and how that is known, by headings or else by countries."""
    if clients.language not in ("", ENGLISH):
        return clients.language, f"the headings of the table are in {LANGUAGE_NAMES[clients.language]}"
    if not clients.countries:
        return "", ""
    country, rows = max(clients.countries.items(), key=lambda each: each[1])
    if rows < _MOST_CLIENTS * sum(clients.countries.values()) or country not in _LANGUAGE_IN:
        return "", ""
    place = words_of(ENGLISH).where((country,))
    return _LANGUAGE_IN[country], f"{rows:,} of {clients.rows:,} clients are {place}"


def _websites(network: Network, clients: ClientTable | None) -> Iterator[Advice]:
    has_none = network.settings.intake.columns.get("advertisers", {}).get("domains") == ""  # as somebody has said
    if clients is None or not clients.rows or clients.websites or has_none:
        return
    table, settings = network.settings.intake.advertisers, network.folder / SETTINGS_FILE
    nobody = "a bid that names its advertiser by website finds nobody"
    if clients.has_websites:
        yield Advice("warning", "tables", f"no client in {table} has a website: {nobody}", f"add websites to {table}")
        return
    todo = f'name its heading in [intake.columns.advertisers] of {settings}, as domains = "Homepage", or add a column'
    yield Advice("warning", "tables", f"no column of {table} is read as websites: {nobody}", todo)


def _owners(network: Network, clients: ClientTable | None) -> Iterator[Advice]:
    if clients is not None and clients.unread_owners:
        what, _, todo = clients.unread_owners.partition(". ")
        yield Advice("warning", "tables", f"{network.settings.intake.advertisers}: {what}", todo)


def _verification(network: Network) -> Iterator[Advice]:
    """Yield that acts are compared while every payer counts as unverified."""
    intake, settings = network.settings.intake, network.settings.influence
    if not settings.enabled or not (intake.events or intake.bids):
        return
    given = [name for name in ("advertisers", "payers") if (network.folder / (getattr(intake, name) or ".")).is_file()]
    if not any(has_verification(network, name) for name in given):
        todo = (
            f"fill in `verification` in {intake.advertisers}, before a run decides: evenhand influence run tests alone"
        )
        yield Advice("warning", "tables", UNVERIFIED, todo)
