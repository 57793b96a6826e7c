/**
 * As much of a document as the page's render functions use: a tree of elements and texts with
 * attributes, listeners and nothing else. Layout does not exist; every width is that of a wide window.
 */
const WIDE_PX = 1200;

class MiniNode {
  parent: MiniElement | null = null;
  readonly childNodes: MiniNode[] = [];
  readonly nodeName: string;
  constructor(nodeName: string) {
    this.nodeName = nodeName;
  }
  get textContent(): string {
    return this.childNodes.map((child) => child.textContent).join("");
  }
  set textContent(text: string) {
    for (const child of this.childNodes.slice()) child.remove();
    this.adopt(new MiniText(text), this.childNodes.length);
  }
  adopt(child: MiniNode, index: number): void {
    child.remove();
    this.childNodes.splice(index, 0, child);
    child.parent = this instanceof MiniElement ? this : null;
  }
  remove(): void {
    const siblings = this.parent?.childNodes ?? [];
    if (siblings.includes(this)) siblings.splice(siblings.indexOf(this), 1);
    this.parent = null;
  }
  replaceWith(other: MiniNode): void {
    const { parent } = this;
    const index = parent?.childNodes.indexOf(this) ?? -1;
    this.remove();
    parent?.adopt(other, index);
  }
}

class MiniText extends MiniNode {
  data: string;
  constructor(data: string) {
    super("#text");
    this.data = data;
  }
  override get textContent(): string {
    return this.data;
  }
  override set textContent(text: string) {
    this.data = text;
  }
}

export class MiniElement extends MiniNode {
  readonly held = new Map<string, string>();
  readonly listeners = new Map<string, ((event: object) => void)[]>();
  readonly clientWidth = WIDE_PX;
  open = false;
  readonly classList = {
    toggle: (name: string, on: boolean): void => {
      const names = new Set((this.held.get("class") ?? "").split(" ").filter((one) => one !== ""));
      if (on) names.add(name);
      else names.delete(name);
      this.held.set("class", [...names].join(" "));
    },
  };
  get attributes(): { name: string; value: string }[] {
    return [...this.held].map(([name, value]) => ({ name, value }));
  }
  get children(): MiniElement[] {
    return this.childNodes.filter((child) => child instanceof MiniElement);
  }
  get hidden(): boolean {
    return this.held.has("hidden");
  }
  set hidden(on: boolean) {
    if (on) this.held.set("hidden", "");
    else this.held.delete("hidden");
  }
  get isConnected(): boolean {
    return this.parent !== null;
  }
  append(...children: (MiniNode | string)[]): void {
    for (const child of children)
      this.adopt(typeof child === "string" ? new MiniText(child) : child, this.childNodes.length);
  }
  setAttribute(name: string, value: string): void {
    this.held.set(name, value);
  }
  getAttribute(name: string): string | null {
    return this.held.get(name) ?? null;
  }
  getAttributeNames(): string[] {
    return [...this.held.keys()];
  }
  hasAttribute(name: string): boolean {
    return this.held.has(name);
  }
  removeAttribute(name: string): void {
    this.held.delete(name);
  }
  addEventListener(type: string, listener: (event: object) => void): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }
  fire(type: string): void {
    for (const listener of this.listeners.get(type) ?? []) listener({ target: this });
  }
}

/** Every element below, itself first, without what is hidden. */
export const shown = (node: MiniElement): MiniElement[] =>
  node.hidden ? [] : [node, ...node.children.flatMap(shown)];

/** Texts as a reader meets them, one per element that has text of its own; and the labels. */
export const textsOf = (node: MiniElement): string[] =>
  shown(node).flatMap((element) => {
    const own = element.childNodes.some((child) => child instanceof MiniText) ? [element.textContent] : [];
    return [...own, ...["aria-label", "aria-valuetext"].flatMap((name) => element.getAttribute(name) ?? [])];
  });

/** Puts the document where the page's modules look for it. */
export const installMiniDom = (): void => {
  const createElement = (tag: string): MiniElement => new MiniElement(tag.toUpperCase());
  Object.assign(globalThis, {
    document: { createElement, createElementNS: (_space: string, tag: string) => createElement(tag) },
    Text: MiniText,
    Element: MiniElement,
    innerWidth: WIDE_PX,
    ResizeObserver: class {
      observe(): void {
        // Nothing is ever resized.
      }
    },
  });
};
