// Files on a message: a picture or a PDF can be looked at, everything can be downloaded.

import { h, icon, uid } from "./dom.js";

const size = (bytes) => (bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : bytes ? `${Math.ceil(bytes / 1000)} kB` : "");

/** Only this server's own paths and http addresses are opened. */
const safe = (url) => (/^(\/(?!\/)|https?:\/\/)/i.test(url || "") ? url : null);

export function fileCard(file) {
  const name = file.title || file.name || file.filename || "File";
  const kind = file.mimetype || file.content_type || "";
  const url = safe(file.url_private_download || file.url_private || file.url || file.permalink);
  const view = safe(file.url_private || file.url || file.permalink);
  const picture = kind.startsWith("image/") && view;
  return h("div.file", {},
    picture ? h("button.picture", { type: "button", "aria-label": `Open ${name}`, onclick: () => preview(name, view, kind) }, h("img", { src: view, alt: "" })) : h("span.file-icon", { "aria-hidden": "true" }, icon("file", 22)),
    h("div.file-words", {}, h("strong", {}, name), h("small", {}, [kind.split("/").pop()?.toUpperCase(), size(file.size)].filter(Boolean).join(" · "))),
    h("div.file-tools", {},
      view && (kind === "application/pdf" || picture) ? h("button.link", { type: "button", "aria-label": `Preview ${name}`, onclick: () => preview(name, view, kind) }, "Preview") : null,
      url ? h("a", { href: url, download: file.name || name, "aria-label": `Download ${name}` }, "Download") : null));
}

function preview(name, url, kind) {
  const id = uid("preview");
  const dialog = h("dialog.modal.preview", { "aria-labelledby": id },
    h("div.modal-head", {}, h("h2", { id }, name), h("button.plain", { type: "button", "aria-label": "Dismiss", onclick: () => dialog.close() }, icon("close"))),
    kind.startsWith("image/") ? h("img.preview-image", { src: url, alt: name }) : h("iframe.preview-frame", { src: url, title: name }));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
