// Fields that are typed in: text, e-mail, link, number, dates and times, rich text, files.

import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { unix, wall } from "./times.js";

const PAUSE = 400; // an app that wants every character hears of them in a pause, as Slack tells it
const waiting = new Map();

/** Tell the app now what it would have heard after the pause. */
export async function flush() {
  const due = [...waiting.values()];
  waiting.clear();
  await Promise.all(due.map((run) => run()));
}

function later(node, run) {
  const mine = () => run();
  waiting.set(node, mine);
  setTimeout(() => {
    if (waiting.get(node) !== mine) return;
    waiting.delete(node);
    mine();
  }, PAUSE);
}

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text" };

export function field(el, ctx) {
  if (el.type === "datepicker") return picker(el, ctx, "date", "selected_date", el.initial_date);
  if (el.type === "timepicker") return picker(el, ctx, "time", "selected_time", el.initial_time);
  if (el.type === "datetimepicker") return moment(el, ctx);
  if (el.type === "rich_text_input") return rich(el, ctx);
  if (el.type === "file_input") return files(el, ctx);
  if (el.type in TYPES || el.type === "plain_text_input") return text(el, ctx);
  return h("p.unsupported", {}, `This workspace cannot draw “${el.type}”.`);
}

const naming = (ctx) => ({ id: ctx.id, "aria-label": ctx.labelled ? null : ctx.name, "aria-describedby": ctx.describe || null });

function text(el, ctx) {
  const start = ctx.start({ value: el.initial_value ?? null }).value ?? "";
  const node = el.multiline
    ? h("textarea.field", { ...naming(ctx), rows: 4 })
    : h("input.field", { ...naming(ctx), type: TYPES[el.type] || "text", inputmode: el.type === "number_input" ? "decimal" : null, autocomplete: "off" });
  node.placeholder = plain(el.placeholder?.text) || "";
  if (el.focus_on_load) node.autofocus = true;
  node.value = start;
  const most = el.max_length;
  const left = most ? h("span.counter", { "aria-hidden": "true" }) : null;
  const count = () => {
    if (!left) return;
    const spare = most - [...node.value].length;
    left.textContent = String(spare);
    left.classList.toggle("over", spare < 0);
  };
  const triggers = el.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  node.addEventListener("input", () => {
    count();
    ctx.keep({ value: node.value || null });
    ctx.surface.touched?.(ctx.block.block_id);
    if (triggers.includes("on_character_entered")) later(node, () => ctx.report({ value: node.value }, null));
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || el.multiline || event.isComposing) return;
    event.preventDefault();
    if (ctx.block.dispatch_action && triggers.includes("on_enter_pressed")) ctx.report({ value: node.value }, node);
    else ctx.surface.enter?.();
  });
  count();
  return left ? h("div.counted", {}, node, left) : node;
}

function picker(el, ctx, type, slot, first) {
  const had = ctx.start({ [slot]: first || null })[slot];
  const node = h("input.field.short", { ...naming(ctx), type });
  node.value = had || "";
  node.addEventListener("change", () => {
    if (node.value) ctx.change({ [slot]: node.value }, node);
    else ctx.keep({ [slot]: null });
  });
  return node;
}

function moment(el, ctx) {
  const had = ctx.start({ selected_date_time: el.initial_date_time || null }).selected_date_time;
  const node = h("input.field.short", { ...naming(ctx), type: "datetime-local" });
  if (had) node.value = wall(had);
  node.addEventListener("change", () => {
    if (node.value) ctx.change({ selected_date_time: unix(node.value) }, node);
    else ctx.keep({ selected_date_time: null });
  });
  return node;
}

function rich(el, ctx) {
  const words = (value) => (value?.elements || []).flatMap((part) => part.elements || []).map((piece) => piece.text || "").join("");
  const start = ctx.start({ rich_text_value: el.initial_value || null }).rich_text_value;
  const node = h("textarea.field", { ...naming(ctx), rows: 5 });
  node.placeholder = plain(el.placeholder?.text) || "";
  node.value = words(start);
  node.addEventListener("input", () => {
    const found = node.value ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: node.value }] }] } : null;
    ctx.keep({ rich_text_value: found });
  });
  return node;
}

function files(el, ctx) {
  ctx.start({ files: [] });
  const node = h("input.field", { ...naming(ctx), type: "file", multiple: (el.max_files || 10) > 1, accept: (el.filetypes || []).map((kind) => `.${kind}`).join(",") || null });
  node.addEventListener("change", () => ctx.keep({ files: [...node.files].map((file) => ({ name: file.name, size: file.size, mimetype: file.type })) }));
  return node;
}
