"""`chat.unfurl`: what an app shows below a link that somebody posted (docs.slack.dev/reference/methods/chat.unfurl)."""

from typing import Any

from bot.workspace.slack.api import method, need
from bot.workspace.slack.team import SlackError, Team, check_message, mint

Doc = dict[str, Any]


@method("chat.unfurl", "links:write")
def unfurl(team: Team, args: Doc) -> Doc:
    """By `unfurl_id` and `source`, or by `channel` and `ts`; each address must stand in the message."""
    channel, ts = _place(args)
    unfurls = args.get("unfurls")
    if not unfurls:
        raise SlackError("missing_unfurls")
    if not isinstance(unfurls, dict) or not all(isinstance(v, dict) for v in unfurls.values()):
        raise SlackError("invalid_unfurls_format")
    known = team.store.get("slack_message", f"{channel}:{ts}")
    if known is None:
        raise SlackError("cannot_find_message")
    shown = []
    for url, made in unfurls.items():
        if url.replace("&", "&amp;") not in known["text"]:
            raise SlackError("cannot_unfurl_url")
        check_message("x", made.get("blocks"), None)
        blocks = {"blocks": mint(made["blocks"])} if made.get("blocks") else {}
        shown.append({**made, **blocks, "from_url": url, "app_id": team.app_id})
    team.change(known, edited=False, attachments=shown)
    return {}


def _place(args: Doc) -> tuple[str, str]:
    if args.get("unfurl_id"):
        need(args, "source")
        channel, _, ts = str(args["unfurl_id"]).partition(".")
        return channel, ts
    for name in ("channel", "ts"):
        if not args.get(name):
            raise SlackError(f"missing_{name}")
    return str(args["channel"]), str(args["ts"])
