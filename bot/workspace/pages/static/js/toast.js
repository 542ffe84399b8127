// Short notes at the edge of the window, read aloud; the same sentence is not shown twice in a row.

import { h, icon } from "./dom.js";

let last = ["", 0];

export function toast(text, kind = "error") {
  if (!text || (last[0] === text && Date.now() - last[1] < 2500)) return;
  last = [text, Date.now()];
  const box = h(`div.toast.${kind}`, {}, h("span", {}, text), h("button.plain", { type: "button", "aria-label": "Dismiss note", onclick: () => box.remove() }, icon("close", 16)));
  document.getElementById("toasts").append(box);
  const open = document.querySelector("dialog[open]:last-of-type");
  if (open && document.getElementById("toasts").showPopover) raise();
  setTimeout(() => box.remove(), 8000);
}

// A modal dialog covers everything but the top layer, so the notes go there too.
function raise() {
  const toasts = document.getElementById("toasts");
  toasts.setAttribute("popover", "manual");
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
}

const WORDS = {
  operation_timeout: "failed because the app did not respond in time (operation_timeout).",
  dispatch_failed: "failed because the app could not be reached (dispatch_failed).",
  unknown_command: "is not a valid command. In Slack, all messages that start with “/” are interpreted as commands.",
};

/** Show a refused answer of the server in words. */
export function refused(answer, what = "That") {
  toast(answer.message || `${what} ${WORDS[answer.error] || `did not work (${answer.error || "unknown error"}).`}`);
}
