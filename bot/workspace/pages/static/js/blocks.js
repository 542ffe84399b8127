// Block Kit blocks drawn as Slack draws them, on any surface (message, modal, Home).

import { h, uid } from "./dom.js";
import { element } from "./elements.js";
import { link, mrkdwn, plain, textObject } from "./mrkdwn.js";
import { markdown, richText, table } from "./richtext.js";

/** Draw `blocks`; `surface` = {act(block, el, value), options(block, el, text), form, errors?}. */
export const render = (blocks, surface) => (blocks || []).map((block) => draw(block, surface));

const DRAW = {
  section, actions, context, image, input, video, alert,
  header: (block) => h("h3.block-header", {}, plain(block.text?.text)),
  divider: () => h("hr.divider-line"),
  markdown: (block) => markdown(block.text),
  rich_text: richText,
  table,
  file: (block) => h("p.unsupported", {}, `File ${block.external_id || ""}`),
};

function draw(block, surface) {
  const run = DRAW[block.type];
  const inner = run ? run(block, surface) : h("p.unsupported", {}, `This workspace cannot draw a “${block.type}” block.`);
  return h("div.block", { class: `block-${block.type.replace(/_/g, "-")}`, "data-block": block.block_id }, inner);
}

const part = (el, block, surface, more = {}) => element(el, { surface, block, text: textObject, ...more });

function section(block, surface) {
  const words = block.text ? h("div.section-text", {}, textObject(block.text)) : null;
  const fields = block.fields ? h("div.fields", {}, block.fields.map((field) => h("div.field-text", {}, textObject(field)))) : null;
  const body = h("div.section-body", {}, words, fields);
  if (!block.accessory) return body;
  return h("div.section-row", {}, body, h("div.section-accessory", {}, part(block.accessory, block, surface)));
}

function actions(block, surface) {
  return h("div.actions", {}, (block.elements || []).map((el) => part(el, block, surface)));
}

function context(block) {
  return h("div.context", {}, (block.elements || []).map((el) => (el.type === "image" ? h("img", { src: el.image_url, alt: el.alt_text || "" }) : h("span", {}, textObject(el)))));
}

function image(block) {
  const source = block.image_url || block.slack_file?.url || "";
  return h("figure", {}, block.title ? h("figcaption", {}, plain(block.title.text)) : null, h("img", { src: source, alt: block.alt_text || "", loading: "lazy" }));
}

function video(block) {
  const name = plain(block.title?.text);
  return h("div.video", {}, h("strong", {}, link(block.title_url || block.video_url || "", [name]) || name), block.description ? h("p", {}, plain(block.description.text)) : null);
}

function alert(block) {
  const level = ["info", "warning", "error", "success", "default"].includes(block.level) ? block.level : "default";
  const words = typeof block.text === "string" ? mrkdwn(block.text) : textObject(block.text);
  return h(`div.alert.${level}`, { role: "note" }, words);
}

function input(block, surface) {
  const el = block.element;
  const id = uid("field");
  const error = surface.errors?.[block.block_id];
  const hintId = uid("hint");
  const errorId = uid("error");
  const describe = [block.hint ? hintId : "", error ? errorId : ""].filter(Boolean).join(" ");
  const label = plain(block.label?.text);
  const optional = block.optional ? h("span.optional", {}, " (optional)") : null;
  const below = [
    error ? h("p.field-error", { id: errorId, role: "alert" }, error) : null,
    block.hint ? h("p.hint", { id: hintId }, plain(block.hint.text)) : null,
  ];
  const grouped = el.type === "checkboxes" || el.type === "radio_buttons";
  const control = part(el, block, surface, { input: true, labelled: true, label, id, describe, required: false });
  if (error) control.classList?.add("invalid");
  if (error) (control.matches?.("input,select,textarea") ? control : control.querySelector?.("input,select,textarea"))?.setAttribute("aria-invalid", "true");
  if (grouped) return h("fieldset.input", { "aria-describedby": describe || null }, h("legend", {}, label, optional), control, below);
  return h("div.input", {}, h("label", { for: id }, label, optional), control, below);
}
