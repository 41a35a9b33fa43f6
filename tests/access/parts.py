"""Which parts of a page a view gives to htmx, read from the view and from what it calls within the portal."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType
from typing import Any

DEPTH = 3


def functions_of(view: Any, depth: int = DEPTH) -> Iterator[FunctionType]:
    """The view itself, and the portal's functions that it names, down to `depth`."""
    bare = inspect.unwrap(view)
    yield bare
    names = {node.id for node in ast.walk(_tree(bare)) if isinstance(node, ast.Name)} if depth else set()
    for called in (bare.__globals__.get(name) for name in sorted(names)):
        ours = isinstance(called, FunctionType) and called.__module__.startswith("portal.")
        if ours and not hasattr(called, "access"):  # a name that another view happens to have
            yield from functions_of(called, depth - 1)


def _tree(function: FunctionType) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def parts_of(view: Any) -> tuple[str, ...]:
    """Names of the parts, by alphabet: `page(…, fragment=…)` and `part_wanted(…)`."""
    found: set[str] = set()
    for function in functions_of(view):
        if function.__module__ == "portal.web.pages":
            continue
        for call in [node for node in ast.walk(_tree(function)) if isinstance(node, ast.Call)]:
            name = ast.unparse(call.func)
            given = [word.value for word in call.keywords if name == "page" and word.arg == "fragment"]
            given += call.args if name == "part_wanted" else []
            for expression in given:
                value = _value(expression, function)
                found |= {value} if isinstance(value, str) else set(value)
    return tuple(sorted(found))


def _value(expression: ast.expr, function: FunctionType) -> Any:
    """A name written out, or a constant of the module."""
    if isinstance(expression, ast.Name):
        return function.__globals__[expression.id]
    return ast.literal_eval(expression)
