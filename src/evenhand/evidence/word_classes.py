"""Small classes of English words (`word_classes.txt`): the grammar that finds speakers knows no other words."""

from importlib.resources import files
from typing import Final


def _read() -> dict[str, frozenset[str]]:
    classes: dict[str, frozenset[str]] = {}
    name = ""
    for line in files("evenhand.evidence").joinpath("word_classes.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif not line.startswith("#"):
            classes[name] = classes.get(name, frozenset()) | frozenset(line.split())
    return classes


_CLASSES: Final = _read()
ADVERBS: Final = _CLASSES["adverbs"]
AUXILIARIES: Final = _CLASSES["auxiliaries"]
BE: Final = _CLASSES["be"]
BEFORE_BASE: Final = _CLASSES["before_base"]
BEFORE_PARTICIPLES: Final = _CLASSES["before_participles"]
BEFORE_PRESENT: Final = _CLASSES["before_present"]
BODIES: Final = _CLASSES["bodies"]
BOUNDS: Final = _CLASSES["bounds"]
BREAKS: Final = _CLASSES["breaks"]
CLAUSE_OPENERS: Final = _CLASSES["clause_openers"]
COUNTS: Final = _CLASSES["counts"]
DAYS: Final = _CLASSES["days"]
DETERMINERS: Final = _CLASSES["determiners"]
HUMANS: Final = _CLASSES["humans"] | _CLASSES["titles"]
IRREGULAR_PAST: Final = _CLASSES["irregular_past"]
FEMALE_TITLES: Final = _CLASSES["female_titles"]
JOINTS: Final = _CLASSES["joints"]
MALE_TITLES: Final = _CLASSES["male_titles"]
MODALS: Final = _CLASSES["modals"]
MONTHS: Final = _CLASSES["months"]
NAMES_TOO: Final = _CLASSES["names_too"]
NEGATIONS: Final = _CLASSES["negations"]
NO_ADVERBS: Final = _CLASSES["no_adverbs"]
OF_A_NAME: Final = _CLASSES["of_a_name"]
PARTICIPLES: Final = _CLASSES["participles"]
PARTICLES: Final = _CLASSES["particles"]
POSSESSIVES: Final = _CLASSES["possessives"]
PREPOSITIONS: Final = _CLASSES["prepositions"]
SUBJECT_PRONOUNS: Final = _CLASSES["subject_pronouns"]
TIMES: Final = _CLASSES["times"] | _CLASSES["days"]
TITLES: Final = _CLASSES["titles"]
