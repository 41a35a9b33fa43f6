"""A process of its own that opens one workbook: what goes wrong in it, or grows in it, ends here and not in the portal.

Started by sheets.py as a script, so that it imports nothing of the portal. It writes one JSON list a line: ["sheet",
name, hidden], ["row", number, cells], and ["end"]; or ["refused", code] with a key of sheets.REFUSALS.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine as calamine


def bound(memory: int, seconds: int) -> None:
    """The system ends a process that takes more; Windows has no such bounds."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cell(value: Any) -> Any:
    """Text, numbers (a whole one without its .0) and yes/no; days as {"day": …}; nothing as None."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime | date):
        return {"day": value.isoformat()[:10]}
    if isinstance(value, time | timedelta):
        return str(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def tell(*said: Any) -> None:
    sys.stdout.write(json.dumps(said) + "\n")


def beside() -> Any:
    """The module beside this script: a script that is started alone (-I) does not find it by its name."""
    sys.path.append(str(Path(__file__).parent))
    import large_workbook

    return large_workbook


def rows(sheet: calamine.CalamineSheet) -> None:
    """Rows with something in them, with the number they have on the screen."""
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [cell(value) for value in values]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            tell("row", number, cells)


def opened(path: str) -> calamine.CalamineWorkbook:
    """By its name, which gives the clearer reasons, else by its content: offices name everything .xls."""
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError:
        raise
    except calamine.CalamineError:
        with Path(path).open("rb") as file:
            return calamine.CalamineWorkbook.from_filelike(file)


def read(path: str, most_sheets: int) -> None:
    cut = beside().cut(path)
    workbook = calamine.CalamineWorkbook.from_filelike(cut.file) if cut else opened(path)
    names: dict[str, str] = cut.names if cut else {}
    before = ""
    if (cut.sheets if cut else len(workbook.sheets_metadata)) > most_sheets:
        tell("refused", "sheets")
        return
    for known in workbook.sheets_metadata:
        if known.typ is calamine.SheetTypeEnum.WorkSheet:
            name = names.get(known.name, known.name)
            if name != before:
                tell("sheet", name, known.visible is not calamine.SheetVisibleEnum.Visible)
            before = name
            rows(workbook.get_sheet_by_name(known.name))
    tell("end")


def main(path: str, memory: str, seconds: str, most_sheets: str) -> None:
    bound(int(memory), int(seconds))
    try:
        read(path, int(most_sheets))
    except calamine.PasswordError:
        tell("refused", "encrypted")
    except (calamine.CalamineError, ValueError, OverflowError):
        tell("refused", "damaged")
    except MemoryError:
        tell("refused", "too_large")


if __name__ == "__main__":
    main(*sys.argv[1:])
