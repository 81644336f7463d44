import type { Awaitable } from "../keys/awaitable.ts";

/** What a hook is: changed by who manages it only. */
export interface HookSpec {
  readonly url: string;
  /** The one, or those that begin so: one of the two is there. */
  readonly namespace?: string;
  readonly prefix?: string;
  readonly texts: boolean;
  readonly createdAt: number;
  /** Id of the key that made it. */
  readonly createdBy?: string;
  /** The one that counts first; the one before it until a moment, in milliseconds since 1970. */
  readonly secrets: readonly { readonly secret: string; readonly until?: number }[];
}

/** How a hook is doing. */
export interface HookState {
  /** `starting`: where it begins is not noted everywhere yet. */
  readonly status: "starting" | "active" | "disabled";
  /** Attempts that failed since one was taken. */
  readonly failures: number;
  /** Moments in milliseconds since 1970. */
  readonly failingSince?: number;
  readonly nextAttemptAt?: number;
  readonly lastAttemptAt?: number;
  readonly deliveredAt?: number;
  readonly lastStatus?: number;
  readonly lastError?: string;
}

/** A receiver of changes: what was asked for, and how it stands. */
export interface Hook {
  readonly id: string;
  readonly spec: HookSpec;
  readonly state: HookState;
}

/** How far a namespace was told to a hook. Nothing of what is in it. */
export interface HookPlace {
  readonly namespace: string;
  /** Cursor of `Memory.changes`: all before it was taken. */
  readonly told: string;
  /** Where what is being told ends, from before it is sent until it is taken: so that it is the same when it is sent again. */
  readonly until?: string;
}

/** Hooks beside the keys of a server, for all processes and servers that share these. */
export interface HookStore {
  /** Keeps a new hook. */
  add(hook: Hook): Awaitable<void>;
  /** All hooks, those of the other servers too. */
  list(): Awaitable<Hook[]>;
  /** One hook; `undefined` when there is none. */
  get(id: string): Awaitable<Hook | undefined>;
  /** Takes the place of the parts that are given; nothing for a hook that is gone. */
  change(id: string, what: Partial<Pick<Hook, "spec" | "state">>): Awaitable<void>;
  /** With its places. False when there is none. */
  remove(id: string): Awaitable<boolean>;
  /** How far namespaces were told to a hook, in the order of their names, after one of these. */
  places(id: string, after: string, limit: number): Awaitable<HookPlace[]>;
  /** How far a namespace was told to a hook; `undefined` when nothing was. */
  place(id: string, namespace: string): Awaitable<HookPlace | undefined>;
  /** In one commit; nothing for a hook that is gone. */
  keep(id: string, places: readonly HookPlace[]): Awaitable<void>;
  /** Removes the place of a namespace, which is gone. */
  forget(id: string, namespace: string): Awaitable<void>;
  /**
   * Has one of those who deliver alone do so until a moment. False when another one does.
   * @param until - `now` gives it back.
   */
  hold(id: string, holder: string, now: number, until: number): Awaitable<boolean>;
}

/** As tables have it. */
export interface HookRow {
  id: string;
  spec: string;
  state: string;
}

export function hookOf({ id, spec, state }: HookRow): Hook {
  return { id, spec: JSON.parse(spec) as HookSpec, state: JSON.parse(state) as HookState };
}

export interface PlaceRow {
  namespace: string;
  told: string;
  until: string | null;
}

export function placeOf({ namespace, told, until }: PlaceRow): HookPlace {
  return { namespace, told, ...(until === null ? {} : { until }) };
}
