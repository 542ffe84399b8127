// "Requests to the app": what the workspace delivered, how the app answered, how fast.

import { get } from "./api.js";
import { h } from "./dom.js";
import { openPanel, panelIs, refill } from "./panel.js";

export function openDeliveries(focus = false) {
  openPanel("deliveries", "Requests to the app", h("p.panel-note", {}, "Loading…"), { focus });
  refreshDeliveries();
}

export async function refreshDeliveries() {
  if (!panelIs("deliveries")) return;
  const answer = await get("deliveries");
  const rows = (Array.isArray(answer) ? answer : answer.deliveries || []).slice(0, 100);
  refill("deliveries", [
    h("p.panel-note", {}, "Each was signed and sent to the app over HTTP. Slack wants an answer within 3 seconds."),
    rows.length ? h("table.plain-table", {}, h("thead", {}, h("tr", {}, ["What", "Answer", "Time"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map((row) => h("tr", { class: row.error || row.status >= 400 ? "bad" : "" }, h("td", {}, row.kind || ""), h("td", {}, row.error || String(row.status ?? "…")), h("td.number", {}, row.ms === undefined || row.ms === null ? "" : `${Math.round(row.ms)} ms`)))))
      : h("p", {}, "Nothing was sent yet."),
  ]);
}
