// rich_text blocks, table cells and the standard Markdown of `markdown` blocks.

import { h } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { emoji, link, mention } from "./mrkdwn.js";
import { state } from "./state.js";
import { fill } from "./times.js";

export const richText = (block) => h("div.rich", {}, (block.elements || []).map(part));

function part(found) {
  if (found.type === "rich_text_list") {
    const tag = found.style === "ordered" ? "ol" : "ul";
    return h(`${tag}.indent${found.indent || 0}`, { start: found.offset ? found.offset + 1 : null }, found.elements.map((item) => h("li", {}, pieces(item))));
  }
  if (found.type === "rich_text_quote") return h("blockquote", {}, pieces(found));
  if (found.type === "rich_text_preformatted") return h("pre", {}, pieces(found));
  return h("div.rich-section", {}, pieces(found));
}

const pieces = (found) => (found.elements || []).flatMap(piece);

function piece(found) {
  const style = found.style || {};
  let node;
  if (found.type === "link") node = link(found.url, [found.text || found.url]) || found.text || found.url;
  else if (found.type === "user") node = mention(found.user_id);
  else if (found.type === "channel") node = h("span.mention", {}, `#${state.channels.get(found.channel_id)?.name || found.channel_id}`);
  else if (found.type === "broadcast") node = h("span.mention.here", {}, `@${found.range}`);
  else if (found.type === "emoji") node = EMOJI[found.name] || `:${found.name}:`;
  else if (found.type === "date") node = h("span.date", {}, fill(found.format || "{date}", found.timestamp));
  else node = (found.text || "").split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
  if (style.code) node = h("code", {}, node);
  if (style.bold) node = h("strong", {}, node);
  if (style.italic) node = h("em", {}, node);
  if (style.strike) node = h("s", {}, node);
  return node;
}

export function table(block) {
  const cell = (tag, found, index) => {
    const settings = (block.column_settings || [])[index] || {};
    const inner = found?.type === "rich_text" ? richText(found) : String(found?.text ?? found?.value ?? "");
    return h(`${tag}.align-${settings.align || "left"}`, tag === "th" ? { scope: "col" } : {}, inner);
  };
  const [head, ...rows] = block.rows || [];
  return h("div.table-wrap", { tabindex: 0, role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, h("tr", {}, (head || []).map((found, index) => cell("th", found, index)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((found, index) => cell("td", found, index)))))));
}

/** Standard Markdown: headings, lists, quotes, fences, emphasis, code, links. */
export function markdown(text) {
  const out = [];
  let list = null;
  let fence = null;
  for (const line of String(text || "").split("\n")) {
    if (/^```/.test(line)) {
      if (fence) out.push(h("pre", {}, fence.join("\n")));
      fence = fence ? null : [];
      continue;
    }
    if (fence) {
      fence.push(line);
      continue;
    }
    const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/.exec(line);
    if (item) {
      const tag = item[1] ? "OL" : "UL";
      if (list?.tagName !== tag) out.push((list = h(tag.toLowerCase())));
      list.append(h("li", {}, spans(item[2])));
      continue;
    }
    list = null;
    const head = /^(#{1,6})\s+(.*)$/.exec(line);
    if (head) out.push(h(`h${Math.min(6, head[1].length + 2)}`, {}, spans(head[2])));
    else if (/^>\s?/.test(line)) out.push(h("blockquote", {}, spans(line.replace(/^>\s?/, ""))));
    else if (/^(---|\*\*\*)\s*$/.test(line)) out.push(h("hr"));
    else if (line.trim()) out.push(h("p", {}, spans(line)));
  }
  if (fence) out.push(h("pre", {}, fence.join("\n")));
  return h("div.markdown", {}, out);
}

const SPAN = /\\([\\`*_{}[\]()#+.!<>~-])|`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|(?<!\w)[*_]([^*_\s][^*_]*)[*_](?!\w)|\[([^\]]*)\]\(([^()\s]+)\)/g;

function spans(text) {
  const out = [];
  let from = 0;
  for (const found of text.matchAll(SPAN)) {
    const [all, escaped, code, bold, bold2, strike, italic, label, url] = found;
    if (found.index > from) out.push(emoji(text.slice(from, found.index)));
    if (escaped) out.push(escaped);
    else if (code) out.push(h("code", {}, code));
    else if (bold || bold2) out.push(h("strong", {}, spans(bold || bold2)));
    else if (strike) out.push(h("s", {}, spans(strike)));
    else if (italic) out.push(h("em", {}, spans(italic)));
    else out.push(link(url, label ? spans(label) : null) || all);
    from = found.index + all.length;
  }
  out.push(emoji(text.slice(from)));
  return out;
}
