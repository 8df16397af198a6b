"""Copies of one report count once; a quotation that two reports share does not make them copies."""

from hypothesis import given
from hypothesis import strategies as st

from evenhand.evidence.one_origin import same_origin
from evenhand.evidence.read_document import read_document
from evenhand.model.claims import Article

SENTENCES = (
    "The ministry of posts said on Wednesday that a network had treated its adverts unfairly since January.",
    "“We asked for the rules of the network, and nobody sent them to us,” the minister told reporters in Ostvik.",
    "Two officials, who asked not to be named, said that 14 adverts had been refused since the new year.",
    "The network said in a statement that its rules were the same for every ministry and every shop.",
    "A court will hear both sides of the dispute in the autumn, and the adverts stay off until then.",
    "The ministry has spent a third less on advertising this year than in the year before the dispute.",
)
STATEMENT = (
    "“We have never refused an advert because of who had paid for it or what it said about us.”",
    "“We will publish the list of all adverts that were refused before the end of this month.”",
    "“Whoever has a complaint about it can send it to the office that we opened in the spring.”",
)


def article(*sentences: str, dateline: str = "", page: str = "") -> Article:
    body = "\n\n".join([dateline + sentences[0], *sentences[1:]])
    text = f"Home | News\nA headline of some words {page}\n3 April 2024\n{body}\nShare\n"
    document, text = read_document(text.encode(), f"{page}.txt")
    return Article(document=document, text=text)


def test_a_copy_is_of_one_origin_whatever_page_is_around_it() -> None:
    """With another headline and without the dateline."""
    assert same_origin(article(*SENTENCES, dateline="OSTVIK (Nordia) - "), article(*SENTENCES, page="elsewhere"))


def test_a_copy_in_another_order_is_of_one_origin() -> None:
    """Editors move paragraphs."""
    assert same_origin(article(*SENTENCES), article(*reversed(SENTENCES)))


def test_a_shortened_copy_is_of_one_origin() -> None:
    """60 % of the shorter one's sentences stand in the other."""
    assert same_origin(article(*SENTENCES), article(SENTENCES[0], SENTENCES[2], STATEMENT[0]))
    assert same_origin(article(*SENTENCES), article(SENTENCES[0]))
    assert not same_origin(article(*SENTENCES), article(SENTENCES[0], STATEMENT[1], STATEMENT[0]))


def test_a_copy_with_a_word_changed_in_each_sentence_is_of_one_origin() -> None:
    """Half of all sequences of five words are common still."""
    changed = [sentence.replace(" the ", " that ", 1).replace(" had ", " has ", 1) for sentence in SENTENCES]
    ends = [f"{sentence[:-1]} now." for sentence in SENTENCES if "“" not in sentence]

    assert same_origin(article(*SENTENCES), article(*ends, SENTENCES[1]))
    assert not same_origin(article(*changed[:2]), article(*ends[2:]))


def test_one_quotation_in_common_makes_no_copies() -> None:
    """Nor does a whole statement to the press."""
    own = "Our correspondent spoke to both sides of the dispute over the adverts in the town hall."

    assert not same_origin(article(*SENTENCES), article(own, SENTENCES[1], "The mayor was not there to answer."))
    assert not same_origin(article(*STATEMENT, *SENTENCES[:3]), article(own, *STATEMENT))
    spoken = " ".join(sentence.strip("“”") for sentence in STATEMENT)
    assert not same_origin(article(f"“{spoken}”", *SENTENCES[:3]), article(own, f"“{spoken}”"))


def test_a_copy_cut_to_sentences_with_quoted_words_is_of_one_origin() -> None:
    """The reporter's own words around a quotation are as good as a sentence without one."""
    quoting = "The ministry of posts told the council on Monday evening that the rules were “a joke”."

    assert same_origin(article(quoting, *SENTENCES), article(quoting))


def test_reports_of_one_agency_and_day_need_less_in_common() -> None:
    """The agency rewrote its own report during the day."""
    dateline = "OSTVIK (Nordia) - "
    first = article(*SENTENCES, dateline=dateline)
    later = article(*STATEMENT, *SENTENCES[3:5], dateline=dateline, page="later")

    assert same_origin(first, later)
    assert not same_origin(first, article(*STATEMENT, *SENTENCES[3:5], page="of nobody"))
    assert not same_origin(first, article(*STATEMENT, *SENTENCES[3:5], dateline="OSTVIK (Sudia) - "))


def test_a_report_without_words_is_a_copy_of_itself_alone() -> None:
    """Nothing in common is nothing in common."""
    empty, other = (Article(document=read_document(data, "a.txt")[0], text="") for data in (b"", b" "))

    assert same_origin(empty, empty)
    assert not same_origin(empty, other)


@given(st.lists(st.sampled_from([*SENTENCES, *STATEMENT]), min_size=1, max_size=9), st.data())
def test_what_is_of_one_origin_does_not_depend_on_who_comes_first(drawn: list[str], data: st.DataObject) -> None:
    """A comparison has two equal sides."""
    other = data.draw(st.lists(st.sampled_from([*SENTENCES, *STATEMENT]), min_size=1, max_size=9))
    one, two = article(*drawn), article(*other, page="two")

    assert same_origin(one, two) == same_origin(two, one)
