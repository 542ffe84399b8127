// Small helpers to build elements without ever parsing text as HTML.

let count = 0;

export const uid = (prefix = "x") => `${prefix}-${++count}`;

/** h("button.primary", {onclick, "aria-label": …}, ...children): strings become text nodes. */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = `${node.className} ${value}`.trim();
    else if (key === "value") node.value = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const PATHS = {
  menu: "M3 5h14M3 10h14M3 15h14",
  close: "M5 5l10 10M15 5L5 15",
  send: "M3 17l15-7L3 3v5l9 2-9 2z",
  thread: "M4 4h12v9H9l-4 3v-3H4z",
  more: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  lock: "M6 9V6.5a4 4 0 018 0V9M5 9h10v8H5z",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 100 4 2 2 0 000-4",
  back: "M12 4l-6 6 6 6",
  file: "M5 2h7l4 4v12H5zM12 2v4h4",
  clock: "M10 3a7 7 0 100 14 7 7 0 000-14M10 6v4l3 2",
  down: "M5 8l5 5 5-5",
};

export function icon(name, size = 18) {
  return svg(
    "svg",
    { viewBox: "0 0 20 20", width: size, height: size, "aria-hidden": "true", class: `icon icon-${name}` },
    svg("path", { d: PATHS[name], fill: name === "send" ? "currentColor" : "none", stroke: "currentColor", "stroke-width": name === "more" ? 2.6 : 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" }),
  );
}

/** A square avatar with a person's initials. Decoration only: the name always stands beside it. */
export function avatar(user, size = 36) {
  const name = user?.real_name || user?.name || "?";
  const initials = user?.is_bot ? "≡" : name.split(/\s+/).map((part) => [...part][0] || "").join("").slice(0, 2).toUpperCase();
  const colour = /^#?[0-9a-f]{6}$/i.test(user?.avatar_color || "") ? `#${user.avatar_color.replace("#", "")}` : hue(user?.id || name);
  const text = svg("text", { x: 18, y: 23, "text-anchor": "middle", fill: "#fff", "font-size": 14, "font-weight": 700, "font-family": "inherit" });
  text.textContent = initials;
  return svg("svg", { viewBox: "0 0 36 36", width: size, height: size, class: "avatar", "aria-hidden": "true" }, svg("rect", { width: 36, height: 36, rx: 8, fill: colour }), text);
}

function hue(seed) {
  const colours = ["#2f3d8f", "#7a3e9d", "#b0413e", "#1d7a6b", "#a3621a", "#3a6ea5", "#5b7d1e", "#8a2d5c"];
  return colours[[...seed].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % colours.length];
}

/** Put a floating box under (or above) its anchor, inside the window. */
export function place(box, anchor, { width = false, right = false } = {}) {
  const at = anchor.getBoundingClientRect();
  box.style.position = "fixed";
  if (width) box.style.width = `${at.width}px`;
  const tall = box.offsetHeight;
  const below = at.bottom + tall + 8 < innerHeight || at.top < tall;
  box.style.top = `${Math.max(4, below ? at.bottom + 4 : at.top - tall - 4)}px`;
  const left = right ? at.right - box.offsetWidth : at.left;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - box.offsetWidth - 8))}px`;
}
