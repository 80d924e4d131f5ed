"""The layers: the library does not know the warehouse, neither of them knows Dagster, and no imports are a cycle.

Imports inside functions count, too. Only the command line (`imr_etl.cli`) may import from the layers above.
"""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("imr_etl", "warehouse", "assets")
FORBIDDEN = {"imr_etl": {"warehouse", "assets", "dagster"}, "warehouse": {"assets", "dagster"}}


def imported_names(source: str) -> Iterator[str]:
    """List what a source imports, by full names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """What each module of the packages imports: modules of them, names of others."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    modules = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file.read_text("utf-8")
        for file in files
    }
    return {
        module: {name if name in modules else name.rpartition(".")[0] or name for name in imported_names(source)}
        for module, source in modules.items()
    }


def test_no_layer_imports_from_a_layer_above(imports: dict[str, set[str]]) -> None:
    assert len(imports) > 80
    upward = [
        f"{module} imports {imported}"
        for module, found in imports.items()
        if not module.startswith("imr_etl.cli.")
        for imported in found
        if imported.partition(".")[0] in FORBIDDEN.get(module.partition(".")[0], ())
    ]
    assert upward == []


def test_no_imports_are_a_cycle(imports: dict[str, set[str]]) -> None:
    assert list(TopologicalSorter(imports).static_order())


def test_imports_inside_functions_count() -> None:
    assert list(imported_names("def function():\n    from warehouse.build import build")) == ["warehouse.build.build"]
