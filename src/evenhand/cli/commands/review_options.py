"""The options of `evenhand review`."""

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.commands.review_acts import CODES, DISPUTE_OUTCOMES, OUTCOMES, REJECTIONS

ComplaintId = Annotated[
    str, typer.Argument(metavar="COMPLAINT", help="Id of a complaint, or how it begins.", show_default=False)
]
AsPerson = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who does it.", show_default=False)]
DecisionReference = Annotated[
    str, typer.Option("--decision", metavar="REFERENCE", help="Name the decision that it is about.")
]
AdmitOption = Annotated[bool, typer.Option("--admit", help="It is admissible.")]
RejectOption = Annotated[str, typer.Option("--reject", metavar="CODE", help=f"It is not: {', '.join(REJECTIONS)}.")]
TakeOption = Annotated[bool, typer.Option("--take", help="Take the review; needs --conflict.")]
ShowOption = Annotated[bool, typer.Option("--show", help="Show the case: words, facts and rule, first reasoning.")]
AskOption = Annotated[bool, typer.Option("--ask", help="Ask the complainant what --text says.")]
AnswerOption = Annotated[bool, typer.Option("--answer", help="Record what the complainant answered.")]
ProposeOption = Annotated[str, typer.Option("--propose", metavar="OUTCOME", help=f"Propose {', '.join(OUTCOMES)}.")]
ConfirmOption = Annotated[bool, typer.Option("--confirm", help="Confirm another person's proposal.")]
ObjectToOption = Annotated[bool, typer.Option("--object", help="Object to it; --text says why.")]
WithdrawOption = Annotated[bool, typer.Option("--withdraw", help="The complainant takes it back.")]
CloseOption = Annotated[bool, typer.Option("--close", help="Close what was told.")]
ExternalOpenOption = Annotated[
    str, typer.Option("--external-open", metavar="BODY", help="An out-of-court body has the case.")
]
ExternalCloseOption = Annotated[
    str, typer.Option("--external-close", metavar="OUTCOME", help=f"It said {', '.join(DISPUTE_OUTCOMES)}.")
]
ReliefOption = Annotated[
    bool, typer.Option("--relief", help="Do not apply the decision while the complaint is open; --text says why.")
]
EndReliefOption = Annotated[bool, typer.Option("--end-relief", help="Apply it again; --text says why.")]
ConfirmPerson = Annotated[str, typer.Option("--confirm-as", metavar="PERSON", help="With --relief: who confirms it.")]
ReasonOption = Annotated[
    list[str] | None, typer.Option("--reason", metavar="CODE", help="With --admit: reasons read from the words.")
]
ConflictOption = Annotated[str, typer.Option("--conflict", metavar="yes|no", help="A conflict of interest?")]
DeciderOption = Annotated[bool, typer.Option("--decider", help="With --show: the first decider's name too.")]
TextFile = Annotated[
    Path | None, typer.Option("--text", metavar="FILE", help="The words; - reads them from standard input.")
]
CodeOption = Annotated[list[str] | None, typer.Option("--code", metavar="CODE", help=f"Why: {', '.join(CODES)}.")]
ToReason = Annotated[
    list[str] | None, typer.Option("--to", metavar="REASON=TEXT", help="Answer to a reason of the complaint.")
]
LikeCase = Annotated[list[str] | None, typer.Option("--like", metavar="NUMBER=TEXT", help="Answer to a like case.")]
UntilDay = Annotated[str, typer.Option("--until", metavar="DATE", help="With --verified, --relief: the last day.")]
AttachOption = Annotated[
    list[Path] | None, typer.Option("--attach", metavar="FILE", help="With --answer: a file to keep.")
]
NumberOption = Annotated[str, typer.Option("--number", help="Number of the case at the out-of-court body.")]
OnDay = Annotated[str, typer.Option("--on", metavar="DATE", help="Day on which it was complete or closed there.")]
IsComplexOption = Annotated[bool, typer.Option("--complex", help="A complex case: 180 days.")]
FollowedOption = Annotated[str, typer.Option("--followed", metavar="yes|no", help="Does the network follow it?")]
