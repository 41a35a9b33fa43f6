"""What the answers of a visit come to: criteria met or scored, the band, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import add, mul, sub, truediv
from typing import Final

from portal.visits.instruments.fields import Answer, BadAnswer, Expression, Field, read_answer
from portal.visits.instruments.model import COUNT_MET, HIGHER_IS_POORER, Band, Criterion, Instrument, asked_by
from portal.visits.instruments.rules import AllOf, Condition, Rule, conditions_of

_ARITHMETIC: Final = {"+": add, "-": sub, "*": mul, "/": truediv}


@dataclass(frozen=True, slots=True)
class Verdict:
    """True, False or not yet known, and the questions that would settle it."""

    holds: bool | None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """How one criterion came out: `met` for a counted one, `score` (weighted) for a scored one, None when unknown.

    `poorest` says that the answer is the poorest there is; `used` holds the answers it rests on.
    """

    no: int
    code: str
    label_id: str
    label_en: str
    met: bool | None
    score: int | None
    poorest: bool | None
    used: dict[str, Answer]
    missing: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether the answers settle it."""
        return self.poorest is not None


@dataclass(frozen=True)
class Result:
    """The whole instrument: no value and no band before every criterion is settled, only bounds."""

    instrument_code: str
    instrument_version: str
    criteria: list[CriterionResult]
    missing: list[str]
    answered: int
    total: int
    value: int | None
    band: Band | None
    complete: bool
    at_least: int
    at_most: int


def evaluate(instrument: Instrument, answers: Mapping[str, object]) -> Result:
    """Weigh the answers, stored or just typed; raises BadAnswer for one the question does not take.

    A missing answer gives no result at all, but an `any` that is already true stands (seeds/README.md "Instruments").
    """
    sheet = _Sheet(instrument, answers)
    criteria = [sheet.result(criterion) for criterion in instrument.criteria]
    known = {criterion.no: _points(criterion) for criterion in criteria if criterion.known}
    complete = len(known) == len(criteria)
    value = sum(known.values()) if complete else None
    return Result(
        instrument_code=instrument.code,
        instrument_version=instrument.version,
        criteria=criteria,
        missing=list(dict.fromkeys(name for criterion in criteria for name in criterion.missing)),
        answered=len(known),
        total=len(criteria),
        value=value,
        band=None if value is None else instrument.band_of(value),
        complete=complete,
        at_least=sum(known.get(criterion.no, criterion.lowest) for criterion in instrument.criteria),
        at_most=sum(known.get(criterion.no, criterion.highest) for criterion in instrument.criteria),
    )


def counterfactual(result: Result) -> list[CriterionResult]:
    """The criteria that spoke against poverty: not met, or scored better than the poorest answer."""
    return [criterion for criterion in result.criteria if criterion.poorest is False]


def _points(criterion: CriterionResult) -> int:
    return int(bool(criterion.met)) if criterion.score is None else criterion.score


def _read(field: Field, value: object) -> Answer | None:
    try:
        return read_answer(field, value)
    except BadAnswer as refused:
        refused.field = field.name
        raise


class _Sheet:
    """The answers of one visit, read once, asked by each criterion."""

    def __init__(self, instrument: Instrument, answers: Mapping[str, object]) -> None:
        self.instrument = instrument
        self.fields = instrument.fields
        read = {name: _read(field, answers.get(name)) for name, field in self.fields.items() if not field.expr}
        self.given: dict[str, Answer] = {name: answer for name, answer in read.items() if answer is not None}

    def result(self, criterion: Criterion) -> CriterionResult:
        """One criterion, counted or scored."""
        if self.instrument.method == COUNT_MET and criterion.rule:
            verdict = self.verdict(criterion.rule)
            return self._result(criterion, met=verdict.holds, poorest=verdict.holds, needs=verdict.needs)
        chosen = self.given.get(criterion.code)
        if chosen is None:
            return self._result(criterion, needs=(criterion.code,))
        score = next(option.score for option in criterion.options if option.code == chosen) * criterion.weight
        poorest = criterion.highest if self.instrument.direction == HIGHER_IS_POORER else criterion.lowest
        return self._result(criterion, score=score, poorest=score == poorest)

    def _result(
        self,
        criterion: Criterion,
        *,
        met: bool | None = None,
        score: int | None = None,
        poorest: bool | None = None,
        needs: tuple[str, ...] = (),
    ) -> CriterionResult:
        return CriterionResult(
            criterion.no, criterion.code, criterion.label_id, criterion.label_en, met, score, poorest,
            self._used(criterion), needs,
        )  # fmt: skip

    def _used(self, criterion: Criterion) -> dict[str, Answer]:
        """The answers behind a criterion, derived values with them."""
        used = {name: self.given[name] for name in asked_by(self.instrument, criterion) if name in self.given}
        for condition in conditions_of(criterion.rule) if criterion.rule else ():
            derived = self.value(self.fields[condition.field])
            if self.fields[condition.field].expr and derived is not None:
                used[condition.field] = derived
        return used

    def verdict(self, rule: Rule) -> Verdict:
        """Three-valued: one false part settles an `all` and one true part an `any`, whatever is open."""
        if isinstance(rule, Condition):
            return self._condition(rule)
        verdicts = [self.verdict(part) for part in rule.parts]
        settling = not isinstance(rule, AllOf)
        if any(verdict.holds is settling for verdict in verdicts):
            return Verdict(settling)
        needs = tuple(dict.fromkeys(name for verdict in verdicts for name in verdict.needs))
        return Verdict(None, needs) if needs else Verdict(not settling)

    def _condition(self, rule: Condition) -> Verdict:
        field = self.fields[rule.field]
        asked = self.verdict(field.required_if) if field.required_if else Verdict(True)
        if asked.holds is False:
            return Verdict(False)
        answer = self.value(field)
        if answer is not None:
            return Verdict(rule.holds(answer))
        return Verdict(None, asked.needs or self._unanswered(field))

    def _unanswered(self, field: Field) -> tuple[str, ...]:
        if field.expr:
            return tuple(name for name in (field.expr.left, field.expr.right) if name not in self.given)
        return (field.name,)

    def value(self, field: Field) -> Answer | None:
        """The answer, or what a derived field comes to once both its questions are answered."""
        return self._derived(field.expr) if field.expr else self.given.get(field.name)

    def _derived(self, expr: Expression) -> Decimal | None:
        if expr.left not in self.given or expr.right not in self.given:
            return None
        left, right = Decimal(self.given[expr.left]), Decimal(self.given[expr.right])
        if expr.op == "/" and right == 0:
            raise BadAnswer("no_division", divisor=self.fields[expr.right].label_en)
        return Decimal(_ARITHMETIC[expr.op](left, right))
