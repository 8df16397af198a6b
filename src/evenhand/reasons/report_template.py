"""The template of transparency reports: files, headings, categories and rows of the parts that a network can fill.

Source: Commission Implementing Regulation (EU) 2024/2835, Annex I. Blanks at the end of a heading are the template's.
"""

from typing import NamedTuple

ALL = "All"
PLATFORMS = "Only for providers of online platforms"
HOSTING = "Only for providers of hosting services, including online platforms"

IDENTIFICATION, ILLEGAL, TERMS, COMPLAINTS, AUTOMATION = 1, 5, 6, 7, 8
FILES = {
    IDENTIFICATION: "1_report_identification.csv",
    ILLEGAL: "5_own_initiative_illegal.csv",
    TERMS: "6_own_initiative_TC.csv",
    COMPLAINTS: "7_appeals_and_recidivism.csv",
    AUTOMATION: "8_automated_means.csv",
}
LEFT_OUT = {
    2: "the list of categories has nothing to fill in; take it from the Commission's files",
    3: "orders of authorities are not kept here, only that a decision was made at an authority's request",
    4: "notices of others are not kept here, only that a decision followed one",
    9: "how many people moderate is not kept here",
    10: "how many people use the service is not kept here",
    11: "the descriptions are for people to write",
}

TOTAL, CATEGORY, KEYWORD, OTHER = "TOTAL", "STATEMENT_CATEGORY_", "KEYWORD_", "KEYWORD_OTHER"
OTHER_TERMS = f"{CATEGORY}OTHER_VIOLATION_TC"


