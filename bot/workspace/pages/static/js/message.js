// One message drawn: who, when, words or blocks, files, replies. The list is in messages.js.

import { render } from "./blocks.js";
import { avatar, h, icon } from "./dom.js";
import { fileCard } from "./files.js";
import { mrkdwn } from "./mrkdwn.js";
import { emit, state } from "./state.js";
import { surfaceOf } from "./surface.js";
import { clockTime, moment, ofTs } from "./times.js";

export function author(message) {
  const bot = message.bot_id || message.subtype === "bot_message";
  const id = message.user || (bot ? state.boot.app?.bot_user : "");
  const user = state.users.get(id) || { id, name: message.username || "Unknown" };
  return bot ? { ...user, is_bot: true } : user;
}

/** Draw a message; `joined` ones follow the same author closely and show only the time. */
export function drawMessage(message, { joined, inThread, dismiss, channel }) {
  const user = author(message);
  const name = message.username || user.real_name || user.name;
  const at = ofTs(message.ts);
  const time = h("time", { datetime: at.toISOString(), title: moment(at) }, clockTime(at));
  const body = h("div.message-body", {},
    joined ? null : h("div.byline", {}, h("strong.author", {}, name), user.is_bot ? h("span.badge", {}, "APP") : null, time),
    content(message, channel),
    message.edited ? h("span.edited", {}, "(edited)") : null,
    (message.files || []).map(fileCard),
    !inThread && message.reply_count ? replies(message) : null);
  const ephemeral = message.is_ephemeral
    ? h("div.only-you", {}, icon("eye", 14), "Only visible to you", h("button.link", { type: "button", onclick: () => dismiss(message) }, "Dismiss"))
    : null;
  const tools = !inThread && !message.is_ephemeral
    ? h("div.tools", {}, h("button.plain", { type: "button", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => emit("thread", message.thread_ts || message.ts) }, icon("thread")))
    : null;
  return h("article.message", { class: `${joined ? "joined" : ""} ${message.is_ephemeral ? "ephemeral" : ""}`, "data-ts": message.ts, "aria-label": `${name}, ${clockTime(at)}` },
    ephemeral, h("div.gutter", {}, joined ? time.cloneNode(true) : avatar(user)), body, tools);
}

function content(message, channel) {
  const attachments = (message.attachments || []).map((one) => h("div.attachment", {}, one.blocks ? render(one.blocks, surface(message, channel)) : mrkdwn(one.text || one.fallback)));
  if (message.blocks?.length) return [h("div.blocks", {}, render(message.blocks, surface(message, channel))), attachments];
  return [message.text ? h("div.text", {}, mrkdwn(message.text)) : null, attachments];
}

function surface(message, channel) {
  const container = { type: "message", channel_id: channel, message_ts: message.ts };
  if (message.is_ephemeral) container.is_ephemeral = true;
  const made = surfaceOf(container, `message:${channel}:${message.ts}`);
  made.form.keep(message.blocks);
  return made;
}

function replies(message) {
  const many = message.reply_count;
  return h("button.replies", { type: "button", onclick: () => emit("thread", message.ts) }, `${many} ${many === 1 ? "reply" : "replies"}`);
}
