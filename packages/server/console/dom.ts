/** What an element may hold. Strings become text nodes: nothing that is stored is ever read as markup. */
export type Child = Node | string | number | false | null | undefined | readonly Child[];
export type Attributes = {
  [name: string]: string | number | boolean | null | undefined | ((event: Event) => void);
};

/** An element. Attributes that are functions listen to the event of their name; `false` and `undefined` are left out. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  return fill(document.createElement(name), attributes, children);
}

export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Name] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill<Made extends Element>(made: Made, attributes: Attributes, children: Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...nodes(children));
  return made;
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child): (Node | string)[] => {
    if (child === null || child === undefined || child === false) return [];
    if (typeof child === "object" && "nodeType" in child) return [child];
    return typeof child === "object" ? nodes(child) : [String(child)];
  });
}

/**
 * Gives an element new children. The focus stays on the element that has the same id as the one that had it; when there
 * is none any more, it goes to the title of the page rather than nowhere.
 */
export function refill(parent: Element, ...children: Child[]): void {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  parent.replaceChildren(...nodes(children));
  if (focused === null || focused.isConnected) return;
  const same = focused.id === "" ? null : document.getElementById(focused.id);
  if (same === null) focusTitle();
  else same.focus({ preventScroll: true });
}

/** Where the focus goes when what had it is gone. */
export function focusTitle(): void {
  document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}

/** For people who do not see the screen. */
export const heardOnly = (...children: Child[]): HTMLElement => h("span", { class: "heard" }, ...children);

export function button(
  label: Child,
  click: (event: Event) => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  return h("button", { type: "button", click, ...attributes }, label);
}

/** What people wrote, in any language and direction. */
export const written = (text: Child, attributes: Attributes = {}): HTMLElement =>
  h("bdi", { dir: "auto", ...attributes }, text);

let lastId = 0;
/** An id that no other element of the page has. */
export const newId = (name: string): string => `${name}-${++lastId}`;
