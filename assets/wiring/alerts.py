"""Alerts: what is sent, and where to, when a run fails.

Belongs here: the targets, which the environment names, and the sensor that waits for failed runs. Does not belong here:
what makes a run fail.

    IMR_ALERT_COMMAND   a command that gets the message on its standard input, and the subject in IMR_ALERT_SUBJECT
    IMR_ALERT_WEBHOOK   an http or https address that gets a JSON object with `text`, as Slack and Mattermost take
    IMR_ALERT_SMTP      smtp://user:password@host:port (smtps:// for TLS from the start)
    IMR_ALERT_FROM      the sender of a mail
    IMR_ALERT_TO        its receivers, separated by commas
"""

import json
import os
import shlex
import smtplib
import subprocess
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

import dagster as dg

COMMAND, WEBHOOK, SMTP, FROM, TO = (f"IMR_ALERT_{name}" for name in ("COMMAND", "WEBHOOK", "SMTP", "FROM", "TO"))
SECONDS = 15.0
"""How long a target may take to answer."""

Send = Callable[[str, str], None]


def targets(environment: Mapping[str, str]) -> Iterator[tuple[str, Send]]:
    """Yield the name of each target that the environment sets, and what sends a subject and a message there."""
    for name, send in ((COMMAND, _run_command), (WEBHOOK, _post), (SMTP, _mail)):
        if environment.get(name):
            yield name, lambda subject, message, send=send: send(environment, subject, message)  # type: ignore[misc]


def send_to_all(environment: Mapping[str, str], subject: str, message: str) -> list[str]:
    """Send a message to every target; return a sentence for each target that did not take it."""
    failed = []
    for name, send in targets(environment):
        try:
            send(subject, message)
        except Exception as error:  # noqa: BLE001  targets fail in many ways, and one must not keep the others from it
            failed.append(f"{name} did not take the alert: {type(error).__name__}: {error}")
    return failed


def _sentence(event: dg.DagsterEvent) -> str:
    """Return the sentence that a step failed with, or the type and message of an unexpected error."""
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return f"{event.step_key}: {data.user_failure_data.description}"
    error = data.error
    return f"{event.step_key}: {(error.cause or error).message.strip() if error else event.message}"


def _run_command(environment: Mapping[str, str], subject: str, message: str) -> None:
    subprocess.run(  # noqa: S603  the operator's own command
        shlex.split(environment[COMMAND]),
        input=f"{message}\n",
        text=True,
        env={**environment, "IMR_ALERT_SUBJECT": subject},
        timeout=SECONDS,
        check=True,
        capture_output=True,
    )


def _post(environment: Mapping[str, str], subject: str, message: str) -> None:
    address = environment[WEBHOOK]
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("the address begins with neither http:// nor https://")
    body = json.dumps({"text": f"{subject}\n{message}"}).encode()
    request = Request(address, body, {"Content-Type": "application/json"})  # noqa: S310  the scheme is checked above
    with urlopen(request, timeout=SECONDS):  # noqa: S310
        pass


def _mail(environment: Mapping[str, str], subject: str, message: str) -> None:
    server = urlsplit(environment[SMTP])
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, environment[FROM], environment[TO]
    mail.set_content(message)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "localhost", server.port or 0, timeout=SECONDS) as connection:
        if server.username:
            if server.scheme != "smtps":
                connection.starttls()
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(mail)


@dg.run_failure_sensor(
    name="alert",
    description="Sends a message when a run fails, to the targets that IMR_ALERT_* name. Off where none is named.",
    default_status=(dg.DefaultSensorStatus.RUNNING if any(targets(os.environ)) else dg.DefaultSensorStatus.STOPPED),
    minimum_interval_seconds=30,
)
def alert(context: dg.RunFailureSensorContext) -> None:
    """Send what made the run fail. A target that does not answer fails this tick and leaves the run as it is."""
    run = context.dagster_run
    steps = [_sentence(event) for event in context.get_step_failure_events()]
    sentences = steps or [context.failure_event.message or "It ended without a word."]
    message = "\n".join([*sentences, f"What was loaded stays. This is run {run.run_id} in the UI."])
    if failed := send_to_all(os.environ, f"imr-etl: {run.job_name} failed", message):
        raise dg.Failure("\n".join(failed))
