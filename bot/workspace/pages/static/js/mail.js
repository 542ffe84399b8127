// The mailbox page: who got what mail, its words, its files and its calendar invite.

import { get, listen, post } from "./api.js";
import { h } from "./dom.js";
import { fileCard } from "./files.js";
import { refused, toast } from "./toast.js";

const query = new URLSearchParams(location.search);
const page = { address: query.get("address") || "ada.lovelace@mailbox.example", id: "", tab: "html", messages: [], addresses: [] };
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const when = (text, options = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) => {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? String(text || "") : new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }).format(date);
};
const person = (found) => (typeof found === "string" ? found : Array.isArray(found) ? found.map(person).join(", ") : found?.name ? `${found.name} <${found.address || found.email || ""}>` : found?.address || found?.email || "");
const nameOf = (text) => person(text).replace(/\s*<.*>$/, "").replace(/^"|"$/g, "") || person(text);

async function refresh() {
  const [mail, list] = await Promise.all([get("mail", { address: page.address }), get("mail/addresses")]);
  if (!mail.messages) return;
  page.addresses = Array.isArray(list) ? list : list.addresses || [];
  const before = JSON.stringify(page.messages);
  page.messages = mail.messages;
  top();
  if (before !== JSON.stringify(page.messages) || !page.messages.length) {
    if (!page.messages.some((one) => one.id === page.id)) page.id = "";
    if (!page.id && innerWidth > 760) page.id = page.messages[0]?.id || "";
    rows();
    view();
  }
}

function top() {
  const all = [...new Set([page.address, ...page.addresses.map((one) => one.address || one)])].sort();
  if (document.getElementById("address")?.dataset.all === all.join()) return;
  const select = h("select", { id: "address", "aria-label": "Mailbox", "data-all": all.join() }, all.map((address) => h("option", { value: address }, address)));
  select.value = page.address;
  select.addEventListener("change", () => location.assign(`/mail?address=${encodeURIComponent(select.value)}`));
  document.getElementById("mail-top").replaceChildren(h("h1", {}, "Mailbox"), select, h("span.spacer"), h("a", { href: "/" }, "Workspace"));
  document.title = `${page.address} – Mailbox`;
}

function rows() {
  const list = document.getElementById("mail-list");
  if (!page.messages.length) {
    list.replaceChildren(h("p.none", {}, "No mail yet. What the app sends to this address arrives here."));
    return;
  }
  list.replaceChildren(h("ul", {}, page.messages.map((mail) => h("li", {}, h("button.mail-row", { type: "button", "aria-current": mail.id === page.id ? "true" : null, onclick: () => open(mail.id) },
    h("span.mail-from", {}, nameOf(mail.from)), h("time", {}, when(mail.date, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })), h("strong", {}, mail.subject || "(no subject)"),
    mail.calendar ? h("span.tag", {}, kind(mail.calendar)) : null)))));
}

const kind = (found) => ({ REQUEST: found.sequence > 0 ? "Updated invite" : "Invite", CANCEL: "Cancelled", REPLY: "Reply" })[found.method] || found.method;

function open(id) {
  page.id = id;
  page.tab = "html";
  document.body.classList.add("reading");
  rows();
  view();
  document.getElementById("mail-view").focus();
}

function view() {
  const box = document.getElementById("mail-view");
  const mail = page.messages.find((one) => one.id === page.id);
  if (!mail) {
    box.replaceChildren(h("p.none", {}, page.messages.length ? "Choose a message." : ""));
    return;
  }
  const back = h("button.button.mail-back", { type: "button", onclick: () => { document.body.classList.remove("reading"); document.getElementById("mail-list").focus(); } }, "Back to list");
  const body = h("div.mail-body");
  const tab = (id, name) => h("button.tab", { type: "button", role: "tab", "aria-selected": String(page.tab === id), onclick: () => { page.tab = id; view(); } }, name);
  box.replaceChildren(back, h("h2", {}, mail.subject || "(no subject)"),
    h("dl.mail-facts", {}, h("dt", {}, "From"), h("dd", {}, person(mail.from)), h("dt", {}, "To"), h("dd", {}, person(mail.to)), h("dt", {}, "Date"), h("dd", {}, `${when(mail.date)} (${zone})`)),
    mail.calendar ? invite(mail) : "",
    h("div.tabs", { role: "tablist", "aria-label": "How to show it" }, mail.html ? tab("html", "Message") : null, tab("text", "Text"), tab("raw", "Source")),
    body, mail.attachments?.length ? h("section.attachments", { "aria-label": "Attachments" }, mail.attachments.map((one) => fileCard({ ...one, name: one.filename, mimetype: one.content_type }))) : "");
  fill(body, mail);
}

