// The thread panel: one message, its replies, and a composer.

import { get } from "./api.js";
import { composer } from "./composer.js";
import { h } from "./dom.js";
import { drawList } from "./messages.js";
import { openPanel, panelIs } from "./panel.js";
import { label, state } from "./state.js";

let list = null;

export function openThread(ts) {
  state.thread = ts;
  const channel = state.channels.get(state.channel);
  list = h("div.thread-list", { role: "log", "aria-label": "Replies", "aria-live": "polite" });
  const writer = composer({ channel, thread: ts, draft: `thread ${ts}` });
  openPanel("thread", "Thread", [h("p.panel-note", {}, label(channel)), list, writer.node]);
  refreshThread();
  writer.area.focus();
}

export async function refreshThread() {
  if (!panelIs("thread")) return;
  const answer = await get("history", { as: state.as, channel: state.channel, thread_ts: state.thread });
  if (answer.messages && list) drawList(list, answer.messages.sort((a, b) => Number(a.ts) - Number(b.ts)), { channel: state.channel, inThread: true });
}
