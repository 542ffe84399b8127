// The message list of the open conversation: fetched, drawn, and redrawn only where it changed.

import { get } from "./api.js";
import { h } from "./dom.js";
import { author, drawMessage } from "./message.js";
import { emit, isApp, label, state, title } from "./state.js";
import { day, divider, ofTs } from "./times.js";

const hidden = new Set(JSON.parse(sessionStorage.getItem("dismissed") || "[]"));
const lists = new WeakMap();
let timer = 0;

/** Draw `messages` into `box`, keeping every node whose message did not change. */
export function drawList(box, messages, options) {
  const had = lists.get(box) || new Map();
  const next = new Map();
  const nodes = [];
  let before = null;
  for (const message of messages) {
    if (hidden.has(message.ts) && message.is_ephemeral) continue;
    const date = day(ofTs(message.ts));
    if (!options.inThread && (!before || day(ofTs(before.ts)) !== date)) nodes.push(keep(had, next, `day ${date} ${divider(ofTs(message.ts))}`, () => h("div.day", {}, h("span", {}, divider(ofTs(message.ts))))));
    const joined = Boolean(before && author(before).id === author(message).id && Number(message.ts) - Number(before.ts) < 300 && !message.is_ephemeral && !before.is_ephemeral && day(ofTs(before.ts)) === date);
    const key = `${options.channel} ${joined} ${JSON.stringify(message)}`;
    nodes.push(keep(had, next, key, () => drawMessage(message, { ...options, joined, dismiss })));
    before = message;
  }
  lists.set(box, next);
  const wanted = new Set(nodes);
  for (const child of [...box.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => box.children[index] !== node && box.insertBefore(node, box.children[index] || null));
}

function keep(had, next, key, make) {
  const node = had.get(key) || make();
  next.set(key, node);
  return node;
}

function dismiss(message) {
  hidden.add(message.ts);
  sessionStorage.setItem("dismissed", JSON.stringify([...hidden]));
  refresh();
}

/** Ask for the open conversation again, soon; many calls become one. */
export function refresh() {
  clearTimeout(timer);
  timer = setTimeout(fetchNow, 20);
}

export async function fetchNow() {
  const channel = state.channel;
  if (!channel || !["messages"].includes(state.tab)) return;
  const answer = await get("history", { as: state.as, channel });
  if (channel !== state.channel || !answer.messages) return;
  const scroller = document.getElementById("scroller");
  const box = document.getElementById("messages");
  const fresh = box.dataset.channel !== channel;
  const low = fresh || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
  box.dataset.channel = channel;
  const sorted = answer.messages
    .filter((message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast")
    .sort((a, b) => Number(a.ts) - Number(b.ts));
  if (fresh) box.replaceChildren();
  drawList(box, sorted, { channel });
  if (!sorted.length) box.append(beginning());
  if (low) scroller.scrollTop = scroller.scrollHeight;
  emit("shown", { channel, messages: sorted });
}

function beginning() {
  const channel = state.channels.get(state.channel);
  const words = isApp(channel)
    ? "What the app has to tell you appears here."
    : `This is the very beginning of ${label(channel)}. Type / to see what the app can do.`;
  return h("div.beginning", {}, h("h2", {}, title(channel)), h("p", {}, words));
}

/** A line while an answer is on its way, as Slack shimmers a message that is being sent. */
export function pending(text) {
  const scroller = document.getElementById("scroller");
  const node = h("div.pending", { role: "status" }, h("span.shimmer", {}, text));
  document.getElementById("messages").after(node);
  scroller.scrollTop = scroller.scrollHeight;
  return () => node.remove();
}
