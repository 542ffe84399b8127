// The line above the messages: the conversation's name, and the tabs of the app's own place.

import { avatar, h, icon } from "./dom.js";
import { emit, isApp, state, title } from "./state.js";
import { fold } from "./sidebar.js";

const TABS = [["home", "Home"], ["messages", "Messages"], ["about", "About"]];

export function drawHead() {
  const channel = state.channels.get(state.channel);
  const app = isApp(channel) || state.channel === "app";
  const user = state.users.get(channel?.user || state.boot.app?.bot_user);
  const name = channel ? title(channel) : state.boot.app?.name || "";
  const mark = app || channel?.is_im ? avatar(user, 24) : channel?.is_private ? icon("lock", 16) : h("span.hash", { "aria-hidden": "true" }, "#");
  document.getElementById("channel-head").replaceChildren(
    h("div.head-line", {}, h("button.plain.unfold", { type: "button", "aria-label": "Show sidebar", onclick: () => fold(true) }, icon("menu")), mark, h("h1", {}, name), app ? h("span.badge", {}, "APP") : null),
    app ? tabs(channel) : "");
}

function tabs(channel) {
  const choose = (id) => {
    state.tab = id;
    emit("tab");
    document.getElementById(`tab-${id}`)?.focus();
  };
  const shown = TABS.filter(([id]) => id !== "messages" || channel);
  const list = h("div.tabs", { role: "tablist", "aria-label": "App" }, shown.map(([id, name]) => h("button.tab", { type: "button", role: "tab", id: `tab-${id}`, "aria-selected": String(state.tab === id), tabindex: state.tab === id ? 0 : -1, onclick: () => choose(id) }, name)));
  list.addEventListener("keydown", (event) => {
    const at = shown.findIndex(([id]) => id === state.tab);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) choose(shown[(at + step + shown.length) % shown.length][0]);
  });
  return list;
}
