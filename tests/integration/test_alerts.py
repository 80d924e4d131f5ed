"""Alerts of failed runs: each target gets them, and one that does not answer changes nothing else."""

import json
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest

from assets.definitions import defs
from assets.wiring import alerts


@pytest.fixture
def web() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The address of a web server on this machine, and what it was sent."""
    received: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook", received
        server.shutdown()
        thread.join()


@pytest.fixture
def mail() -> Iterator[tuple[str, list[str]]]:
    """The address of a mail server on this machine, and the mails that it was given."""
    received: list[str] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:

            def answer(line: str) -> None:
                stream.write(f"{line}\r\n".encode())
                stream.flush()

            answer("220 here")
            while line := stream.readline().decode():
                if line.upper().startswith("DATA"):
                    answer("354 go on")
                    received.append("".join(iter(lambda: stream.readline().decode(), ".\r\n")))
                answer("221 bye" if line.upper().startswith("QUIT") else "250 ok")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=[listener], daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}", received
        thread.join(5)


def environment(**values: str) -> dict[str, str]:
    return {f"IMR_ALERT_{name}": value for name, value in values.items()}


def test_each_target_gets_the_alert(web, mail, tmp_path: Path) -> None:
    out = tmp_path / "alert.txt"
    program = f"import os, sys; open({str(out)!r}, 'w').write(os.environ['IMR_ALERT_SUBJECT'] + sys.stdin.read())"
    command = f'{sys.executable} -c "{program}"'
    named = environment(COMMAND=command, WEBHOOK=web[0], SMTP=mail[0], FROM="imr@example.org", TO="ops@example.org")
    assert alerts.send_to_all(named, "update failed", "The disk is full.") == []
    assert out.read_text() == "update failedThe disk is full.\n"
    assert web[1] == [{"text": "update failed\nThe disk is full."}]
    (received,) = mail[1]
    assert "Subject: update failed\r\n" in received
    assert "To: ops@example.org\r\n" in received
    assert "The disk is full." in received


def test_without_a_target_nothing_is_sent() -> None:
    assert list(alerts.targets({})) == []
    assert alerts.alert.default_status == dg.DefaultSensorStatus.STOPPED


def test_targets_that_do_not_answer_are_named_and_keep_no_other_from_it(web) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    named = environment(COMMAND="/nowhere/command", WEBHOOK=web[0], SMTP=f"smtp://127.0.0.1:{port}", FROM="a", TO="b")
    failed = alerts.send_to_all(named, "update failed", "")
    assert [sentence.split()[0] for sentence in failed] == ["IMR_ALERT_COMMAND", "IMR_ALERT_SMTP"]
    assert len(web[1]) == 1
    assert "neither http" in alerts.send_to_all(environment(WEBHOOK="file:///etc/passwd"), "", "")[0]


def test_a_failed_run_is_reported_in_its_own_sentence(web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_ALERT_WEBHOOK", web[0])
    folders = {"letters": str(tmp_path / "nowhere"), "data": str(tmp_path / "data")}
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def("update").execute_in_process(
            instance=instance, run_config={"resources": {"folders": {"config": folders}}}, raise_on_error=False
        )
        context = dg.build_run_status_sensor_context(
            "alert", result.get_run_failure_event(), instance, result.dagster_run
        ).for_run_failure()
        alerts.alert(context)
        ((text,),) = [message.values() for message in web[1]]
        assert text.startswith("imr-etl: update failed\n")
        assert (
            f"letter_files: There is no folder or file {tmp_path / 'nowhere'}: name the folder that holds the letters."
            in text
        )
        monkeypatch.setenv("IMR_ALERT_WEBHOOK", "http://127.0.0.1:9/")
        with pytest.raises(dg.Failure, match="did not take the alert"):
            alerts.alert(context)
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        assert run.status == dg.DagsterRunStatus.FAILURE
