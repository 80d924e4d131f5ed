"""Rows that a data folder adds to code tables: they count as the package's do, and a faulty one is one sentence."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from imr_etl.errors import RunError
from imr_etl.parse import PARSER_VERSION, parser_version
from imr_etl.vocabulary import (
    alias_table,
    code_table,
    code_table_names,
    find_terms,
    package_table,
    replace_tables,
)
from imr_etl.vocabulary.additions import use_vocabulary
from imr_etl.vocabulary.spelling import find_in_requests

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Write]:
    """Write a file of the folder, by table; the package's tables are in use again after the test."""

    def write(table: str, text: str | bytes) -> Path:
        path = tmp_path / f"{table}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    yield write
    replace_tables({}, None)


def named(text: str) -> list[str]:
    found = find_terms(pl.DataFrame({"n": [1], "text": [text]}), "text", "drugs", "n")
    return found["ingredient"].to_list()


def test_a_new_name_and_a_spelling_of_a_known_one_are_found(write: Write, tmp_path: Path) -> None:
    assert named("Zoltrix 5 mg, Ibupromax") == []
    write(
        "drugs",
        "\ufeffingredient,drug_class,aliases\n\n zoltrixine ,Opioids, Zoltrix | Zoltrix ER\r\nibuprofen,,Ibupromax\n",
    )
    use_vocabulary(tmp_path)
    assert named("Zoltrix 5 mg, Ibupromax, Motrin") == ["zoltrixine", "ibuprofen", "ibuprofen"]
    assert code_table("drugs").height == package_table("drugs").height + 1
    (tmp_path / "drugs.csv").unlink()
    use_vocabulary(tmp_path)
    assert named("Zoltrix 5 mg, Ibupromax") == []


def test_the_version_follows_the_rows(write: Write, tmp_path: Path) -> None:
    use_vocabulary(tmp_path / "none")
    assert parser_version() == PARSER_VERSION
    write("drugs", "ingredient,drug_class\n")
    for ignored in ("README.md", ".drugs.csv.swp", "drugs.csv~"):
        (tmp_path / ignored).touch()
    use_vocabulary(tmp_path)
    assert parser_version() == PARSER_VERSION, "no row is added"
    versions = set()
    for row in ("zoltrixine,Opioids", "zoltrixide,Opioids"):
        write("drugs", f"ingredient,drug_class\n{row}\n")
        use_vocabulary(tmp_path)
        versions.add(parser_version())
    assert len(versions) == 2
    assert all(version.startswith(f"{PARSER_VERSION}.") for version in versions)


