"""The model as Splink's settings: the same comparisons and figures, for an engine that compares in SQL.

Nothing is trained: m and u are those of `seeds/matching.toml`, so that a score is the same on every machine and in
every year. Source: Splink 5, "settings dictionary" (moj-analytical-services.github.io/splink).
"""

from collections.abc import Sequence
from typing import Any, Final

from portal.matching.levels import nothing_said_sql
from portal.matching.model import Comparison, Level, Model, model

SHARED: Final = {
    "duckdb": "len(list_intersect(others_l, others_r))",
    "spark": "size(array_intersect(others_l, others_r))",
}
"""How many others two families have in common, in the words of each engine."""

TOGETHER: Final[Sequence[str]] = (
    "l.born_block = r.born_block",
    "l.name_sorted = r.name_sorted AND substr(l.born, 1, 4) = substr(r.born, 1, 4)",
    "l.name_sorted = r.name_sorted AND substr(l.born, 6, 5) = substr(r.born, 6, 5)",
    "l.phone = r.phone AND substr(l.name, 1, 2) = substr(r.name, 1, 2)",
    "substr(l.nik, 1, 6) = substr(r.nik, 1, 6) AND substr(l.nik, 13, 4) = substr(r.nik, 13, 4) AND l.name = r.name",
    "substr(l.nik, 9, 8) = substr(r.nik, 9, 8) AND substr(l.name, 1, 2) = substr(r.name, 1, 2)",
    "substr(l.nik, 1, 8) = substr(r.nik, 1, 8) AND substr(l.name, 1, 3) = substr(r.name, 1, 3)",
)
"""Who is compared at all. Each rule stays small in a city: a rule on the name alone would bring together millions."""

RESULT: Final = ("unique_id_l", "unique_id_r", "household_l", "household_r", "match_weight")
"""Columns of the engine's answer that the portal reads."""


def settings(dialect: str, of: Model | None = None) -> dict[str, Any]:
    """For `duckdb` or `spark`."""
    told = of or model()
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": told.prior,
        "comparisons": [_comparison(one, told, dialect) for one in told.comparisons],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in TOGETHER],
        "additional_columns_to_retain": ["household"],
        "retain_intermediate_calculation_columns": False,
        "retain_matching_columns": False,
    }


def _comparison(comparison: Comparison, of: Model, dialect: str) -> dict[str, Any]:
    nothing = {"sql_condition": nothing_said_sql(comparison.field), "label_for_charts": "-", "is_null_level": True}
    levels = [_level(level, of, dialect) for level in comparison.levels]
    return {"output_column_name": comparison.field, "comparison_levels": [nothing, *levels]}


def _level(level: Level, of: Model, dialect: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "sql_condition": level.answer.sql.replace("{shared}", SHARED[dialect]), "label_for_charts": level.code,
        "m_probability": level.m, "u_probability": level.u,
    }  # fmt: skip
    if level.by_frequency:
        told |= {"tf_adjustment_column": "name", "tf_minimum_u_value": of.frequent["least"]}
    return told
