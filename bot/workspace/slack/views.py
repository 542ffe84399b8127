"""The Web API's modals and the Home tab."""

import json
from typing import Any

from bot.workspace.slack import limits
from bot.workspace.slack.api import method, need
from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]


def checked(view: Any, *, home: bool = False) -> Doc:
    """A view Slack would take. Raises SlackError."""
    if len(json.dumps(view)) > 250_000:
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
    need(args, "view")
    view = checked(args["view"])
    user = team.use(args.get("trigger_id"))
    made = team.make_view(user, view)
    team.set_stack(user, [made])
    return {"view": made}


@method("views.push")
def push(team: Team, args: Doc) -> Doc:
    need(args, "view")
    view = checked(args["view"])
    user = team.use(args.get("trigger_id"))
    return {"view": push_for(team, user, view)}


def push_for(team: Team, user: str, view: Doc) -> Doc:
    """One root and two pushed ones at most."""
    stack = team.stack(user)
    if len(stack) >= 3:
        raise SlackError("push_limit_reached")
    made = team.make_view(
        user, view, root=stack[0]["id"] if stack else "", previous=stack[-1]["id"] if stack else ""
    )
    team.set_stack(user, [*stack, made])
    return made


@method("views.update")
def update(team: Team, args: Doc) -> Doc:
    need(args, "view")
    view = checked(args["view"])
    found = (
        team.store.get("slack_view", str(args.get("view_id") or ""))
        if args.get("view_id")
        else None
    )
    if found is None and args.get("external_id"):
        found = next(iter(team.store.find("slack_view", external_id=args["external_id"])), None)
    if found is None or found["id"] not in [v["id"] for v in team.stack(found["user"])]:
        raise SlackError("not_found")
    if args.get("hash") and args["hash"] != found["hash"]:
        raise SlackError("hash_conflict")
    return {"view": replace(team, found, view)}


def replace(team: Team, found: Doc, view: Doc) -> Doc:
    """Put other content into an open modal."""
    made = team.make_view(found["user"], view, keep=found)
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
    made = team.make_view(args["user_id"], view, keep=old)
    team.store.put("slack_home", args["user_id"], made)
    team.tell([args["user_id"]], {"type": "home", "view": made})
    return {"view": made}
