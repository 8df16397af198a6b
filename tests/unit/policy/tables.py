"""Tables of claims, a row a line, for the tests of policy."""


def rows(text: str) -> list[tuple[str, str]]:
    """Return `what => said`, a row a line."""
    pairs = (line.rpartition("=>") for line in text.splitlines() if "=>" in line)
    return [(what.strip(), said.strip()) for what, _, said in pairs]