def _categories(text: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for line in text.strip().splitlines():
        category, _, keywords = line.strip().partition(":")
        found[CATEGORY + category] = (*(KEYWORD + keyword for keyword in keywords.split()), OTHER)
    return found


CATEGORIES = _categories(
    """
    ANIMAL_WELFARE: ANIMAL_HARM UNLAWFUL_SALE_ANIMALS
    CONSUMER_INFORMATION: HIDDEN_ADVERTISEMENT INSUFFICIENT_INFORMATION_ON_TRADERS MISLEADING_INFO_GOODS_SERVICES MISLEADING_INFO_CONSUMER_RIGHTS NONCOMPLIANCE_PRICING
    CYBER_VIOLENCE: CYBER_BULLYING_INTIMIDATION CYBER_HARASSMENT CYBER_INCITEMENT CYBER_STALKING NON_CONSENSUAL_IMAGE_SHARING NON_CONSENSUAL_MATERIAL_DEEPFAKE
    CYBER_VIOLENCE_AGAINST_WOMEN: BULLYING_AGAINST_GIRLS CYBER_HARASSMENT_AGAINST_WOMEN CYBER_STALKING_AGAINST_WOMEN FEMALE_GENDERED_DISINFORMATION INCITEMENT_AGAINST_WOMEN NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN
    DATA_PROTECTION_AND_PRIVACY_VIOLATIONS: BIOMETRIC_DATA_BREACH DATA_FALSIFICATION MISSING_PROCESSING_GROUND RIGHT_TO_BE_FORGOTTEN
    ILLEGAL_OR_HARMFUL_SPEECH: DEFAMATION DISCRIMINATION HATE_SPEECH
    INTELLECTUAL_PROPERTY_INFRINGEMENTS: COPYRIGHT_INFRINGEMENT DESIGN_INFRINGEMENT GEOGRAPHIC_INDICATIONS_INFRINGEMENT PATENT_INFRINGEMENT TRADE_SECRET_INFRINGEMENT TRADEMARK_INFRINGEMENT
    NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS: MISINFORMATION_DISINFORMATION VIOLATION_EU_LAW VIOLATION_NATIONAL_LAW
    PROTECTION_OF_MINORS: AGE_SPECIFIC_RESTRICTIONS_MINORS CHILD_SEXUAL_ABUSE_MATERIAL CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE GROOMING_SEXUAL_ENTICEMENT_MINORS UNSAFE_CHALLENGES
    RISK_FOR_PUBLIC_SECURITY: ILLEGAL_ORGANIZATIONS RISK_ENVIRONMENTAL_DAMAGE RISK_PUBLIC_HEALTH TERRORIST_CONTENT
    SCAMS_AND_FRAUD: IMPERSONATION_ACCOUNT_HIJACKING INAUTHENTIC_ACCOUNTS INAUTHENTIC_LISTINGS INAUTHENTIC_USER_REVIEWS PHISHING PYRAMID_SCHEMES
    SELF_HARM: CONTENT_PROMOTING_EATING_DISORDERS SELF_MUTILATION SUICIDE
    UNSAFE_AND_PROHIBITED_PRODUCTS: PROHIBITED_PRODUCTS UNSAFE_PRODUCTS
    VIOLENCE: COORDINATED_HARM INCITEMENT_VIOLENCE_HATRED HUMAN_EXPLOITATION HUMAN_TRAFFICKING TRAFFICKING_WOMEN_GIRLS
    OTHER_VIOLATION_TC: ADULT_SEXUAL_MATERIAL AGE_SPECIFIC_RESTRICTIONS GEOGRAPHICAL_REQUIREMENTS GOODS_SERVICES_NOT_PERMITTED LANGUAGE_REQUIREMENTS NUDITY
    """  # noqa: E501  one category a line
)

MEASURES = "Number of measures taken at the provider's own initiative "
SOLELY_AUTOMATED = "Number of measures taken after detection with solely automated means "
RESTRICTION_COLUMNS = {
    "DECISION_VISIBILITY_CONTENT_REMOVED": "Visibility restriction Removal",
    "DECISION_VISIBILITY_CONTENT_DISABLED": "Visibility restriction Disable",
    "DECISION_VISIBILITY_CONTENT_DEMOTED": "Visibility restriction Demoted",
    "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED": "Visibility restriction Age restricted",
    "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED": "Visibility restriction Interaction restricted",
    "DECISION_VISIBILITY_CONTENT_LABELLED": "Visibility restriction Labelled ",
    "DECISION_VISIBILITY_OTHER": "Visibility restriction Other",
    "DECISION_MONETARY_SUSPENSION": "Monetary restriction Suspension",
    "DECISION_MONETARY_TERMINATION": "Monetary restriction Termination",
    "DECISION_MONETARY_OTHER": "Monetary restriction Other",
    "DECISION_PROVISION_PARTIAL_SUSPENSION": "Provision of the service Suspension",
    "DECISION_PROVISION_TOTAL_SUSPENSION": "Provision of the service Suspension",
    "DECISION_PROVISION_PARTIAL_TERMINATION": "Provision of the service Termination",
    "DECISION_PROVISION_TOTAL_TERMINATION": "Provision of the service Termination",
    "DECISION_ACCOUNT_SUSPENDED": "Account restriction Suspension",
    "DECISION_ACCOUNT_TERMINATED": "Account restriction Termination",
}
COUNTED_COLUMNS = (MEASURES, SOLELY_AUTOMATED, *dict.fromkeys(RESTRICTION_COLUMNS.values()))
CATEGORY_COLUMNS = {
    ILLEGAL: "Category of illegal content",
    TERMS: "Category of incompatibility with the provider's terms and conditions",
}
DESCRIPTION = 'Description of the sub-category "Other"'
CONTEXT = "Contextual Information"

_BEGINNING = ("Applicability", "Service", "Reporting period")
_INDICATORS = (*_BEGINNING, "Section", "Indicator", "Scope", "Value", CONTEXT)
HEADINGS: dict[int, tuple[str, ...]] = {
    IDENTIFICATION: ("Applicability", "Service", "Indicator", "Value"),
    COMPLAINTS: _INDICATORS,
    AUTOMATION: _INDICATORS,
} | {
    part: (*_BEGINNING, category, DESCRIPTION, *COUNTED_COLUMNS, *(f"{CONTEXT} on {name}" for name in COUNTED_COLUMNS))
    for part, category in CATEGORY_COLUMNS.items()
}

PROVIDER = "Name of the service provider"
PUBLISHED, PUBLISHED_BEFORE = (
    "Date of the publication of the report",
    "Date of the publication of the latest previous report",
)
STARTS, ENDS = "Starting date of reporting period", "Ending date of reporting period"
IDENTIFICATION_ROWS = (PROVIDER, PUBLISHED, PUBLISHED_BEFORE, STARTS, ENDS)

UPHELD, PARTIALLY, REVERSED = "Decisions upheld", "Decisions partially reversed", "Decisions reversed"
NUMBER, MEDIAN, OMITTED, IMPLEMENTED = (
    "Total number",
    "Median time",
    "Decision omitted",
    "Percentage of outcomes implemented",
)

INTERNAL, DISPUTES = "Internal complaints mechanism", "Out-of-court dispute settlement bodies"
SUSPENSIONS = "Suspensions imposed on repeated offenders"
SUBMITTED = "Number of complaints submitted to the internal-complaints mechanism"
NEWLY_IMPOSED = "Number of restrictions newly imposed as a result of an internal complaint"
_REGARDING = "Complaint regarding a decision "
REGARDING = {
    "decision_visibility": f"{_REGARDING}to remove or disable access to or restrict visibility of information",
    "decision_provision": f"{_REGARDING}to suspend or terminate the provision of the service",
    "decision_account": f"{_REGARDING}to suspend or terminate an account ",
    "decision_monetary": f"{_REGARDING}to restrict the ability to monetise information",
}
_NOT_ACTING = (
    f"{_REGARDING}not to take action on a notice submitted in accordance with Article 16",
    f"{_REGARDING}not to take action on a notice submitted by a Trusted Flagger in accordance with Article 16",
)
DISPUTED = "Number of disputes submitted to out-of-court dispute settlement bodies"
_SUSPENDED = "Number of suspensions enacted for the provision of manifestly "
_UNFOUNDED = (f"{_SUSPENDED}unfounded notices", f"{_SUSPENDED}unfounded complaints")
_OUTCOMES = (NUMBER, UPHELD, PARTIALLY, REVERSED, MEDIAN)

MEANS = "Use of automated means for content moderation"
MEASURES_AUTOMATED = "Number of measures solely taken by automated means "
MEASURES_BY_PEOPLE = "Number of measures not taken by automated means"
_NOTICES_AUTOMATED = "Number of notices solely processed by automated means "
_NOTICES_BY_PEOPLE = "Number of notices not processed by automated means"
_ACCURACY = tuple(f"Accuracy of the automated means - {word}" for word in ("Accuracy", "Precision", "Recall"))
OWN_INITIATIVE = "Own-initiative "


class Row(NamedTuple):
    """A row of part 7 or 8 as the template names it."""

    applicability: str
    section: str
    indicator: str
    scope: str


def _rows(section: str, indicators: tuple[str, ...], scopes: tuple[str, ...]) -> tuple[Row, ...]:
    return tuple(Row(PLATFORMS, section, indicator, scope) for indicator in indicators for scope in scopes)


ROWS: dict[int, tuple[Row, ...]] = {
    COMPLAINTS: (
        Row(ALL, INTERNAL, SUBMITTED, NUMBER),
        *_rows(INTERNAL, (SUBMITTED,), (*_OUTCOMES[1:], OMITTED)),
        Row(PLATFORMS, INTERNAL, NEWLY_IMPOSED, NUMBER),
        *_rows(INTERNAL, (*REGARDING.values(), *_NOT_ACTING), _OUTCOMES),
        *_rows(DISPUTES, (DISPUTED,), (*_OUTCOMES, OMITTED, IMPLEMENTED)),
        Row(PLATFORMS, SUSPENSIONS, f"{_SUSPENDED}illegal content ", NUMBER),
        *_rows(SUSPENSIONS, _UNFOUNDED, (NUMBER,)),
    ),
    AUTOMATION: tuple(
        Row(applicability, MEANS, indicator, scope)
        for applicability, scope, counted in (
            (ALL, NUMBER, (MEASURES_AUTOMATED, MEASURES_BY_PEOPLE)),
            (ALL, OWN_INITIATIVE, (MEASURES_AUTOMATED, MEASURES_BY_PEOPLE)),
            (HOSTING, "NAM Total", (_NOTICES_AUTOMATED, _NOTICES_BY_PEOPLE)),  # codespell:ignore
            (PLATFORMS, "NAM Trusted Flagger", (_NOTICES_AUTOMATED, _NOTICES_BY_PEOPLE)),  # codespell:ignore
        )
        for indicator in (*counted, *_ACCURACY)
    ),
}  # fmt: skip


def category_rows(part: int) -> tuple[tuple[str, str], ...]:
    """Return the rows of part 5 or 6 as category and code, the category's own first; part 5 has none of the terms.

    >>> category_rows(5)[:3]
    (('TOTAL', 'TOTAL'), ('STATEMENT_CATEGORY_ANIMAL_WELFARE', 'STATEMENT_CATEGORY_ANIMAL_WELFARE'), ('STATEMENT_CATEGORY_ANIMAL_WELFARE', 'KEYWORD_ANIMAL_HARM'))
    """  # noqa: E501  what comes back
    known = {each: codes for each, codes in CATEGORIES.items() if part == TERMS or each != OTHER_TERMS}
    rows = ((category, code) for category, codes in known.items() for code in (category, *codes))
    return ((TOTAL, TOTAL), *rows)
