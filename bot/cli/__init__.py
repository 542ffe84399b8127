"""The command line. Exit codes: 0 fine, 1 the thing asked for failed (one sentence on stderr), 2 wrong usage."""

import sys

import typer

from bot.cli import accounts, care, issues, keeping, keys, logs, new, run

app = typer.Typer(
    name="callsheet",
    help="Callsheet: a Slack bot that runs hiring where people already talk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (
    run.demo, run.serve, run.work, care.migrate, care.doctor, care.manifest, care.sync,
    logs.logs,
    keeping.backup, keeping.restore, keeping.restored,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)
app.add_typer(accounts.app, name="accounts")
app.add_typer(keeping.app, name="audit")
app.add_typer(issues.app, name="issues")
app.add_typer(keys.app, name="keys")
app.add_typer(new.app, name="new")


def main() -> None:
    """Run the command line and end the process with the right code."""
    sys.exit(code(sys.argv[1:]))


def code(words: list[str]) -> int:
    """Run one command and give its exit code; sentences instead of tracebacks for what a person can put right."""
    try:
        app(words, prog_name="callsheet")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1 if ended.code else 0
    except Exception as error:  # the edge of the process
        sentence = explain(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 1
    return 0


def explain(error: Exception) -> str | None:
    """What to tell the person at the terminal; None for what is our own mistake."""
    from bot.errors import NotSetUp
    from connectors.errors import ConnectorError
    from hiring import health
    from hiring.errors import Refused

    match error:
        case NotSetUp():
            return str(error)
        case Refused():
            return error.sentence
        case _ if isinstance(error, health.AWAY):
            return f"The database {health.why(error)}."
        case ConnectorError():
            return error.text or "The connected system did not answer. Try again in a minute."
        case _:
            return None
