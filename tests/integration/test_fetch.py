"""From a stand-in of the state's search to the warehouse, by the command line's functions and by Dagster."""

from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from make_letters import LETTERS
from state_search import Decision, Site, decisions, page, pdf, rows_of, serving

from assets.definitions import defs
from assets.wiring.resources import Folders
from imr_etl.storage.paths import DataPaths
from warehouse.build.inputs import is_current


def test_the_job_fetches_and_no_other_job_does(tmp_path: Path) -> None:
    with serving(Site(decisions(date(2024, 1, 1), 2))) as site, dg.DagsterInstance.ephemeral() as instance:
        config = {"contact": "a@example.org", "since": "2024-01-01", "seconds": 0, "url": site.url}
        folders = Folders(letters=str(tmp_path), data=str(tmp_path / "data"))
        job = defs.resolve_job_def("fetch")
        resources = {"folders": {"config": {"letters": folders.letters, "data": folders.data}}}

        def run(**other: object) -> dg.ExecuteInProcessResult:
            own = {"config": config | other}
            return job.execute_in_process(
                {"ops": {"published_decisions": own}, "resources": resources}, instance=instance, raise_on_error=False
            )

        (made,) = run().asset_materializations_for_node("published_decisions")
        letters = (tmp_path / "data" / "letters").rglob("*.pdf")
        assert {file.name: file.read_bytes() for file in letters} == {
            each.file: pdf(each.case) for each in site.decisions
        }
        assert (made.metadata["cases"].value, made.metadata["new letters"].value) == (4, 4)
        failed = run(contact="")
        assert "IMR_CONTACT is not set" in str(failed.failure_data_for_node("published_decisions"))
    for name in ("update", "reparse", "reread", "rebuild", "watch"):
        assert "published_decisions" not in defs.resolve_job_def(name).graph.node_dict
    assert defs.resolve_schedule_def("evening_fetch").default_status == dg.DefaultScheduleStatus.STOPPED


@pytest.fixture
def letters() -> Path:
    """All sample letters."""
    return LETTERS


def test_saved_pages_and_letters_are_reconciled_in_the_warehouse(load, imr_etl, data: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    paths = DataPaths.at(data)
    pages.mkdir()

    def reconciled() -> dict[str, tuple[int, int]]:
        with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
            rows = connection.execute("SELECT measure, n, agreeing FROM marts.reconciliation").fetchall()
        return {measure: (n, agreeing) for measure, n, agreeing in rows}

    assert load().returncode == 0
    assert reconciled() == {}
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        cases = connection.execute(
            "SELECT case_number, decision_date,"
            " list((category, coalesce(subcategory, ''), decision) ORDER BY item_number)"
            " FROM main.determinations JOIN main.disputed_items USING (determination_id)"
            " WHERE decision_date IS NOT NULL AND outcome IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    shown = [Decision(case, day, [tuple(item) for item in items]) for case, day, items in cases]
    absent, *known = shown
    known.append(Decision("CM99-0000001", known[0].decided, absent.items))
    rows = [row for each in known for row in rows_of(each)]
    (pages / "1.html").write_text(page(rows, len(rows), 1, has_next=False), encoding="utf-8")
    assert imr_etl("fetch", "--search-pages", pages, "--data", data).returncode == 0
    assert not is_current(paths)
    assert load().returncode == 0
    found = reconciled()
    items = sum(len(each.items) for each in known[:-1])
    assert found["published cases that are loaded"] == (len(known), len(known) - 1)
    assert found["decision date"] == found["outcome"] == (len(known) - 1,) * 2
    assert found["decision of items, in any order"] == (items, items)
    assert found["category of items, in any order"][0] == found["category of items, in any order"][1] > 0
    assert found["injury date"][1] < found["injury date"][0]

    (paths.published("published_decisions", f"{known[0].decided:%Y-%m}")).write_bytes(b"damaged")
    assert load().returncode == 0
    months = {each.decided.strftime("%Y-%m") for each in known}
    left = len(list(paths.published("published_decisions", "*").parent.glob("*.parquet")))
    assert left == len(months) - 1
