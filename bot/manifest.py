"""The Slack app's manifest, written from what the router answers; checked against the limits Slack documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from commands.router import Entry, Router

# None of them reads messages.
SCOPES = (
    "commands",  # the slash commands
    "chat:write",  # cards and answers
    "im:write",  # open direct messages to show them in
    "users:read",  # names and time zones
    "users:read.email",  # match members to the ATS's users
    "files:write",  # hand a résumé over
    "groups:read",  # before a candidate is shared: is the channel private, and who is in it
    "groups:write",  # a private channel for the panel of a loop, where one is wanted: make, invite, archive
    "links:read",  # addresses of the ATS that somebody posts
    "links:write",  # the card below them
)
MOST_DOMAINS = 5
HOUSEKEEPING = ("app_uninstalled", "tokens_revoked")
LIMITS = {
    "slash_commands": 50,
    "command": 32,
    "command_description": 2_000,
    "usage_hint": 1_000,
    "shortcuts": 10,
    "shortcut_name": 24,
    "shortcut_description": 150,
    "bot_events": 100,
    "name": 35,
    "description": 140,
}


def build(
    router: Router,
    *,
    url: str,
    command: str = "hire",
    name: str = "Callsheet",
    socket_mode: bool = False,
    domains: Sequence[str] = (),
) -> dict[str, Any]:
    """`domains`: where the ATSs' own pages are, whose addresses get a card; Slack takes five.

    The manifest as Slack's `apps.manifest.create` takes it. Raises ValueError naming what is over a limit."""
    url = url.rstrip("/")
    requests = f"{url}/slack/events"
    manifest: dict[str, Any] = {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": "Hiring where you already talk: find, schedule, feedback, offers.",
            "background_color": "#2f3d8f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": commands(router, requests, command),
            "unfurl_domains": list(domains)[:MOST_DOMAINS],
        },
        "oauth_config": {
            "redirect_urls": [f"{url}/slack/oauth_redirect"],
            "scopes": {"bot": list(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {
                "request_url": requests,
                "bot_events": sorted({*router.events, *HOUSEKEEPING}),
            },
            "interactivity": {
                "is_enabled": True,
                "request_url": requests,
                "message_menu_options_url": requests,
            },
            "org_deploy_enabled": True,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
    if shortcuts := _shortcuts(router):
        manifest["features"]["shortcuts"] = shortcuts
    check(manifest)
    return manifest


def commands(router: Router, url: str, root: str) -> list[dict[str, Any]]:
    """The root command and the alias of every verb that has one."""
    verbs = [e for e in sorted(router.verbs.values(), key=lambda e: (e.order, e.name)) if e.name]
    hint = " | ".join(entry.name for entry in verbs)
    made = [
        _command(f"/{root}", "Hiring: your tasks, candidates, interviews and offers", hint, url)
    ]
    return made + [_command(f"/{e.alias}", e.help, _hint(e), url) for e in verbs if e.alias]


def _command(command: str, description: str, hint: str, url: str) -> dict[str, Any]:
    return {
        "command": command,
        "description": description,
        "usage_hint": hint,
        "url": url,
        "should_escape": False,
    }


def _hint(entry: Entry) -> str:
    return entry.example.removeprefix(entry.name).strip() or "a name"


def _shortcuts(router: Router) -> list[dict[str, Any]]:
    return [
        {
            "name": (entry.help or entry.name)[: LIMITS["shortcut_name"]],
            "type": "global",
            "callback_id": entry.name,
            "description": entry.help or entry.name,
        }
        for entry in router.shortcuts.values()
    ]


def check(manifest: Mapping[str, Any]) -> None:
    """Hold the manifest against the limits of Slack's manifest schema 2.0. Raises ValueError."""
    features, shown = manifest["features"], manifest["display_information"]
    measures = [
        ("name", len(shown["name"])),
        ("description", len(shown["description"])),
        ("slash_commands", len(features["slash_commands"])),
        ("shortcuts", len(features.get("shortcuts", []))),
        ("bot_events", len(manifest["settings"]["event_subscriptions"]["bot_events"])),
    ]
    for made in features["slash_commands"]:
        measures += [
            ("command", len(made["command"])),
            ("command_description", len(made["description"])),
            ("usage_hint", len(made["usage_hint"])),
        ]
    for made in features.get("shortcuts", []):
        measures.append(("shortcut_description", len(made["description"])))
    for what, size in measures:
        if size > LIMITS[what]:
            raise ValueError(
                f"the manifest's {what.replace('_', ' ')} is {size}, Slack allows {LIMITS[what]}"
            )
    words = [made["command"] for made in features["slash_commands"]]
    if twice := sorted({word for word in words if words.count(word) > 1}):
        raise ValueError(
            f"{', '.join(twice)} would be registered twice; change CALLSHEET_COMMAND or CALLSHEET_ALIASES"
        )
