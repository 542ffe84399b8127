"""The sentences about times: why one is good or costs something, and why there is none. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from scheduling import spell
from scheduling.over import Over
from scheduling.query import Query
from scheduling.slots import Reason
from scheduling.why import Rule, Why

_NTH = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def reason(told: Reason, names: Mapping[str, str]) -> str:
    """One fact about a time, as `Maya's third interview that day`; `names` by id."""
    who = _listed([names[id] for id in told.who])
    match told.fact:
        case "preferred":
            return "inside everybody's preferred hours"
        case "outside_preferred":
            return f"outside {_of(who)} preferred hours"
        case "rooms":
            return f"{who} {'is' if len(told.who) == 1 else 'are'} free"
        case "only_room":
            return f"only {who} is free"
        case "nth_that_day":
            return f"{_of(who)} {_nth(told.number)} interview that day"
        case "last_that_week":
            return f"{_of(who)} last one that week ({told.number} of {told.number})"
        case "tentative":
            return f"over something tentative of {_of(who)}"
        case "focus":
            return f"in {_of(who)} focus time"
        case "hold":
            return f"over a hold of {_of(who)}"
        case "optional_free":
            return f"{who} can come as well"
        case "optional_busy":
            return f"{who} cannot come, and need not"
        case "unread":
            return f"{_of(who)} calendar cannot be read"


def beside(coming: Collection[str], query: Query) -> str:
    """Who is optional and can come to a time, and who cannot."""
    optional = [person.id for person in query.optional]
    told = (
        Reason("optional_free", tuple(id for id in optional if id in coming)),
        Reason("optional_busy", tuple(id for id in optional if id not in coming)),
    )
    said = ", ".join(reason(one, query.names) for one in told if one.who)
    return spell.sentence(said)


def over(told: Sequence[Over], names: Mapping[str, str]) -> str:
    """What a time lies over, the dearest first; `names` by id: `over Maya’s focus time; …`."""
    return "; ".join(_over(one, names[one.who]) for one in reversed(told))


def _over(one: Over, who: str) -> str:
    match one.what:
        case "tentative":
            return f"over something tentative of {_of(who)}"
        case "focus":
            return f"over {_of(who)} focus time"
        case "hold":
            return f"over something {who} can move"
        case "in_a_row":
            return f"{who} would have more than {one.limit} in a row"
        case "per_day":
            return f"{who} would have {one.would} interviews that day, and the limit is {one.limit}"
        case "per_week":
            return (
                f"{who} would have {one.would} interviews that week, and the limit is {one.limit}"
            )


def why(told: Why, names: Mapping[str, str], zone: str) -> tuple[str, ...]:
    """Why there is no time and what would give some, the most useful sentence first; times are said in `zone`."""
    blocks = _listed([_obstacle(one.rule, names) for one in told.smallest])
    if not told.times:
        return (f"{spell.sentence(blocks)}.",)
    that = "all that" if len(told.smallest) > 1 else "that"
    lines = [f"{blocks}; without {that} {_times(told.times, told.earliest, zone)}."]
    for one in told.others:
        times = _times(one.times, one.earliest, zone)
        lines.append(f"{_obstacle(one.rule, names)}; without that {times}.")
    for one in told.without:
        lines.append(f"without {names[one.rule.who]} {_times(one.times, one.earliest, zone)}.")
    return tuple(spell.sentence(line) for line in lines)


def _obstacle(rule: Rule, names: Mapping[str, str]) -> str:
    who = names.get(rule.who, "")
    match rule.what:
        case "hours":
            return f"{who} works at other hours"
        case "interview_hours":
            return f"{who} interviews at other hours"
        case "lunch":
            return f"{who} has lunch"
        case "off":
            return f"{who} has a day off"
        case "leave":
            return f"{who} is on leave"
        case "busy":
            return f"{who} is busy"
        case "out_of_office":
            return f"{who} is out of office"
        case "tentative":
            return f"{who} may be busy"
        case "focus":
            return f"{who} has focus time"
        case "hold":
            return f"{who} has a hold"
        case "in_a_row":
            return f"{who} needs a break between interviews"
        case "per_day":
            return f"{who} has as many interviews as one day may have"
        case "per_week":
            return f"{who} has as many interviews as one week may have"
        case "gaps":
            return "the gaps before and after are too short"
        case "notice":
            return "the notice would be too short"
        case "room":
            return "no room is free"
        case "candidate":
            return "the candidate has no time then"
        case "nobody":
            return "nobody is asked for"
        case "person":
            return f"{who} has no time"
        case "window":
            return "no start lies in the days looked at"


def _times(times: int, earliest: datetime | None, zone: str) -> str:
    if earliest is None:
        return "there is no time either"
    first = spell.spell_short(earliest, zone)
    return f"one time, {first}" if times == 1 else f"{times} times, the earliest {first}"


def _listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return (
        " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""
    )


def _of(who: str) -> str:
    return f"{who}’" if who.endswith("s") else f"{who}’s"


def _nth(number: int) -> str:
    return _NTH[number] if number < len(_NTH) else f"{number}th"
