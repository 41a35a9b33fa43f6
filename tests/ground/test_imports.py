"""Rooms import from ground to roof (pyproject.toml, `tool.importlinter`)."""

from importlinter.cli import lint_imports

from portal.config import ROOT


def test_rooms_import_only_what_stands_below_them(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    broken = lint_imports(cache_dir=None)

    assert not broken, capsys.readouterr().out
