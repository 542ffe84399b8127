"""The Web API's modals and the Home tab."""

import json
from typing import Any

from bot.workspace.slack import limits
from bot.workspace.slack.api import method, need
from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]
MOST_BYTES = 250_000
MOST_OPEN = 3  # one root and two pushed ones


def checked(view: Any, *, home: bool = False) -> Doc:
    """A view Slack would take. Raises SlackError."""
    if len(json.dumps(view, ensure_ascii=False).encode(errors="replace")) > MOST_BYTES:
        raise SlackError("view_too_large")
    if errors := limits.check_view(view, home=home):
        raise SlackError(
            "invalid_arguments",
            errors=errors,
            response_metadata={"messages": [f"[ERROR] {e}" for e in errors]},
        )
    return dict(view)


@method("views.open")
def open_view(team: Team, args: Doc) -> Doc:
    need(args, "view", "trigger_id")
    view = checked(args["view"])
    _unique(team, view)
    user = team.use(args["trigger_id"])
    made = team.make_view(user, view)
    team.set_stack(user, [made])
    return {"view": made}


@method("views.push")
def push(team: Team, args: Doc) -> Doc:
    need(args, "view", "trigger_id")
    view = checked(args["view"])
    user = team.use(args["trigger_id"])
    return {"view": push_for(team, user, view)}


def push_for(team: Team, user: str, view: Doc) -> Doc:
    """Put a modal on top of those a person has open. Raises SlackError."""
    stack = team.stack(user)
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= MOST_OPEN:
        raise SlackError("push_limit_reached")
    _unique(team, view)
    made = team.make_view(user, view, root=stack[0]["id"], previous=stack[-1]["id"])
    team.set_stack(user, [*stack, made])
    return made


@method("views.update")
def update(team: Team, args: Doc) -> Doc:
    need(args, "view")
    if not args.get("view_id") and not args.get("external_id"):
        raise SlackError("invalid_arguments")
    view = checked(args["view"])
    found = _open(team, args.get("view_id") or "", args.get("external_id") or "")
    if found is None:
        raise SlackError("not_found")
    if args.get("hash") and args["hash"] != found["hash"]:
        raise SlackError("hash_conflict")
    return {"view": replace(team, found, view)}


def replace(team: Team, found: Doc, view: Doc) -> Doc:
    """Put other content into an open modal; what was typed stays in fields that stay. Raises SlackError."""
    _unique(team, view, found["id"])
    now = team.store.get("slack_view", found["id"]) or found
    made = team.make_view(found["user"], view, keep=now)
    team.set_stack(
        found["user"], [made if v["id"] == made["id"] else v for v in team.stack(found["user"])]
    )
    return made


@method("views.publish")
def publish(team: Team, args: Doc) -> Doc:
    need(args, "user_id", "view")
    team.user(args["user_id"])
    if not ((team.manifest.get("features") or {}).get("app_home") or {}).get("home_tab_enabled"):
        raise SlackError("not_enabled")
    view = checked(args["view"], home=True)
    old = team.store.get("slack_home", args["user_id"])
    if args.get("hash") and old and args["hash"] != old["hash"]:
        raise SlackError("hash_conflict")
    _unique(team, view, old["id"] if old else "")
    made = team.make_view(args["user_id"], view, keep=old)
    team.store.put("slack_home", args["user_id"], made)
    team.tell([args["user_id"]], {"type": "home", "view": made})
    return {"view": made}


def _seen(team: Team) -> list[Doc]:
    """Every view that somebody sees now."""
    people = team.store.all("slack_user")
    return [v for user in people for v in team.stack(user["id"])] + team.store.all("slack_home")


def _open(team: Team, id: str, external: str) -> Doc | None:
    for view in _seen(team):
        if view["type"] == "modal" and (
            view["id"] == id if id else view["external_id"] == external
        ):
            return view
    return None


def _unique(team: Team, view: Doc, but: str = "") -> None:
    """An external_id belongs to one view that is seen. Raises SlackError."""
    wanted = view.get("external_id")
    if wanted and any(v["external_id"] == wanted and v["id"] != but for v in _seen(team)):
        raise SlackError("duplicate_external_id")
