"""Who of a pool may interview, how much they have done, and who steps in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from scheduling.grid import Grid
from scheduling.pools import Member, Vacancy, eligible, ledger, limits, points, ranks, substitutes
from scheduling.training import Path, Training, attended, begin, may_take, missing, sign_off

GRID = Grid(datetime(2026, 11, 2, tzinfo=UTC), 7 * 288)  # a Monday
MONDAY = date(2026, 11, 2)


def left(member: Member, at: datetime, period: str) -> int:
    """What one limit leaves at a moment."""
    cell = int((at - GRID.start).total_seconds() // 300)
    return next(x.left for x in limits(member, GRID) if x.period == period and x.mask >> cell & 1)


def test_limits_are_those_of_the_persons_own_day_and_week() -> None:
    member = Member("maya", "Asia/Kolkata", booked={MONDAY + timedelta(days=1): 1}, per_day=2)
    evening = datetime(2026, 11, 2, 19, tzinfo=UTC)  # Tuesday in Kolkata
    assert left(member, evening, "day") == 1
    assert left(member, evening - timedelta(hours=2), "day") == 2
    assert left(member, evening, "week") == 4


def test_the_day_after_a_heavy_day_is_free_and_no_day_before_a_booked_one_becomes_heavy() -> None:
    heavy = Member("maya", "UTC", booked={MONDAY: 3}, per_day=4, heavy=3)
    noon = datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert left(heavy, noon, "day") == 0
    assert left(heavy, noon + timedelta(days=1), "day") == 4
    before = Member("maya", "UTC", booked={MONDAY + timedelta(days=2): 1}, per_day=4, heavy=3)
    assert left(before, noon, "day") == 2


def test_one_interview_weighs_more_for_whoever_has_a_low_weekly_limit() -> None:
    assert points(2, 1, 5) == 30
    assert points(2, 1, 2) == 75
    assert points(500, 0, 1) == 999


def test_the_draw_is_the_same_for_the_same_seed_only() -> None:
    names = [f"p{n}" for n in range(20)]
    assert ranks("loop-1", names) == ranks("loop-1", reversed(names))
    orders = {min(names, key=ranks(f"loop-{n}", names).__getitem__) for n in range(40)}
    assert len(orders) > 5


def test_from_shadow_to_trained_by_counts_and_sign_offs() -> None:
    path, training = Path(shadows=2, reverse_shadows=1), begin(Training())
    training = attended(training, path, "shadow", "i1")
    assert attended(training, path, "shadow", "i1") == training
    assert attended(training, path, "reverse_shadow", "i2") == training
    assert missing(training, path) == (1, True)
    training = attended(training, path, "shadow", "i2")
    assert (training.stage, missing(training, path)) == ("shadow", (0, True))
    training = sign_off(training, path, "shadow")
    assert training.stage == "reverse_shadow"
    assert may_take(training, "reverse_shadow")
    assert not may_take(training, "interviewer")
    training = attended(sign_off(training, path, "reverse_shadow"), path, "reverse_shadow", "i3")
    assert training.stage == "trained"
    assert may_take(training, "interviewer")
    assert begin(training) == training


def test_a_seat_is_for_the_stage_of_training_that_it_names() -> None:
    trained = Member("ana", "UTC", frozenset({"code", "go"}))
    shadow = Member("ben", "UTC", frozenset({"go"}), {"code": Training("shadow")})
    paused = replace(trained, id="cem", paused=True)
    everybody = (trained, shadow, paused)
    assert eligible(everybody, "interviewer", "code", frozenset({"go"})) == {"ana"}
    assert eligible(everybody, "shadow", "code", frozenset()) == {"ben"}
    assert eligible(everybody, "interviewer", "code", frozenset({"rust"})) == frozenset()


def test_substitutes_come_least_loaded_first_each_with_what_speaks_against_them() -> None:
    code = frozenset({"code"})
    start = datetime(2026, 11, 3, 14, tzinfo=UTC)
    members = [
        Member("busy", "UTC", code),
        Member("many", "UTC", code, recent=3),
        Member("none", "UTC"),
        Member("few", "America/New_York", code, recent=1),
        Member("tired", "UTC", code, booked={MONDAY: 3}, heavy=3),
        Member("late", "Asia/Tokyo", code),
        Member("kin", "UTC", code),
    ]
    free = {m.id: GRID.full for m in members} | {"busy": 0}
    hours = {m.id: GRID.full for m in members} | {"late": 0}
    vacancy = Vacancy(
        "code", "interviewer", start, start + timedelta(hours=1), without=frozenset({"kin"})
    )
    found = substitutes(vacancy, members, GRID, free, hours)
    assert [s.person for s in found[:3]] == ["few", "many", "tired"]
    assert [s.fits for s in found[:3]] == [True, True, False]
    assert found[0].local_start.hour == 9
    why = {s.person: s.reasons + s.soft for s in found}
    assert why["tired"] == ("cool_down",)
    assert why["busy"] == ("not_free",)
    assert why["none"] == ("training",)
    assert why["late"] == ("off_hours",)
    assert why["kin"] == ("excluded",)
    after = replace(vacancy, start=GRID.at(GRID.cells), end=GRID.at(GRID.cells + 12))
    assert not any(s.fits for s in substitutes(after, members, GRID, free, hours))


def test_the_ledger_shows_how_evenly_a_pool_is_used() -> None:
    even = ledger({"ana": 3, "ben": 3}, {})
    assert (even.gini, even.most_less_least, even.shares[0].share) == (0, 0, 0.5)
    skewed = ledger({"ana": 0, "ben": 0, "cem": 0, "dee": 8}, {"dee": 2})
    assert (skewed.shares[0].person, skewed.shares[0].share, skewed.gini) == ("dee", 1, 0.75)
    assert round(skewed.shares[0].fair, 3) == round(2 / 17, 3)
    assert ledger({}, {}).gini == 0
