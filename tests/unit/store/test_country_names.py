"""Countries are found by the names and codes that people write."""

from evenhand.store.country_names import country_named
from tests.each_case import each_case


@each_case(
    ("text", "code"),
    [
        ("Deutschland", "DE"), ("Allemagne", "DE"), ("Alemania", "DE"), ("Germania", "DE"), ("Niemcy", "DE"),
        ("Германия", "DE"), ("germany", "DE"), ("DEU", "DE"), ("U.S.A.", "US"), ("États Unis", "US"), ("UK", "GB"),
        ("GBR", "GB"), ("Pays-Bas", "NL"), ("Côte d'Ivoire", "CI"), ("El", "GR"), ("РФ", "RU"), ("RUS", "RU"),
        ("Palestine, State of", "PS"), ("Congo, The Democratic Republic of the", "CD"),
        ("Korea (the Republic of)", "KR"),
        ("Holy See (Vatican City State)", "VA"), ("Saint Kitts and Nevis", "KN"), ("Philippines (the)", "PH"),
        ("the Gambia", "GM"), ("Virgin Islands, British", "VG"), ("Iran, Islamic Rep.", "IR"), ("the", ""),
        ("Congo", ""), ("DE", ""), ("Ruritania", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_country_is_found_by_its_names_in_seven_languages_and_by_three_letters(text: str, code: str) -> None:
    """Two letters are for the reader of codes; a name of two countries is nobody's."""
    assert country_named(text) == code
