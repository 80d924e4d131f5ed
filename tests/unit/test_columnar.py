"""The parse and the transform work on frames: no Python loop goes over letters, items or lines."""

import ast
from pathlib import Path

import pytest

import imr_etl

ROWWISE = {
    "apply",
    "iter_rows",
    "iter_slices",
    "map_batches",
    "map_elements",
    "map_groups",
    "map_rows",
    "partition_by",
    "rolling_map",
    "rows",
    "rows_by_key",
    "to_dict",
    "to_dicts",
    "to_numpy",
    "to_pandas",
}
LIBRARY = Path(imr_etl.__file__).parent
LINE_BY_LINE = {"garbled.py"}
"""Modules that compare lines recognized in pictures, of which few letters have any, with the words of the layout."""

MODULES = sorted(
    path
    for folder in ("parse", "transform")
    for path in (LIBRARY / folder).rglob("*.py")
    if path.name not in LINE_BY_LINE
)


def rowwise_calls(source: str) -> list[str]:
    """Methods that hand rows to Python, and loops in Python statements, with their line numbers."""
    tree = ast.parse(source)
    calls = [
        f"{node.lineno}: .{node.func.attr}()"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ROWWISE
    ]
    loops = [f"{node.lineno}: while" for node in ast.walk(tree) if isinstance(node, ast.While)]
    return calls + loops


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_no_loop_over_rows(path: Path) -> None:
    assert rowwise_calls(path.read_text(encoding="utf-8")) == []


def test_the_test_can_fail() -> None:
    assert rowwise_calls("for row in frame.iter_rows():\n    frame.map_elements(len)") == [
        "1: .iter_rows()",
        "2: .map_elements()",
    ]


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 10
