"""The settings of interviews: how they are arranged, told, moved, and when nobody has one."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode

from bot.settings_files import split
from hiring.reasons import OURS, THEIRS
from hiring.reasons import read as read_reasons
from scheduling import company_rules, spans


class InterviewSettings(BaseSettings):
    """One field per setting, as in `bot/settings.py`, of which they are part."""

    candidate_events: Literal["interview", "block", "day"] = Field(
        "interview",
        alias="CALLSHEET_CANDIDATE_EVENTS",
        description="What a candidate's calendar gets: an event per `interview`, per `block` (a loop's interviews of one day without a break over an hour) or per `day`.",
    )
    reminders: str = Field(
        "24h, 1h",
        alias="CALLSHEET_REMINDERS",
        description="When candidates are reminded of an interview, such as `24h, 1h`; `none` turns reminders off. An interview can have its own.",
    )
    swaps: Literal["at once", "after 10 minutes", "never"] = Field(
        "never",
        alias="CALLSHEET_SWAPS",
        description="Whether substitutes are asked by themselves when an interviewer declines: `at once`, `after 10 minutes` in which the recruiter may act first, or `never`.",
    )
    swap_minutes: int = Field(
        15,
        alias="CALLSHEET_SWAP_MINUTES",
        description="How many minutes a substitute has before the next one is asked; fewer when the interview is near.",
        ge=1,
        le=1_440,
    )
    book_over: Annotated[tuple[Literal["tentative", "focus"], ...], NoDecode] = Field(
        (),
        alias="CALLSHEET_BOOK_OVER",
        description="Kinds of busy time that interviews may be booked over: `tentative`, `focus`, or both with a comma. Default: none.",
    )
    meetings: str = Field(
        "",
        alias="CALLSHEET_MEETINGS",
        description="What makes the meeting links of interviews: the name of a connected account (Zoom, a fixed place), or `calendar` for the Meet or Teams link of the event. Default: none.",
    )
    panel_channels: bool = Field(
        False,
        alias="CALLSHEET_PANEL_CHANNELS",
        description="Whether the form of a loop starts with a private channel for its panel ticked. Each loop can choose otherwise.",
    )
    reasons: str = Field(
        ", ".join(OURS),
        alias="CALLSHEET_REASONS",
        description="For what whoever arranges interviews moves and cancels them, separated by commas; reports count them. Candidates never see these.",
    )
    candidate_reasons: str = Field(
        ", ".join(THEIRS),
        alias="CALLSHEET_CANDIDATE_REASONS",
        description="For what candidates move and cancel interviews on their page, separated by commas. They choose one if they like.",
    )
    ahead_days: int = Field(
        14,
        alias="CALLSHEET_AHEAD_DAYS",
        description="How many days ahead times for interviews are looked for, up to 8 weeks.",
        ge=1,
        le=56,
    )
    notice_hours: int = Field(
        2,
        alias="CALLSHEET_NOTICE_HOURS",
        description="How many hours from now the first interview may begin.",
        ge=0,
        le=336,
    )
    holidays: str = Field(
        "",
        alias="CALLSHEET_HOLIDAYS",
        description="Public holidays on which nobody interviews: a country such as `DE`, or a part of one such as `DE-BY`. Interviewers can settle their own. Default: none.",
    )
    days_off: Annotated[tuple[date, ...], NoDecode] = Field(
        (),
        alias="CALLSHEET_DAYS_OFF",
        description="The company's own days without interviews, such as `2026-12-24, 2026-12-31`.",
    )
    break_minutes: int = Field(
        30,
        alias="CALLSHEET_BREAK_MINUTES",
        description="The break a candidate gets in a long loop, in steps of five; 0 for none.",
        ge=0,
        le=120,
        multiple_of=5,
    )
    break_after_hours: int = Field(
        4,
        alias="CALLSHEET_BREAK_AFTER_HOURS",
        description="After how many hours without one that break is due.",
        ge=1,
        le=8,
    )

    limits: Literal["hard", "soft"] = Field(
        "hard",
        alias="CALLSHEET_LIMITS",
        description="Limits of interviews a day, a week and in a row: `hard` are never exceeded; beyond `soft` ones a recruiter may go, knowingly. Interviewers can settle their own. Candidates never choose beyond them.",
    )
    movable_keywords: Annotated[tuple[str, ...], NoDecode] = Field(
        ("hold", "lunch", "focus"),
        alias="CALLSHEET_MOVABLE_KEYWORDS",
        description="Words in the titles of events that their owners can move, separated by commas: a recruiter who finds few times is shown those over them. Where a calendar tells titles; they are never kept.",
    )

    @field_validator("book_over", "days_off", "movable_keywords", mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        return tuple(split(value)) if isinstance(value, str) else value

    @field_validator("holidays")
    @classmethod
    def _place(cls, value: str) -> str:
        company_rules.public(value, 2026)
        return value

    @field_validator("reminders")
    @classmethod
    def _spans(cls, value: str) -> str:
        return spans.spell(spans.minutes(value))

    @field_validator("reasons", "candidate_reasons")
    @classmethod
    def _reasons(cls, value: str) -> str:
        return ", ".join(read_reasons(value))

    @property
    def rules(self) -> company_rules.CompanyRules:
        """What counts for every interview."""
        return company_rules.CompanyRules(
            timedelta(days=self.ahead_days),
            timedelta(hours=self.notice_hours),
            self.holidays,
            self.days_off,
            timedelta(hours=self.break_after_hours),
            timedelta(minutes=self.break_minutes),
            self.limits == "soft",
            self.movable_keywords,
        )
