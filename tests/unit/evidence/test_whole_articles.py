"""Who said what in whole invented articles: speaker, first and last word of each claim, in order."""

from evenhand.evidence.attributions import find_attributions
from evenhand.evidence.text_spans import lines

# All persons, companies, outlets and events are invented.
REGULATOR = """
LAGOS, Aug 3 (Delta Wire) - The broadcasting regulator on Monday dismissed as "baseless" a claim by the opposition that it had shut two stations on orders.
'We acted on the law and on nothing else,' the commission's head, Ada Obi, told a news conference. 'Anyone who says otherwise should bring proof.'
The Progress Alliance, which has accused the government of silencing critics ahead of a vote, said it would go to court. Its spokesman Femi Ade said: "We have the letters. We will publish them."
Asked about the letters, Obi said she had not seen them and declined to discuss their content.
"I cannot comment on papers I have not read," she said.
Two people with direct knowledge of the matter said the order had come from an aide.
Rights group Open Airwaves called the closures "a warning shot" and urged donors to reconsider their support.
In a statement late on Sunday, the information ministry denied that any minister had been involved.
Critics say the law gives it too much power.
According to a copy of one letter seen by Delta Wire, the station was told to stop broadcasting "until further notice".
(Reporting by Tolu Musa; editing by Ruth Hill)
"""  # noqa: E501

WATCHDOG = """
PARIS (Sud Wire) — The competition watchdog said Tuesday it was opening an inquiry into the exchange Voltane.
“The complaints are serious,” the authority's president, Claire Dubreuil, said in a video message. “But nobody has been found guilty.”
Voltane, whose shares fell 4 percent, rejected the allegations as “fantasy.” Its general counsel, Marc Petit, accused the rivals of using the watchdog “as a weapon.”
“We will cooperate fully,” he added.
Analysts at Banque Mer estimate the fine could reach 200 million euros. One of them, Paul Noir, wrote in a note that “a settlement remains the most likely outcome.”
The Commission, which closed a similar case in 2017, declined to say whether it would step in.
Consumer groups have long warned that ad markets are opaque. “We told them so years ago,” says Lucie Blanc of the group Acheteurs, who added that her group would join the case.
"""  # noqa: E501


def claims(text: str) -> list[tuple[str, str]]:
    found = find_attributions(text, [span for span in lines(text) if text[slice(*span)].strip()])
    words = [" ".join(text[slice(*span)] for span in each.content).split() for each in found]
    return [(each.name, f"{content[0]} … {content[-1]}") for each, content in zip(found, words, strict=True)]


def test_an_article_of_accusations_and_denials_is_read() -> None:
    assert claims(REGULATOR) == [
        ("The broadcasting regulator", "a … orders"),
        ("the opposition", "that … orders"),
        ("Ada Obi", "'We … proof.'"),
        ("The Progress Alliance", "of … vote"),
        ("The Progress Alliance", "it … court"),
        ("Femi Ade", '"We … them."'),
        ("Ada Obi", "she … them"),
        ("Ada Obi", "declined … content"),
        ("Ada Obi", '"I … read,"'),
        ("Two people with direct knowledge of the matter", "the … aide"),
        ("Open Airwaves", 'the … shot"'),
        ("Open Airwaves", "donors … support"),
        ("the information ministry", "that … involved"),
        ("Critics", "the … power"),
        ("a copy of one letter", 'the … notice"'),
    ]


def test_a_pronoun_behind_a_firm_and_its_lawyer_means_nobody() -> None:
    assert claims(WATCHDOG) == [
        ("The competition watchdog", "it … Voltane"),
        ("Claire Dubreuil", "“The … guilty.”"),
        ("Voltane", "the … “fantasy.”"),
        ("Marc Petit", "of … weapon.”"),
        ("", "“We … fully,”"),
        ("Analysts at Banque Mer", "the … euros"),
        ("Paul Noir", "“a … outcome.”"),
        ("The Commission", "declined … in"),
        ("Consumer groups", "that … opaque"),
        ("Lucie Blanc", "“We … ago,”"),
        ("Lucie Blanc", "that … case"),
    ]
