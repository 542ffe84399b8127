// The panel at the right: one thing at a time (thread, ATS, requests, what to try).

import { h, icon } from "./dom.js";

let current = "";
let opener = null;

export const panelIs = (name) => current === name;

export function openPanel(name, heading, children, { focus = false } = {}) {
  const panel = document.getElementById("panel");
  if (!current) opener = document.activeElement;
  current = name;
  panel.hidden = false;
  panel.className = `panel-${name}`;
  panel.setAttribute("aria-label", heading);
  const close = h("button.plain", { type: "button", "aria-label": "Hide panel", onclick: closePanel }, icon("close"));
  panel.replaceChildren(h("div.panel-head", {}, h("h2", {}, heading), close), h("div.panel-body", {}, children));
  if (focus) close.focus();
  document.body.classList.add("panel-open");
}

export function closePanel() {
  const panel = document.getElementById("panel");
  if (panelIs("tour")) localStorage.setItem("tour", "closed");
  current = "";
  panel.hidden = true;
  panel.replaceChildren();
  document.body.classList.remove("panel-open");
  opener?.isConnected && opener.focus();
}

export function refill(name, children) {
  if (!panelIs(name)) return;
  document.querySelector("#panel .panel-body")?.replaceChildren(...[children].flat(9).filter(Boolean));
}
