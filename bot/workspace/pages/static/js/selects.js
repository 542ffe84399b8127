// Menus: one choice from a fixed list is the browser's own select; the others are a combobox.

import { combo } from "./combo.js";
import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { label, people, state } from "./state.js";

const USERS = ["users_select", "multi_users_select"];

export function select(el, ctx) {
  const many = el.type.startsWith("multi_");
  const kind = el.type.replace("multi_", "").replace("_select", "");
  if (kind === "external" || many) return typed(el, ctx, kind, many);
  return native(el, ctx, kind);
}

function slotOf(kind, many) {
  const noun = { static: "option", external: "option", users: "user", conversations: "conversation", channels: "channel" }[kind];
  return `selected_${noun}${many ? "s" : ""}`;
}

function initial(el, kind, many) {
  const noun = { static: "option", external: "option", users: "user", conversations: "conversation", channels: "channel" }[kind];
  return el[`initial_${noun}${many ? "s" : ""}`] ?? (many ? [] : null);
}

const optionRow = (option) => ({ key: option.value, text: plain(option.text?.text), note: plain(option.description?.text), raw: option });
const userRow = (user) => ({ key: user.id, text: user.real_name || user.name, note: user.title || "", raw: user.id });
const channelRow = (channel) => ({ key: channel.id, text: label(channel), raw: channel.id });

/** Every row of a list that needs no asking: [{group, rows}]. */
function known(el, kind) {
  if (kind === "users") return [{ rows: people().map(userRow) }];
  if (kind === "channels") return [{ rows: [...state.channels.values()].filter((one) => !one.is_im).map(channelRow) }];
  if (kind === "conversations") return [{ rows: [...state.channels.values()].map(channelRow) }];
  if (el.option_groups) return el.option_groups.map((group) => ({ group: plain(group.label?.text), rows: group.options.map(optionRow) }));
  return [{ rows: (el.options || []).map(optionRow) }];
}

function native(el, ctx, kind) {
  const slot = slotOf(kind, false);
  const groups = known(el, kind);
  const rows = groups.flatMap((group) => group.rows);
  let had = ctx.start({ [slot]: initial(el, kind, false) })[slot];
  const keyOf = (value) => (typeof value === "object" && value ? value.value : value);
  if (had && !rows.some((row) => row.key === keyOf(had))) {
    had = null;
    ctx.keep({ [slot]: null });
  }
  const index = (row) => String(rows.indexOf(row));
  const node = h("select.select", { id: ctx.id, "aria-label": ctx.labelled ? null : ctx.name, "aria-describedby": ctx.describe || null, required: ctx.required },
    h("option", { value: "" }, plain(el.placeholder?.text) || "Select an option"),
    groups.map((group) => {
      const inner = group.rows.map((row) => h("option", { value: index(row) }, row.text));
      return group.group ? h("optgroup", { label: group.group }, inner) : inner;
    }));
  const at = rows.findIndex((row) => row.key === keyOf(had));
  node.value = had && at >= 0 ? String(at) : "";
  node.classList.toggle("empty", !node.value);
  node.addEventListener("change", () => {
    node.classList.toggle("empty", !node.value);
    const value = node.value === "" ? null : rows[Number(node.value)].raw;
    if (value === null) ctx.keep({ [slot]: null });
    else ctx.change({ [slot]: value }, node);
  });
  return node;
}

function typed(el, ctx, kind, many) {
  const slot = slotOf(kind, many);
  const had = ctx.start({ [slot]: initial(el, kind, many) })[slot];
  const row = (value) => {
    if (kind === "users") return userRow(state.users.get(value) || { id: value, name: value });
    if (kind === "static" || kind === "external") return optionRow(value);
    return channelRow(state.channels.get(value) || { id: value, name: value });
  };
  const local = (text) => {
    const words = text.toLowerCase();
    return known(el, kind).map((group) => ({ ...group, rows: group.rows.filter((one) => `${one.text} ${one.note || ""}`.toLowerCase().includes(words)) })).filter((group) => group.rows.length);
  };
  const ask = async (text) => {
    const answer = await ctx.surface.options(ctx.block, el, text);
    if (answer.option_groups?.length) return answer.option_groups.map((group) => ({ group: plain(group.label?.text), rows: group.options.map(optionRow) })).filter((group) => group.rows.length);
    return answer.options ? [{ rows: answer.options.map(optionRow) }] : null;
  };
  const holder = combo({
    id: ctx.id, name: ctx.name, labelledby: ctx.labelled, describe: ctx.describe, many, most: el.max_selected_items, placeholder: plain(el.placeholder?.text) || (USERS.includes(el.type) ? "Select people" : "Select"),
    chosen: (many ? had || [] : [had]).filter(Boolean).map(row), remote: kind === "external", least: kind === "external" ? el.min_query_length ?? 3 : 0,
    find: kind === "external" ? ask : local,
    onchange: (raw) => (many || raw.length ? ctx.change({ [slot]: many ? raw : raw[0] }, holder) : ctx.keep({ [slot]: null })),
  });
  return holder;
}
