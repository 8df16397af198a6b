"""How a decision's statement of reasons is called."""


def reason_id(decision_id: str) -> str:
    """Return the id of a decision's reasons record."""
    return "r-" + decision_id.removeprefix("d-")
