"""One row per case: ours beside a peer, as a table for people or one line of JSON for programs."""

import json
import platform
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is ours / peer for times and bytes, peer / ours for rates: smaller is better."""

    case: str
    ours: float
    peer: float | None
    peer_name: str
    unit: str
    ratio: float | None = field(default=None)


def row(case: str, ours: float, peer: float | None, peer_name: str, unit: str) -> Row:
    if not peer or not ours:
        return Row(case, ours, peer, peer_name, unit)
    return Row(
        case, ours, peer, peer_name, unit, peer / ours if unit.endswith("/s") else ours / peer
    )


def show(bench: str, rows: list[Row], as_json: bool) -> None:
    """Print the table; with `as_json` one object on one line, last."""
    width = max(len(r.case) for r in rows) + 2
    print(f"{'case':<{width}}{'ours':>12}{'peer':>12}  {'unit':<6}{'ratio':>8}  peer")
    for r in rows:
        peer = f"{r.peer:12.2f}" if r.peer is not None else " " * 12
        ratio = f"{r.ratio:8.2f}" if r.ratio is not None else " " * 8
        print(f"{r.case:<{width}}{r.ours:12.2f}{peer}  {r.unit:<6}{ratio}  {r.peer_name}")
    if as_json:
        machine = f"{platform.machine()}, {platform.system()} {platform.release()}, Python {platform.python_version()}"
        print(json.dumps({"bench": bench, "machine": machine, "rows": [asdict(r) for r in rows]}))
