// "What the ATS shows": the two stand-in systems, read only.

import { get } from "./api.js";
import { h } from "./dom.js";
import { openPanel, panelIs, refill } from "./panel.js";
import { toast } from "./toast.js";

let chosen = null;
let filter = "";

export function openAts(focus = false) {
  openPanel("ats", "What the ATS shows", h("p.panel-note", {}, "Loading…"), { focus });
  refreshAts();
}

export const refreshAts = () => panelIs("ats") && (chosen ? one() : all());

async function all() {
  const answer = await get("ats/candidates");
  const rows = Array.isArray(answer) ? answer : answer.candidates || [];
  const body = h("ul.ats-list");
  const draw = () => body.replaceChildren(...rows.filter((row) => `${row.name} ${row.job || ""} ${row.stage || ""}`.toLowerCase().includes(filter)).map((row) => h("li", {}, h("button.ats-row", { type: "button", onclick: () => pick(row) },
    h("strong", {}, row.name), h("small", {}, [vendorName(row.vendor), row.job, row.stage, row.status].filter(Boolean).join(" · "))))));
  const search = h("input.field", { type: "search", "aria-label": "Filter candidates", placeholder: "Filter candidates", value: filter });
  search.addEventListener("input", () => {
    filter = search.value.toLowerCase();
    draw();
  });
  draw();
  refill("ats", [h("p.panel-note", {}, "Both systems run on this machine and answer in their own API. This is their data, not the app’s."), search, body]);
}

const vendorName = (vendor) => ({ greenhouse: "Greenhouse", lever: "Lever" })[vendor] || vendor;

function pick(row) {
  chosen = row;
  one();
}

async function one() {
  const answer = await get(`ats/candidate/${encodeURIComponent(chosen.vendor)}/${encodeURIComponent(chosen.id)}`);
  if (answer.ok === false) {
    chosen = null;
    toast("This candidate could not be read.");
    return all();
  }
  const found = answer.candidate || answer;
  return refill("ats", [
    h("button.link", { type: "button", onclick: () => { chosen = null; all(); } }, "← All candidates"),
    h("h3", {}, found.name),
    h("p.panel-note", {}, vendorName(chosen.vendor)),
    h("dl.facts", {}, [["Stage", found.stage], ["Status", found.status], ["Job", found.job]].filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, words(value))])),
    ...["interviews", "scorecards", "notes", "offers", "activity"].map((name) => part(name, found[name] || [])),
  ]);
}

function part(name, rows) {
  const title = `${name[0].toUpperCase()}${name.slice(1)} (${rows.length})`;
  return h("section.ats-part", {}, h("h4", {}, title), rows.length ? h("ul", {}, rows.map((row) => h("li", {}, typeof row === "object" ? facts(row) : String(row)))) : h("p.none", {}, "None"));
}

const facts = (row) => h("dl.facts", {}, Object.entries(row).filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && !value.length)).flatMap(([name, value]) => [h("dt", {}, name.replace(/_/g, " ")), h("dd", {}, words(value))]));

function words(value) {
  if (Array.isArray(value)) return value.map(words).join(", ");
  if (value && typeof value === "object") return value.name || value.title || value.text || Object.entries(value).map(([key, one]) => `${key}: ${words(one)}`).join(", ");
  return String(value);
}