def test_what_was_derived_from_a_table_is_derived_again(write: Write, tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": [1], "text": ["Zoltrix 5 squirtlets #30"]})
    assert find_in_requests(frame, "text", "dosage_forms", "n").is_empty()
    write("dosage_forms", "form,is_topical\nsquirtlet,no\n")
    write("dosage_forms", "form,aliases\nsquirtlet,squirtlets\n")
    use_vocabulary(tmp_path)
    assert find_in_requests(frame, "text", "dosage_forms", "n").height == 1


def test_a_row_may_name_what_another_file_adds(write: Write, tmp_path: Path) -> None:
    write("drug_classes", "drug_class\nZoltrixoids\n")
    write("drugs", "ingredient,drug_class\nzoltrixine,Zoltrixoids\n")
    use_vocabulary(tmp_path)
    assert "Zoltrixoids" in alias_table("drugs")["drug_class"]


@pytest.mark.parametrize(
    ("table", "text", "sentence"),
    [
        ("durgs", "ingredient\n", "durgs.csv is named after no code table: name it drugs.csv, or move it elsewhere."),
        ("drugs", "", "drugs.csv line 1: the column ingredient is missing."),
        ("drugs", "ingredient\nzoltrix\n", "drugs.csv line 2: zoltrix has no drug_class, which every row"),
        ("drugs", "ingredient,drug_class,dose\n", "drugs.csv line 1: the table has no column 'dose'"),
        ("drugs", "ingredient,drug_class,drug_class\n", "drugs.csv line 1: the column drug_class stands there twice."),
        ("drugs", "ingredient,drug_class\n,Opioids\n", "drugs.csv line 2: the cell of ingredient is empty."),
        ("drugs", "ingredient,drug_class\nzoltrix\n", "drugs.csv line 2: zoltrix has no drug_class"),
        ("drugs", "ingredient,drug_class\na,Opioids,x\n", "drugs.csv line 2: the row has 3 cells for 2 columns"),
        ("drugs", "ingredient,drug_class\n\nzo,Opiods\n", "line 3: 'Opiods' is no drug_class: write Opioids"),
        ("drugs", "ingredient,drug_class\nzo,Opioids\nzo,NSAIDs\n", "line 3: zo stands in line 2 already."),
        (
            "drugs",
            "ingredient,drug_class\nibuprofen,Opioids\n",
            "line 2: ibuprofen is a name of the package's table, with",
        ),
        (
            "drugs",
            "ingredient,drug_class\nIbuprofen,Opioids\n",
            "line 2: 'ibuprofen' is a spelling of ibuprofen already",
        ),
        (
            "drugs",
            "ingredient,drug_class,aliases\nzo,Opioids,Zox\nzu,Opioids,zox\n",
            "line 3: 'zox' is a spelling of zo already: one word has one meaning.",
        ),
        ("drugs", "ingredient,drug_class,aliases\nzo,Opioids,a||b\n", "line 2: zo has a spelling without letters"),
        ("drugs", b"ingredient,drug_class\nzo,Opioids\nz\xf6,Opioids\n", "line 3: the text is not UTF-8"),
        ("drugs", 'ingredient,drug_class\n"zo"x,Opioids\n', "line 2: the line is no CSV"),
        ("drugs", 'ingredient,drug_class\n"z\no",Opioids\n', "line 2: 'z\\no' has a line break"),
        ("number_words", "number,aliases\nmany,lots\n", "line 2: 'many' is no number: write a number, as 1."),
        ("mme_factors", "ingredient,mme_factor,unit\nzo,-1,mg\n", "line 2: '-1' is no mme_factor"),
        ("treatments", "treatment,role,category\nzo,sevice,Surgery\n", "line 2: 'sevice' is no role: write service"),
        (
            "treatments",
            "treatment,role,category,subcategory\nzo,service,Surgery,Opioids\n",
            "line 2: 'Opioids' is no subcategory of Surgery.",
        ),
    ],
)
def test_a_faulty_file_is_one_sentence_and_changes_nothing(
    write: Write, tmp_path: Path, table: str, text: str | bytes, sentence: str
) -> None:
    write(table, text)
    before = parser_version()
    with pytest.raises(RunError) as fault:
        use_vocabulary(tmp_path)
    said = str(fault.value)
    assert sentence in said
    assert said.startswith(str(tmp_path / f"{table}.csv"))
    assert said.endswith(".")
    assert "\n" not in said
    assert parser_version() == before


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "vocabulary").touch()
    with pytest.raises(RunError, match="vocabulary cannot be read"):
        use_vocabulary(tmp_path / "vocabulary")


def test_no_module_reads_a_code_table_when_it_is_imported() -> None:
    """What a module keeps from its import on would be without the rows that are added later."""
    program = (
        "import importlib, pkgutil, imr_etl\n"
        "for module in pkgutil.walk_packages(imr_etl.__path__, 'imr_etl.'):\n"
        "    if not module.name.endswith('__main__'):\n"
        "        importlib.import_module(module.name)\n"
        "from imr_etl.vocabulary import package_table\n"
        "print(package_table.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "0\n"


@pytest.mark.parametrize("name", code_table_names())
def test_every_row_of_the_package_could_have_been_added(write: Write, tmp_path: Path, name: str) -> None:
    """What the rules of added rows refuse stands in no table of the package."""
    table = package_table(name)
    key = table.columns[0]
    renamed = table.with_columns(pl.format("{} or so", key).alias(key)) if key != "number" else table
    without_spellings = renamed.drop("aliases", "misspellings", strict=False)
    write(name, (without_spellings if name not in ("categories", "specialty_fits") else table).write_csv())
    use_vocabulary(tmp_path)
    assert code_table(name).height >= table.height
