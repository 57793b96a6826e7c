/** Small helpers to build and change elements; text goes in as text, so nothing posted can become markup. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | boolean | null>} Attributes */
/** @typedef {Node | string | null} Child */

/**
 * @param {Element} node
 * @param {Attributes} attributes null and false leave one out
 */
const setAttributes = (node, attributes) => {
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : String(value));
};

/** @param {readonly Child[]} children @returns {(Node | string)[]} */
const present = (children) => children.filter((child) => child !== null);

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...present(children));
  return node;
};

/**
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {...Child} children
 */
export const svg = (tag, attributes = {}, ...children) => {
  const node = document.createElementNS(SVG, tag);
  setAttributes(node, attributes);
  node.append(...present(children));
  return node;
};

/**
 * The element with this id, which index.html has.
 * @param {string} id
 * @returns {HTMLElement}
 */
export const byId = (id) => {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`no element #${id}`);
  return node;
};

/**
 * Changes text only when it differs, so that a screen reader is not told the same again.
 * @param {Node} node
 * @param {string} text
 */
export const setText = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

/**
 * @param {Element} node
 * @param {string} name
 * @param {string} value
 */
export const setAttribute = (node, name, value) => {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
};

/** Attributes that the reader changes: they stay as they are. */
const OWNED_BY_READER = new Set(["open"]);

/** @param {Element} node @param {Element} wanted */
const syncAttributes = (node, wanted) => {
  for (const name of node.getAttributeNames())
    if (!wanted.hasAttribute(name) && !OWNED_BY_READER.has(name)) node.removeAttribute(name);
  for (const { name, value } of wanted.attributes) setAttribute(node, name, value);
};

/**
 * Makes the children of `host` like `children`, changing what is there in place, so that a pushed
 * state takes no focus, selection or half-done click away.
 * @param {Element} host
 * @param {...Child} children
 */
export const morph = (host, ...children) => {
  const before = [...host.childNodes];
  const wanted = present(children).map((child) => (typeof child === "string" ? new Text(child) : child));
  for (const [index, next] of wanted.entries()) {
    const node = before[index];
    if (node === undefined) host.append(next);
    else if (node.nodeName !== next.nodeName) node.replaceWith(next);
    else if (node instanceof Element && next instanceof Element) {
      syncAttributes(node, next);
      morph(node, ...next.childNodes);
    } else setText(node, next.textContent ?? "");
  }
  for (const left of before.slice(wanted.length)) left.remove();
};
