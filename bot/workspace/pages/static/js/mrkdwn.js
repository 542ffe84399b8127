// Slack's mrkdwn drawn as nodes. Text only ever becomes a text node, so nothing in it can run.

import { h } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { nameOf, state } from "./state.js";
import { fill } from "./times.js";

const decode = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
export const emoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] || all);

/** Text as typed, no marks: a plain_text object. */
export const plain = (text, withEmoji = true) => (withEmoji ? emoji(text || "") : text || "");

/** A text object of either type. */
export function textObject(found) {
  if (!found) return [];
  if (typeof found === "string") return [plain(found)];
  return found.type === "mrkdwn" ? mrkdwn(found.text) : lines(plain(found.text, found.emoji !== false));
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

export function mrkdwn(text) {
  const out = [];
  for (const [index, part] of String(text ?? "").split("```").entries()) {
    if (index % 2) out.push(h("pre", {}, decode(part.replace(/^\n/, "").replace(/<([^|>]+)\|([^>]+)>/g, "$2"))));
    else out.push(...quotes(index ? part.replace(/^\n/, "") : part));
  }
  return out;
}

function quotes(text) {
  const out = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) out.push(h("blockquote", {}, join(quoted)));
    quoted = [];
  };
  let plainLines = [];
  const flushPlain = () => {
    if (plainLines.length) out.push(...join(plainLines));
    plainLines = [];
  };
  for (const line of text.split("\n")) {
    const found = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (found) {
      flushPlain();
      quoted.push(found[1]);
    } else {
      flush();
      plainLines.push(line);
    }
  }
  flushPlain();
  flush();
  return out;
}

const join = (all) => all.flatMap((line, index) => (index ? [h("br"), ...inline(line)] : inline(line)));

const TOKEN = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=[^\s*])((?:[^*\n]*[^\s*])?)\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^_\n]*[^\s_]|[^\s_])_(?![\w_])|(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~]|[^\s~])~(?![\w~])/g;

function inline(text) {
  const out = [];
  let from = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [all, code, angle, bold, italic, strike] = found;
    if (bold === "") continue;
    if (found.index > from) out.push(emoji(decode(text.slice(from, found.index))));
    if (code !== undefined) out.push(h("code", {}, decode(code)));
    else if (angle !== undefined) out.push(angled(angle) ?? decode(all));
    else if (bold !== undefined) out.push(h("strong", {}, inline(bold)));
    else if (italic !== undefined) out.push(h("em", {}, inline(italic)));
    else out.push(h("s", {}, inline(strike)));
    from = found.index + all.length;
  }
  if (from < text.length) out.push(emoji(decode(text.slice(from))));
  return out;
}

function angled(inner) {
  const bar = inner.indexOf("|");
  const [head, label] = bar < 0 ? [inner, ""] : [inner.slice(0, bar), inner.slice(bar + 1)];
  if (/^@[UWB]\w+$/.test(head)) return mention(head.slice(1));
  if (/^#[CGD]\w+$/.test(head)) return h("span.mention", {}, `#${state.channels.get(head.slice(1))?.name || decode(label) || head.slice(1)}`);
  if (/^!(here|channel|everyone)$/.test(head)) return h("span.mention.here", {}, `@${head.slice(1)}`);
  if (head.startsWith("!date^")) return dated(head, label);
  if (head.startsWith("!subteam^")) return h("span.mention", {}, decode(label || "@group"));
  return link(decode(head), label ? inline(label) : null);
}

function dated(head, label) {
  const [, seconds, pattern, url] = head.split("^");
  const words = /^\d+$/.test(seconds || "") && pattern ? fill(decode(pattern), Number(seconds)) : decode(label);
  return (url && link(decode(url), [words])) || h("span.date", { title: decode(label) }, words);
}

export const mention = (id) => h("span.mention", { class: id === state.as ? "me" : "" }, `@${nameOf(id)}`);

/** A link for http, https, mailto and tel addresses; null for anything else. */
export function link(url, children) {
  if (!/^(https?:\/\/|mailto:|tel:)/i.test(url)) return null;
  const shown = children?.length ? children : [url.replace(/^(mailto|tel):/i, "")];
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, shown);
}
