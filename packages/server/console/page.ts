import type { Route } from "./route.ts";

/** What fills the window beside the navigation. */
export interface Page {
  readonly element: HTMLElement;
  readonly title: string;
  /** Gets the focus when the page opens, unless there is a `first`. */
  readonly heading: HTMLElement;
  /** What people come for, where they have a mouse: a keyboard on the screen would cover the page. */
  readonly first?: HTMLElement | undefined;
  /** Goes to a place within the page; false when it lies on another page. */
  show(route: Route): boolean;
  close(): void;
  /** Single keys that the page listens to. */
  readonly keys: { [key: string]: () => void };
}

export interface Shell {
  /** Memories came or went: the navigation counts anew. */
  changed(): void;
  /** Asks the server again what the caller may do, after keys changed. */
  reopen(): void;
}
