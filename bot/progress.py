"""A progress bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(title: str) -> Iterator[Callable[[str, int], None]]:
    """Gives `advance(kind, seen)`: how many of that kind were seen so far."""
    if not sys.stderr.isatty():
        yield lambda kind, seen: print(f"{title}: {seen} {kind}s", file=sys.stderr)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        tasks = {}

        def advance(kind: str, seen: int) -> None:
            if kind not in tasks:
                tasks[kind] = progress.add_task(f"{title}: {kind}s", total=None)
            progress.update(tasks[kind], completed=seen)

        yield advance
