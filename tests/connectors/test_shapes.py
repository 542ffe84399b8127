"""A field that was always there and vanishes, or changes its type, is noticed; what is merely optional is not."""

import json
import time
from typing import Any

import pytest

from connectors.shapes import ENDPOINTS, EVERY, ODD, USUAL, Change, Shapes, fingerprint

GET = "GET /v2/people"


def person(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "name": f"Nora {number}", "emails": [{"value": "nora@x.example"}], **more}


def tell(shapes: Shapes, times: int, body: Any, endpoint: str = GET) -> list[Change]:
    found = (shapes.look("acme-1", endpoint, "find", body) for _ in range(times))
    return [change for change in found if change]


def usual(body: Any) -> Shapes:
    shapes = Shapes()
    assert tell(shapes, USUAL + 2, body) == []
    return shapes


SOON = EVERY + ODD  # answers after which somebody is told


def test_a_vanished_field_is_told_once_with_who_reads_it() -> None:
    shapes = usual({"data": [person(1), person(2)]})
    changed = tell(shapes, 5 * SOON, {"data": [{"id": 1, "emails": [{"value": "x"}]}]})
    assert changed == [Change(("no longer tells `data[].name`",), ("find",))]


def test_a_field_of_another_type_is_told_once() -> None:
    shapes = usual([person(1)])
    changed = tell(shapes, 5 * SOON, [person(1) | {"id": "one"}])
    assert changed == [Change(("gives `[].id` as a text, no longer as a number",), ("find",))]


def test_an_object_that_vanishes_is_told_and_not_all_that_was_in_it() -> None:
    shapes = usual(person(1, job={"id": 1, "title": "x", "place": {"city": "y"}}))
    changed = tell(shapes, SOON, person(1))
    assert [change.clauses for change in changed] == [("no longer tells `job`",)]


def test_when_the_field_is_back_it_is_over() -> None:
    shapes = usual(person(1))
    assert len(tell(shapes, SOON, {"id": 1, "emails": []})) == 1
    assert tell(shapes, 3, person(1)) == [Change((), ("find",))]
    assert tell(shapes, SOON, {"id": 1, "emails": []}) == [], "it is known to be optional now"


@pytest.mark.parametrize(
    "odd",
    [
        {"id": 1, "name": None, "emails": [{"value": "x"}]},  # null
        {"id": 1.5, "name": "x", "emails": []},  # a fraction, an empty list
        person(1, nickname="new"),  # more than before
    ],
)
def test_what_vendors_do_every_day_is_no_change(odd: Any) -> None:
    assert tell(usual(person(1)), 10 * SOON, odd) == []


def test_an_optional_field_may_stay_away_for_long() -> None:
    shapes = Shapes()
    for number in range(200):
        tell(shapes, 1, person(1, phone="1") if number % 7 else person(1))
    assert tell(shapes, 100, person(1)) == []


def test_a_field_that_some_rows_lack_is_optional() -> None:
    shapes = usual([person(1, phone="1"), person(2)])
    assert tell(shapes, 100, [person(1)]) == []


def test_a_few_odd_answers_are_forgiven() -> None:
    shapes = usual(person(1))
    tell(shapes, ODD - 1, {"id": 1, "emails": []})
    assert tell(shapes, 20, person(1)) == []


def test_keys_that_may_be_data_are_left_out() -> None:
    body = {
        "users": {"2001": {"name": "x"}, "nora@x.example": 1, "Salary expectation?": 2},
        "custom_fields": {"salary": 3},
        "answers": {"why": "x"},
        "byCode": {"GROOVE": 1},
    }
    assert set(fingerprint(body)) == {"", "users", "custom_fields", "answers", "byCode"}


def test_nothing_but_paths_and_types_is_kept_and_a_restart_does_not_forget() -> None:
    first = usual([person(1, note="her brother is a violinist")])
    saved = json.loads(json.dumps(first.unsaved()))
    assert "violinist" not in str(saved)
    assert "nora" not in str(saved).lower()
    assert first.unsaved() == []
    again = Shapes()
    again.recall = {tuple(key): told for key, told in saved}.get
    changed = tell(again, SOON, [{"id": 1, "name": "x", "emails": [{"value": "y"}]}])
    assert [change.clauses for change in changed] == [("no longer tells `[].note`",)]


def test_memory_and_time_are_bounded() -> None:
    shapes = Shapes()
    for number in range(ENDPOINTS + 50):
        shapes.look("acme-1", f"GET /v2/{number}", "find", [person(1)])
    assert len(shapes._known) == ENDPOINTS
    wide = [{f"field{chr(97 + n % 26)}{chr(97 + n // 26)}": n for n in range(600)}] * 500
    started = time.perf_counter()
    tell(shapes, USUAL + 1_000, wide)
    assert time.perf_counter() - started < 5
    assert len(shapes._known["acme-1", GET].fields) <= 200
