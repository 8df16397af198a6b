"""How people may log in to the console: by password, by single sign-on, with a second factor."""

from typing import Literal

from evenhand.model.record import Record


class SsoSection(Record, frozen=True, kw_only=True):
    """The OpenID provider that may log people in; `issuer` is ``""`` where there is none.

    `claim` is the claim of the ID token by which an account is found the first time; `acr` is the class of
    authentication that the token has to name, ``""`` for any. The secret of the client lies in a file or a variable.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    client_secret_env: str = ""
    claim: str = "email"
    acr: str = ""
    label: str = "single sign-on"


class ConsoleSection(Record, frozen=True, kw_only=True):
    """How people log in to the console; without `passwords` only by single sign-on.

    Where a second factor is required, who logs in by password without one sets it up first. `refused_passwords` is a
    file of passwords that nobody may choose, ``""`` for none.
    """

    passwords: bool = True
    second_factor: Literal["optional", "required"] = "optional"
    refused_passwords: str = ""
    sso: SsoSection = SsoSection()


class SignOn(Record, frozen=True, kw_only=True):
    """Whom a provider may log in as a person.

    `name` is the value of the claim that an operator stated. `issuer` and `subject` are who came with it the first
    time, ``""`` before: from then on nobody else does, even where the name is given to another.
    """

    person: str
    name: str
    issuer: str = ""
    subject: str = ""


SignOnRefusal = Literal["unknown", "other_subject", "disabled"]
"""Why a provider's word opens no account: nobody has the name, it was another's before, the account is disabled."""
