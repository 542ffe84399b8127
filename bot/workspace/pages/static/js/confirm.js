// Slack's confirm dialog: resolves true when the person says yes.

import { h, uid } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";

export function confirm(found) {
  if (!found) return Promise.resolve(true);
  return new Promise((resolve) => {
    const id = uid("confirm");
    let yes = false;
    const close = (answer) => {
      yes = answer;
      dialog.close();
    };
    const dialog = h("dialog.modal.confirm", { role: "dialog", "aria-labelledby": id },
      h("div.modal-head", {}, h("h2", { id }, plain(found.title?.text || "Are you sure?"))),
      h("div.modal-body", {}, textObject(found.text)),
      h("div.modal-foot", {},
        h("button.button", { type: "button", onclick: () => close(false) }, plain(found.deny?.text || "Cancel")),
        h(`button.button.${found.style === "danger" ? "danger" : "primary"}.filled`, { type: "button", autofocus: true, onclick: () => close(true) }, plain(found.confirm?.text || "Yes"))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(yes);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
