"""What keeps the answer to a complaint from being sent: reasons that it leaves open, and parts that say nothing."""

from evenhand.model.complaint import Complaint
from evenhand.reasons.lint import has_leftover
from evenhand.reasons.text_comparison import is_blank


def complaint_codes(complaint: Complaint) -> tuple[str, ...]:
    """Return sorted codes of what keeps an answer from being sent, as `reasons.lint` has them for a notice.

    `reason-unanswered:<reason>`, `comparator-unanswered:<party>`, `slot-empty:outcome`, `slot-empty:text`,
    `template-leftover`.
    """
    codes = {f"reason-unanswered:{each}" for each in complaint.reasons if is_blank(complaint.answers.get(each, ""))}
    for each in complaint.comparators or ():
        if is_blank(complaint.comparator_answers.get(each, "")):
            codes.add(f"comparator-unanswered:{each}")
    codes |= {"slot-empty:outcome"} if complaint.outcome is None or not complaint.outcome_codes else set()
    codes |= {"slot-empty:text"} if is_blank(complaint.text) else set()
    written = (complaint.text, *complaint.answers.values(), *complaint.comparator_answers.values())
    return tuple(sorted(codes | ({"template-leftover"} if any(map(has_leftover, written)) else set())))
