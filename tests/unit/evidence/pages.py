"""A saved page that was made up for the tests: head, article and the page around it."""

PAGE = """\
Skip to content
Home | News | Opinion
Breaking: bridge reopens
Ministry says network treated its adverts 'unfairly'
Published: 3 April 2024, 08:15 EET   Updated: 4 April 2024
By Mira Holt and Jon de Vries
The ministry's building is seen in this file picture, 2 April 2024. NORDIA/Per Lind/File Photo
Share   Tweet   Email

OSTVIK, April 3 (Nordia) - The ministry of posts on Wednesday said that a network had treated its adverts unfairly.

Advertisement

"We asked for the rules, and nobody sent them," the minister told reporters.

Most read
1. Ferry prices rise
2. Ten soups for winter

The network, Amber, declined to comment

Cookies were on the table, and he accepted all.

Reporting by Mira Holt in Ostvik, Jon de Vries; Editing by Ada Brun

Our Standards: The Nordia Code
portrait-tablet-and-above
Comments (3)
© 2024 Nordia Media. All rights reserved.
"""


def numbered(page: str, *openings: str) -> list[int]:
    """Return the numbers of the lines that begin with some words."""
    return [number for number, line in enumerate(page.split("\n"), 1) if line.startswith(openings)]
