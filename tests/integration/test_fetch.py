"""From a stand-in of the state's search to the warehouse, by the command line's functions and by Dagster."""

from datetime import date
from pathlib import Path

import dagster as dg
from state_search import Site, decisions, pdf, serving

from assets.definitions import defs
from assets.wiring.resources import Folders


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
