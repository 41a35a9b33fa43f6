"""Assessment instruments: the questions asked in a house, and what the answers come to. All of it is data in seeds."""

from portal.visits.instruments.fields import SENTENCES, BadAnswer, Choice, Field, answer_text, parse_answer, read_answer
from portal.visits.instruments.model import GROUPS, Band, Criterion, Instrument, Option, fields_for
from portal.visits.instruments.reading import BadInstrument
from portal.visits.instruments.scoring import CriterionResult, Result, counterfactual, evaluate

__all__ = [
    "GROUPS",
    "SENTENCES",
    "BadAnswer",
    "BadInstrument",
    "Band",
    "Choice",
    "Criterion",
    "CriterionResult",
    "Field",
    "Instrument",
    "Option",
    "Result",
    "answer_text",
    "counterfactual",
    "evaluate",
    "fields_for",
    "parse_answer",
    "read_answer",
]
