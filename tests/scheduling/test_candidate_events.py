"""A candidate's calendar: interviews put together, UIDs that stay, nothing shown twice whatever changes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.candidate_events import Event, Grouping, Plan, Session, group, plan

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
ZONE = "Europe/Berlin"


def session(
    id: str, day: int, hour: float, loop: str | None = "l", place: str = "Video"
) -> Session:
    start = MONDAY + timedelta(days=day, hours=hour)
    return Session(id, start, start + timedelta(minutes=45), place, loop)


LOOP = (session("a", 0, 9), session("b", 0, 10), session("c", 0, 14), session("d", 1, 9))


def names(sessions: tuple[Session, ...], how: Grouping, zone: str = ZONE) -> list[str]:
    return ["".join(s.id for s in each) for each in group(sessions, how, zone)]


def test_interviews_stand_alone_in_blocks_or_by_day() -> None:
    assert names(LOOP, "interview") == ["a", "b", "c", "d"]
    assert names(LOOP, "block") == ["ab", "c", "d"]
    assert names(LOOP, "day") == ["abc", "d"]


def test_a_day_is_one_in_the_candidates_zone_and_a_block_is_of_one_loop() -> None:
    late = (session("a", 0, 14), session("b", 0, 15))
    assert names(late, "day", "UTC") == ["ab"]
    assert names(late, "day", "Asia/Tokyo") == ["a", "b"]
    assert names((session("a", 0, 9, "l"), session("b", 0, 10, "m")), "block") == ["a", "b"]
    assert names((session("a", 0, 9, None), session("b", 0, 10, None)), "block") == ["a", "b"]


def applied(standing: list[Event], found: Plan) -> list[Event]:
    """The calendar after the messages of a plan arrived."""
    kept = {event.id: event for event in standing}
    for event in (*found.new, *found.moved, *found.changed):
        kept[event.id] = event
    return [event for id, event in kept.items() if id not in {gone.id for gone in found.gone}]


def test_a_move_keeps_the_uid_and_raises_the_sequence_and_a_new_session_is_an_update() -> None:
    standing = list(plan(LOOP, "day", ZONE, ()).new)
    assert [event.id for event in standing] == ["a-c", "d-c"]
    earlier = (session("a", 0, 8), *LOOP[1:])
    found = plan(earlier, "day", ZONE, standing)
    assert [(e.id, e.sequence, e.revision) for e in found.moved] == [("a-c", 1, 1)]
    assert (found.new, found.changed, found.gone) == ((), (), ())
    inside = (*LOOP, session("e", 0, 11))
    found = plan(inside, "day", ZONE, standing)
    assert [(e.id, e.sequence, e.revision) for e in found.changed] == [("a-c", 0, 1)]


def test_nothing_that_changed_is_nothing_to_tell() -> None:
    standing = list(plan(LOOP, "block", ZONE, ()).new)
    assert plan(LOOP, "block", ZONE, standing) == Plan()


def test_another_grouping_goes_on_with_what_it_can_and_cancels_the_rest() -> None:
    standing = list(plan(LOOP, "interview", ZONE, ()).new)
    found = plan(LOOP, "day", ZONE, standing)
    assert [event.id for event in found.moved] == ["a-c"]
    assert [(event.id, event.sequence) for event in found.gone] == [("b-c", 1), ("c-c", 1)]
    used = [event.id for event in standing]
    back = plan(LOOP, "interview", ZONE, applied(standing, found), used)
    assert [event.id for event in back.new] == ["b-c2", "c-c2"], "no UID is given twice"


def test_everything_called_off_is_cancelled_with_a_higher_sequence() -> None:
    standing = list(plan(LOOP, "day", ZONE, ()).new)
    found = plan((), "day", ZONE, standing)
    assert [(e.id, e.sequence, e.revision) for e in found.gone] == [("a-c", 1, 1), ("d-c", 1, 1)]


SESSIONS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 2), st.integers(7, 17), st.sampled_from("lm")),
    max_size=6, unique_by=lambda row: row[0],
)  # fmt: skip
GROUPINGS = st.sampled_from(("interview", "block", "day"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SESSIONS, GROUPINGS), min_size=1, max_size=6))
def test_whatever_changes_every_interview_stands_once_and_no_uid_comes_back(
    steps: list[tuple[list[tuple[str, int, int, str]], Grouping]],
) -> None:
    standing: list[Event] = []
    last: dict[str, Event] = {}
    gone: set[str] = set()
    for rows, how in steps:
        sessions = [session(id, day, hour, loop) for id, day, hour, loop in rows]
        found = plan(sessions, how, ZONE, standing, list(last))
        for event in (*found.new, *found.moved, *found.changed, *found.gone):
            before = last.get(event.id)
            assert event.id not in gone
            if before:
                assert event.revision == before.revision + 1
                told = (event.start, event.end, event.location)
                over = event in found.gone
                changed = over or told != (before.start, before.end, before.location)
                assert event.sequence == before.sequence + changed
            last[event.id] = event
        gone |= {event.id for event in found.gone}
        standing = applied(standing, found)
        shown = [id for event in standing for id in event.sessions]
        assert sorted(shown) == sorted(s.id for s in sessions)
        expected = [tuple(s.id for s in each) for each in group(sessions, how, ZONE)]
        assert sorted(event.sessions for event in standing) == sorted(expected)
        assert plan(list(reversed(sessions)), how, ZONE, standing, list(last)) == Plan()
