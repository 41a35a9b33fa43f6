"""What the benchmark is asked for is understood before a city is invented, which takes most of a minute."""

import pytest

from tests.bench.__main__ import options
from tests.bench.measure import NAMES


def test_an_item_that_is_not_there_is_refused_with_the_names_of_all(capsys):
    with pytest.raises(SystemExit) as ended:
        options(["--only", "imports"])

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "imports" in said
    assert all(name in said for name in NAMES)


def test_items_that_are_there_are_measured_and_all_unless_some_are_named():
    assert options(["--only", "export", "import"]).only == ["export", "import"]
    assert options([]).only == options(["--only"]).only == []