async function fill(body, mail) {
  const tab = page.tab === "html" && !mail.html ? "text" : page.tab;
  if (tab === "html") return body.append(frame(mail.html));
  if (tab === "text") return body.append(h("pre.mail-text", {}, linked(mail.text || "")));
  const answer = await fetch(`/client/mail/${encodeURIComponent(mail.id)}/raw`).catch(() => null);
  return body.append(h("pre.mail-raw", { tabindex: 0 }, answer?.ok ? await answer.text() : "The source could not be read."));
}

// Scripts cannot run in the frame (sandbox without allow-scripts); links open in a new tab.
function frame(html) {
  const node = h("iframe.mail-frame", { title: "Message body", src: "/mail/frame", sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox" });
  node.addEventListener("load", () => {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    parsed.querySelectorAll("script,meta,base,link,iframe,frame,object,embed,form").forEach((one) => one.remove());
    for (const one of parsed.querySelectorAll("*")) for (const { name } of [...one.attributes]) if (/^on/i.test(name)) one.removeAttribute(name);
    const inner = node.contentDocument;
    const styles = [...parsed.querySelectorAll("head style")].map((one) => inner.importNode(one, true));
    inner.head.append(...styles);
    inner.body.replaceWith(inner.importNode(parsed.body, true));
    for (const anchor of inner.querySelectorAll("a[href],area[href]")) {
      if (!/^(https?:|mailto:|tel:)/i.test(anchor.getAttribute("href"))) anchor.removeAttribute("href");
      anchor.setAttribute("target", "_blank");
      anchor.setAttribute("rel", "noopener noreferrer");
    }
    node.style.height = `${Math.max(160, inner.documentElement.scrollHeight + 24)}px`;
  });
  return node;
}

function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) => (index % 2 ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part));
}

function invite(mail) {
  const found = mail.calendar;
  const mine = (found.attendees || []).find((one) => (one.email || one.address || String(one)).replace(/^mailto:/i, "").toLowerCase() === page.address.toLowerCase());
  const answer = async (word) => {
    const reply = await post(`mail/${encodeURIComponent(mail.id)}/rsvp`, { as_address: page.address, answer: word });
    if (reply.ok === false) refused(reply, "Answering");
    else {
      toast({ ACCEPTED: "You accepted.", DECLINED: "You declined.", TENTATIVE: "You answered maybe." }[word], "info");
      refresh();
    }
  };
  const status = mine?.partstat && mine.partstat !== "NEEDS-ACTION" ? ` · your answer: ${mine.partstat.toLowerCase()}` : "";
  return h("section.invite", { "aria-label": "Calendar invite", class: found.method === "CANCEL" ? "cancelled" : "" },
    h("h3", {}, found.summary || "Event"),
    h("p", {}, `${when(found.start)} – ${when(found.end, { hour: "2-digit", minute: "2-digit" })} (${zone})`),
    h("p.invite-people", {}, `Organised by ${person(found.organizer).replace(/^mailto:/i, "")}. With ${(found.attendees || []).map((one) => person(one).replace(/^mailto:/i, "")).join(", ")}.`),
    h("p.invite-wire", {}, `${kind(found)} · METHOD ${found.method} · SEQUENCE ${found.sequence ?? 0}${status}`),
    found.method === "REQUEST" ? h("div.actions", {}, h("button.button.primary.filled", { type: "button", onclick: () => answer("ACCEPTED") }, "Accept"), h("button.button", { type: "button", onclick: () => answer("TENTATIVE") }, "Maybe"), h("button.button", { type: "button", onclick: () => answer("DECLINED") }, "Decline")) : null);
}

refresh();
listen({ as: query.get("as") || "" }, (event) => event.type === "mail" && refresh(), refresh);
setInterval(refresh, 5000);
