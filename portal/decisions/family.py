"""What the family is told at the desk: kind and useful, also when the answer is no (design.md section 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal import clock
from portal.decisions import effects, words
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.errors import Refused
from portal.language import gettext
from portal.units.catalogue import catalogue
from portal.units.formats import day
from portal.visits import queries as visits
from portal.visits.models import Assessment


@dataclass(frozen=True)
class FamilyText:
    """An answer in parts: what was decided, which criteria counted and which did not, what may be done now."""

    heading: str
    sentences: Sequence[str]
    counted: Sequence[str] = ()
    not_counted: Sequence[str] = ()
    now: Sequence[str] = field(default_factory=list)
    reason: str = ""


def if_helped(service_code: str, path: str, plans: Sequence[str], *, reason: str = "") -> FamilyText:
    """The answer yes."""
    service = catalogue().service(service_code).name(words.language())
    sentences = [gettext("After the visit to your home, the unit can help: %(service)s.", service=service), *plans]
    if path == "a":
        sentences.append(gettext("Please bring your KPS or KKS and your identity card; no other card is needed."))
    elif plans:
        sentences.append(gettext("Please bring the card and your identity card; it is for the whole family."))
    sentences.append(gettext("Everything is free. Nobody may ask you for money."))
    return FamilyText(gettext("Your request is granted"), sentences, reason=reason)


def if_refused(service_code: str, assessment: Assessment, *, reason: str = "") -> FamilyText:
    """The answer no: which criteria counted, which did not, and what may be done now."""
    service = catalogue().service(service_code).name(words.language())
    column = visits.column(assessment)
    counted = [line.label for line in column.lines.values() if line.poorest]
    not_counted = [line.label for line in column.lines.values() if line.poorest is False]
    sentences = [
        gettext("The unit cannot grant this now: %(service)s.", service=service),
        gettext(
            "An officer visited your home on %(day)s and went through the criteria with you.",
            day=day(assessment.assessed_on),
        ),
    ]
    return FamilyText(
        gettext("Your request cannot be granted now"),
        sentences + _count(assessment, len(counted), len(column.lines)),
        counted,
        not_counted,
        what_now(),
        reason,
    )


def _count(assessment: Assessment, counted: int, asked: int) -> list[str]:
    """How many criteria counted, and from how many on the unit helps; nothing to count in a scored instrument."""
    least = words.poor_from(assessment.instrument_code, assessment.instrument_version)
    if least is None:
        return []
    said = gettext("%(met)s of %(all)s criteria counted.", met=counted, all=asked)
    return [said] if counted >= least else [said, gettext("The unit's help begins at %(least)s.", least=least)]


def what_now() -> list[str]:
    """What a family may do after a refusal."""
    unit = catalogue()
    steps = [
        gettext(
            "If something was noted wrongly, please come to the desk with a paper or a photo: "
            "someone who did not handle your case looks at it again."
        ),
        gettext("If your situation changes, you may come again at any time."),
    ]
    open_to_you = [service.name(words.language()) for service in unit.services.values() if service.kind == "referral"]
    if open_to_you:
        steps.append(gettext("These stay open to you: %(services)s.", services="; ".join(open_to_you)))
    if "c" in unit.profile["eligibility_paths"]:
        steps.append(
            gettext(
                "After a misfortune, or when a need cannot wait, the unit can ask the %(head)s for a letter of help "
                "for one month.",
                head=unit.profile["regional_head"],
            )
        )
    return steps


def for_family(decision: Decision) -> FamilyText | None:
    """What the family is told of a decision, or will be if it is decided as proposed; a returned one says nothing."""
    service, reason = decision.complaint.service_code, decision.decision_reason
    if decision.status is DecisionStatus.RETURNED:
        return None
    waiting = decision.status is DecisionStatus.PROPOSED
    helped = decision.proposal is Proposal.HELP if waiting else decision.status is DecisionStatus.APPROVED
    if helped:
        return if_helped(service, decision.path, _brings(decision), reason=reason)
    return if_refused(service, decision.assessment, reason=reason)


def _brings(decision: Decision) -> list[str]:
    """What helping will bring, or has brought; a rule that now stands in its way is said on the page, not here."""
    if decision.status is not DecisionStatus.PROPOSED:
        return [thing.sentence for thing in effects.brought(decision)]
    try:
        plans = effects.plans(decision.complaint, decision.path, decision.complaint.service_code, clock.today())
    except Refused:
        return []
    return [plan.sentence for plan in plans]
