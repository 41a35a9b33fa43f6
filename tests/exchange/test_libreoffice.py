"""Every layout is read the same from files that another program wrote: LibreOffice, where it is installed."""

import shutil
import subprocess

import pytest

from portal.exchange import checking
from tests.exchange.files import DATA
from tests.exchange.layouts import FAMILY, LAYOUTS, written

SOFFICE = shutil.which("soffice")
KINDS = {
    "xls": "xls", "ods": "ods", "xlsx": "xlsx:Calc MS Excel 2007 XML",
    # Cut by semicolons, in the encoding of Windows, and only the first sheet, as a person saves it.
    "csv": "csv:Text - txt - csv (StarCalc):59,34,1",
}  # fmt: skip
EXAMPLES = {"opensid_population": (123, 30), "bdt_2015": (25, 6)}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("make"),
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (libreoffice-calc-nogui)."),
]


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Every layout and both examples in every kind, by one start of LibreOffice for each kind."""
    source = tmp_path_factory.mktemp("source")
    paths = [written(source / f"{code}.xlsx", sheets) for code, sheets in LAYOUTS.items()]
    paths += [shutil.copy(DATA / f"{code}.xlsx", source) for code in EXAMPLES]
    for kind, filter_ in KINDS.items():
        # Its own profile: another LibreOffice of this machine would take the files and say nothing.
        command = [SOFFICE, f"-env:UserInstallation=file://{source}/profile", "--headless", "--convert-to", filter_]
        subprocess.run([*command, "--outdir", source / kind, *paths], check=True, capture_output=True, timeout=120)
    return source


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", LAYOUTS)
def test_a_layout_is_read_the_same(converted, code, kind):
    if kind == "csv" and len(LAYOUTS[code]) > 1:
        pytest.skip("a .csv holds one sheet, this layout has several")

    found = checking.check(converted / kind / f"{code}.{kind}")

    assert found.tables[0][0].format.code == {"regsosek": "dtsen"}.get(code, code)
    assert [(one.name, one.relation, one.village_code, one.reasons) for one in found.people] == FAMILY
    assert {one.nik for one in found.people} == {line[1] for line in LAYOUTS["register"]["Data"][1:]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("code", "count"), EXAMPLES.items())
def test_the_examples_are_read_the_same(converted, code, count, kind):
    found = checking.check(converted / kind / f"{code}.{kind}")

    assert (len(found.people), len(found.families)) == count
    assert checking.by_code(found.people, "reasons") == ([("village_empty", 48)] if code.startswith("open") else [])
