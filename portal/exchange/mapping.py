"""A file that nobody knows: a person says once which column is what, and files with the same heads are known then.

`samples.sample` shows what is in the file, `guessing.proposals` says what each column probably is, `mapped_format`
makes a format of what the person said, which checking.check takes (`also`), and `unknown_words` lists the words whose
meaning is still to be said. `to_dict` and `from_dict` carry such a format through JSON.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from portal.errors import Refused
from portal.exchange import sheets, values
from portal.exchange.formats import Format, fold
from portal.exchange.samples import FIELDS, MEANINGS, Sheet, label, left_out, why_left_out
from portal.exchange.sheets import Cell
from portal.exchange.tables import Passed, tables
from portal.exchange.values import BadValue
from portal.files.services import IDENTITY_NUMBER
from portal.language import gettext

MOST_WORDS: Final = 60
"""Different words of one column whose meaning is asked for; a column with more holds no codes."""


def mapped_format(
    name: str, sheet: Sheet, columns: Mapping[str, int], codes: Mapping[str, Mapping[str, Any]] | None = None
) -> Format:
    """The format of a file whose columns a person mapped; raises Refused with the field it is about.

    `columns` gives the place of each field's column in the sheet, from 0; `codes` what a word or code of a coded field
    means (samples.MEANINGS), with "" for a cell or a whole column that is empty: {"relation": {"": "head"}} is a list
    of heads.
    """
    titles = {field: _title(sheet, field, at) for field, at in columns.items()}
    format_ = from_dict({"name": name, "columns": titles, "codes": codes or {}})
    _refuse_unfinished(format_)
    return format_


def _title(sheet: Sheet, field: str, at: int) -> str:
    if field not in FIELDS or not 0 <= at < len(sheet.titles):
        raise Refused(gettext("There is no such column."), field=field)
    title = sheet.titles[at]
    if not title:
        raise Refused(gettext("This column has no title. Give it one in the file, and send it again."), field=field)
    if fold(title) in {fold(other) for other in sheet.titles[:at]}:
        raise Refused(gettext("Two columns are called “%(title)s”. Rename one in the file.", title=title), field=field)
    if why := next((part for part in left_out() if fold(title) in part.heads), None):
        raise Refused(f"{title}: {why_left_out(why)}", field=field)
    return title


def _refuse_unfinished(format_: Format) -> None:
    """Without these a row is no person of a family."""
    given = format_.heads.keys()
    missing = [] if "name" in given else ["name"]
    if not given & {"kk_no", "family"}:
        missing.append("kk_no")
    if "relation" not in given and format_.meaning("relation", "") is None:
        missing.append("relation")
    if missing:
        sentence = gettext("Say which column holds this: %(field)s.", field=label(missing[0]))
        raise Refused(sentence, field=missing[0])


def to_dict(format_: Format) -> dict[str, Any]:
    """What JSON can hold of a format that was mapped: name, column titles and meanings."""
    columns = {field: titles[0] for field, titles in format_.spellings.items()}
    return {"name": format_.name_id, "columns": columns, "codes": {f: dict(of) for f, of in format_.codes.items()}}


def from_dict(body: Mapping[str, Any]) -> Format:
    """The same format again; raises Refused for a meaning that is none."""
    name, columns, codes = str(body["name"]).strip(), dict(body["columns"]), dict(body.get("codes", {}))
    if not name:
        raise Refused(gettext("Give this layout a name, such as the office's."), field="name")
    for field, meanings in codes.items():
        if unknown := [value for value in meanings.values() if value not in MEANINGS.get(field, ())]:
            raise Refused(gettext("This means nothing here: %(word)s.", word=unknown[0]), field=field)
    return Format(
        code=f"mapped_{fold(name)}",
        name_id=name,
        name_en=name,
        required=frozenset(columns),
        recognised_by=(frozenset(map(fold, columns.values())),),
        heads={field: (fold(title),) for field, title in columns.items()},
        codes={field: {fold(word): value for word, value in meanings.items()} for field, meanings in codes.items()},
        left_out=left_out(),
        ages_on=None,
        spellings={field: (title,) for field, title in columns.items()},
    )


def unknown_words(path: Path, format_: Format) -> dict[str, list[tuple[str, int]]]:
    """Of each coded column the words whose meaning nobody said, with how often each stands there, most frequent first.

    At most MOST_WORDS of a column. Raises Refused for a file that cannot be read.
    """
    counts: dict[str, Counter[str]] = {field: Counter() for field in MEANINGS if field in format_.heads}
    for table in tables(sheets.rows(path), [format_]):
        if not isinstance(table, Passed):
            for row in table.rows:
                for field, words in counts.items():
                    _count(words, table.cell(row, field), field, format_)
    return {field: words.most_common(MOST_WORDS) for field, words in counts.items() if words}


def _count(words: "Counter[str]", cell: Cell, field: str, format_: Format) -> None:
    try:
        values.coded(cell, field, format_)
    except BadValue:
        word = values.text(cell)
        if IDENTITY_NUMBER.search(word):
            # Neither shown nor kept: somebody took the wrong column.
            raise Refused(
                gettext("The column for this holds identity numbers: %(field)s.", field=label(field))
            ) from None
        if word in words or len(words) < MOST_WORDS:
            words[word] += 1


def with_meanings(format_: Format, codes: Mapping[str, Mapping[str, Any]]) -> Format:
    """The same format with these words known as well; raises Refused for a meaning that is none."""
    body = to_dict(format_)
    for field, meanings in codes.items():
        body["codes"][field] = {**body["codes"].get(field, {}), **meanings}
    return replace(from_dict(body), code=format_.code)
