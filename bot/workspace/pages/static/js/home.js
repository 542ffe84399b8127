// The app's own place: its Home tab (a view the app publishes) and a few words about it.

import { get, post } from "./api.js";
import { render } from "./blocks.js";
import { h } from "./dom.js";
import { formOf } from "./form.js";
import { state } from "./state.js";
import { surfaceOf } from "./surface.js";

let drawn = "";

/** Show the Home tab: tell the app it was opened, then draw what it published. */
export async function openHome() {
  drawn = "";
  await showHome();
  await post("home", { as: state.as });
  await showHome();
}

export async function showHome() {
  if (state.tab !== "home") return;
  const answer = await get("home", { as: state.as });
  if (state.tab !== "home") return;
  const view = answer.view;
  const text = JSON.stringify(view || null);
  if (text === drawn) return;
  drawn = text;
  const box = document.getElementById("messages");
  box.dataset.channel = "home";
  if (!view) {
    box.replaceChildren(h("div.beginning", {}, h("p", {}, "The app has nothing to show here yet.")));
    return;
  }
  const surface = surfaceOf({ type: "view", view_id: view.id }, `view:${view.id}`);
  formOf(`view:${view.id}`).keep(view.blocks);
  box.replaceChildren(h("div.home", {}, render(view.blocks, surface)));
}

export function showAbout() {
  const app = state.boot.app || {};
  const box = document.getElementById("messages");
  box.dataset.channel = "about";
  drawn = "";
  box.replaceChildren(h("div.home.about", {}, h("h2", {}, app.name || "App"), h("p", {}, "Commands, in any channel:"),
    h("dl", {}, (state.boot.commands || []).flatMap((one) => [h("dt", {}, h("code", {}, `${one.command} ${one.usage_hint || ""}`.trim())), h("dd", {}, one.description || "")]))));
}
