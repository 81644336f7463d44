import { createHash, randomUUID } from "node:crypto";
import type { ChangesPage, Logger, Memory, MemoryChange } from "@souvenir/core";
import { toWireChange, toWireMemory } from "../api/convert.ts";
import type { AuditEvent } from "../http/audit.ts";
import { version } from "../version.ts";
import type { Hook, HookPlace, HookSpec, HookState, HookStore } from "./hook-store.ts";
import { type Sent, send } from "./send.ts";
import { signedHeaders } from "./signature.ts";

export interface DelivererOptions {
  memory: Pick<Memory, "changes" | "get" | "namespaces">;
  store: HookStore;
  /** Whether receivers may be on this machine. */
  allowLoopback: boolean;
  /** Milliseconds for an attempt. */
  timeoutMs: number;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** 0 to 1. */
  random: () => number;
  audit: ((event: AuditEvent) => void | Promise<void>) | undefined;
  auditRequired: boolean;
  logger: Logger | undefined;
}

const [second, hour, day] = [1000, 3_600_000, 86_400_000];
/** Changes of one delivery; with texts, so that receivers with usual limits take it. */
const [mostChanges, mostTexts] = [100, 10];
/** Milliseconds after the first failure, doubled with each that follows up to the longest. */
const [firstWait, longestWait] = [5 * second, 6 * hour];
/** A receiver may ask for as much. */
const longestAsked = day;
/** Milliseconds of nothing but failures, after which a hook is given up. */
const patience = 3 * day;
/** Milliseconds after an error of this side. */
const afterErrors = 5 * second;
/** Of the time, the part in which all namespaces of a hook are looked through. */
const looking = 1 / 10;
/** Namespaces that wait to be told, beyond which all are looked through. */
const mostWaiting = 10_000;

/** What one delivery tells, and where the namespace is told to by it. */
interface Telling {
  changes: MemoryChange[];
  /** The namespace was emptied, or its place is not known any more: what is not told again is gone. */
  isReset: boolean;
  end: string;
}

/** Until when this process delivers a hook alone, and how long it has been sending. */
interface Hold {
  until: number;
  tellingMs: number;
}

/**
 * Tells receivers what changes, each namespace in its order, at least once. What is to be told is what the memory itself tells
 * from a place on, so that nothing has to be kept but the places.
 */
export class Deliverer {
  readonly #options: DelivererOptions;
  /** Names this process to the others that deliver. */
  readonly #holder: string = randomUUID();
  readonly #working = new Map<string, Promise<void>>();
  /** By hook, namespaces of which this process knows that they changed. */
  readonly #waiting = new Map<string, Set<string>>();
  /** By hook, when all of its namespaces are looked through next, by `performance.now()`. */
  readonly #nextRound = new Map<string, number>();
  readonly #stopping = new AbortController();
  #changed = new Set<string>();
  #looking = false;
  /** They could not be looked at, which is said once. */
  #isBroken = false;

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /** A namespace that this process wrote to: it need not be looked for. */
  changed(namespace: string): void {
    if (this.#changed.size < mostWaiting) this.#changed.add(namespace);
  }

  /** Has what is due delivered. Resolves before it is. */
  async look(): Promise<void> {
    if (this.#looking || this.#stopping.signal.aborted) return;
    this.#looking = true;
    try {
      const hooks = await this.#options.store.list();
      this.#isBroken = false;
      const changed = this.#changed;
      this.#changed = new Set();
      for (const hook of hooks) this.#start(hook, changed);
    } catch (error) {
      if (!this.#isBroken) this.#options.logger?.warn?.("web hooks cannot be looked at", { error });
      this.#isBroken = true;
    } finally {
      this.#looking = false;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#working.values());
  }

  /** One attempt, and nothing noted of it. */
  attempt({ url, secrets }: HookSpec, id: string, message: object): Promise<Sent> {
    const { allowLoopback, timeoutMs, clock } = this.#options;
    const at = clock();
    const body = JSON.stringify(message);
    const valid = secrets.filter(({ until = Number.POSITIVE_INFINITY }) => until > at);
    return send({
      ...{ url, body, allowLoopback, timeoutMs, signal: this.#stopping.signal },
      headers: {
        "Content-Type": "application/json",
        "User-Agent": `souvenir/${version}`,
        ...signedHeaders(
          valid.map(({ secret }) => secret),
          { id, at, body },
        ),
      },
    });
  }

  #start({ id, spec, state }: Hook, changed: ReadonlySet<string>): void {
    if (state.status !== "active") return void this.#waiting.delete(id);
    const waiting = this.#waiting.get(id) ?? new Set();
    for (const name of changed) if (isFor(spec, name)) waiting.add(name);
    if (waiting.size > mostWaiting) {
      waiting.clear();
      this.#nextRound.delete(id);
    }
    this.#waiting.set(id, waiting);
    if (this.#working.has(id) || !isDue(state, this.#options.clock())) return;
    const isRound = performance.now() >= (this.#nextRound.get(id) ?? 0);
    if (waiting.size === 0 && !isRound) return;
    const work = this.#work(id, spec, waiting, isRound)
      .catch((error: unknown) => {
        this.#options.logger?.warn?.("a web hook cannot be served", { hook: id, error });
        waiting.clear();
        this.#nextRound.set(id, performance.now() + afterErrors);
      })
      .finally(() => this.#working.delete(id));
    this.#working.set(id, work);
  }

  async #work(id: string, spec: HookSpec, waiting: Set<string>, isRound: boolean): Promise<void> {
    const { store, clock } = this.#options;
    const hold: Hold = { until: 0, tellingMs: 0 };
    try {
      for (const name of [...waiting]) {
        // Before it is told: what changes meanwhile waits again.
        waiting.delete(name);
        if (!(await this.#tellAll(id, name, hold))) return void waiting.add(name);
      }
      if (!isRound) return;
      const started = performance.now();
      hold.tellingMs = 0;
      for await (const name of this.#namesOf(id, spec)) if (!(await this.#tellAll(id, name, hold))) return;
      const looked = performance.now() - started - hold.tellingMs;
      this.#nextRound.set(id, performance.now() + looked / looking);
    } finally {
      if (hold.until > 0) await store.hold(id, this.#holder, clock(), clock());
    }
  }

  /** Namespaces that were told or are to be told; those that are gone, too. */
  async *#namesOf(id: string, { namespace, prefix = "" }: HookSpec): AsyncGenerator<string> {
    if (namespace !== undefined) return yield namespace;
    const { store, memory } = this.#options;
    const known = new Set<string>();
    for (let names: string[] = [""]; names.length > 0; ) {
      const places = await store.places(id, names.at(-1) ?? "", 500);
      names = places.map(({ namespace: name }) => name);
      for (const name of names) known.add(name);
      yield* names;
    }
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const page: { namespaces: string[]; cursor?: string } = await memory.namespaces({
        ...{ prefix, limit: 1000 },
        ...(cursor === "" ? {} : { cursor }),
      });
      for (const name of page.namespaces) if (!known.has(name)) yield name;
      cursor = page.cursor;
    }
  }

  /** Tells all that a namespace has to tell. False when the hook has to wait. */
  async #tellAll(id: string, namespace: string, hold: Hold): Promise<boolean> {
    const { memory, store, clock, timeoutMs } = this.#options;
    for (;;) {
      const hook = await store.get(id);
      const now = clock();
      if (hook === undefined || this.#stopping.signal.aborted || !isDue(hook.state, now)) return false;
      const place = (await store.place(id, namespace)) ?? { namespace, told: "0" };
      const limit = hook.spec.texts ? mostTexts : mostChanges;
      const page = await memory.changes({ namespace, since: place.told, limit });
      const { until } = place;
      const { changes, isReset, end } = tellingOf(place, page);
      const isLast = page.complete && end === page.cursor;
      const isNothing = changes.length === 0 && !isReset;
      if (isNothing && isLast && until === undefined) return true;
      if (hold.until < now + timeoutMs + second) {
        const isFirst = hold.until === 0;
        const longEnough = now + 2 * timeoutMs + 5 * second;
        if (!(await store.hold(id, this.#holder, now, longEnough))) return false;
        hold.until = longEnough;
        // What was read before may have been told by another meanwhile.
        if (isFirst) continue;
      }
      if (until !== undefined && incarnationOf(until) !== incarnationOf(page.cursor)) {
        // What was sent and perhaps taken is of a namespace that was emptied: from there on the memory says so.
        await store.keep(id, [{ namespace, told: until === "0" ? place.told : until }]);
        continue;
      }
      if (!isNothing) {
        if (until !== end) await store.keep(id, [{ ...place, until: end }]);
        const started = performance.now();
        if (!(await this.#tell(hook, place, { changes, isReset, end }))) return false;
        hold.tellingMs += performance.now() - started;
      }
      // Of nothing: what was to be told was written anew or erased meanwhile, and is told there. No name is kept of what is gone.
      if (end === "0") await store.forget(id, namespace);
      else await store.keep(id, [{ namespace, told: end }]);
      if (isLast) return true;
    }
  }

  /** True when it was taken. */
  async #tell({ id, spec }: Hook, place: HookPlace, { changes, isReset, end }: Telling): Promise<boolean> {
    const { namespace, told } = place;
    const name = createHash("sha256")
      .update(JSON.stringify([id, namespace, told, end]))
      .digest("base64url");
    const delivery = `msg_${name.slice(0, 27)}`;
    const event = {
      request: delivery,
      key: spec.createdBy ?? null,
      subject: id,
      namespace,
      count: changes.length,
    };
    if (spec.texts && this.#options.auditRequired) await this.#note({ ...event, outcome: "begun" });
    const sent = await this.attempt(spec, delivery, {
      type: "memories.changed",
      timestamp: new Date(this.#options.clock()).toISOString(),
      data: {
        namespace,
        ...(isReset ? { reset: true } : {}),
        changes: spec.texts
          ? await this.#withTexts(namespace, changes)
          : changes.map(toWireChange).map(withoutPlace),
      },
    });
    const taken = isTaken(sent);
    if (!taken && this.#stopping.signal.aborted) return false;
    const before = await this.settle(id, sent);
    const isNews = before !== undefined && (before.failures > 0 ? taken : !taken);
    // What leaves is in the log as what is exported; of other deliveries, when they begin to fail and when they do not any more.
    if (isNews || (taken && spec.texts)) await this.#note({ ...event, outcome: taken ? "done" : "refused" });
    return taken;
  }

  async #withTexts(namespace: string, changes: readonly MemoryChange[]): Promise<object[]> {
    return Promise.all(
      changes.map(async (change) => {
        const { kind, key } = change;
        const record =
          kind === "written" && key !== undefined
            ? await this.#options.memory.get({ namespace, key })
            : undefined;
        return {
          ...withoutPlace(toWireChange(change)),
          ...(record === undefined ? {} : { memory: toWireMemory(record) }),
        };
      }),
    );
  }

  /** Notes how an attempt went, and when the next one may be. Answers what was noted before. */
  async settle(id: string, sent: Sent): Promise<HookState | undefined> {
    const { store, clock, logger } = this.#options;
    const state = (await store.get(id))?.state;
    if (state === undefined) return undefined;
    const now = clock();
    const next = stateAfter(state, sent, now, this.#options.random());
    // Of many deliveries that are taken, one a second is noted.
    if (
      next.failures > 0 ||
      state.failures > 0 ||
      now - (state.deliveredAt ?? 0) >= second ||
      state.status !== "active"
    )
      await store.change(id, { state: next });
    if (next.status === "disabled" && state.status !== "disabled") {
      logger?.warn?.("a web hook is given up", { hook: id, ...sent });
      await this.#note({
        ...{ request: id, key: null, subject: id, outcome: "refused" },
        operation: "hookDisabled",
      });
    }
    return state;
  }

  async #note(event: Omit<AuditEvent, "at" | "operation"> & { operation?: string }): Promise<void> {
    const { audit, auditRequired, clock, logger } = this.#options;
    try {
      await audit?.({ at: new Date(clock()).toISOString(), operation: "hookDeliver", ...event });
    } catch (error) {
      if (auditRequired && event.outcome === "begun") throw error;
      logger?.error?.("the audit log cannot be written", { error });
    }
  }
}

function isFor({ namespace, prefix }: Pick<HookSpec, "namespace" | "prefix">, name: string): boolean {
  return namespace === undefined ? name.startsWith(prefix ?? "") : name === namespace;
}

export function isTaken({ status = 0 }: Sent): boolean {
  return status >= 200 && status < 300;
}

function isDue({ status, nextAttemptAt = 0 }: HookState, now: number): boolean {
  return status === "active" && nextAttemptAt <= now;
}

/** Where to go on from is the receiver's own only with the API, which pages otherwise. */
function withoutPlace<Change extends { cursor: string }>({
  cursor: _,
  ...change
}: Change): Omit<Change, "cursor"> {
  return change;
}

const sequenceOf = (cursor: string) => Number(cursor.slice(cursor.indexOf(".") + 1));
const incarnationOf = (cursor: string) => cursor.slice(0, Math.max(0, cursor.indexOf(".")));

/** What is told from a place on: up to where it was to be told before, if that is not past. */
function tellingOf({ until }: HookPlace, { changes, cursor, reset }: ChangesPage): Telling {
  const isReset = reset === true;
  if (until === undefined || sequenceOf(until) >= sequenceOf(cursor))
    return { changes, isReset, end: cursor };
  const most = sequenceOf(until);
  return { changes: changes.filter(({ sequence = 0 }) => sequence <= most), isReset, end: until };
}

/** How a hook is doing after an attempt. @param chance - 0 to 1. */
function stateAfter(
  state: HookState,
  { status, error, retryAfter }: Sent,
  now: number,
  chance: number,
): HookState {
  const { failures, failingSince = now } = state;
  const last = {
    lastAttemptAt: now,
    ...(status === undefined ? {} : { lastStatus: status }),
    ...(error === undefined ? {} : { lastError: error }),
  };
  if (isTaken({ ...(status === undefined ? {} : { status }) }))
    return { status: "active", failures: 0, deliveredAt: now, ...last };
  const doubled = Math.min(longestWait, firstWait * 2 ** Math.min(failures, 30));
  // Half of it at least, so that many hooks of one receiver do not come at once.
  const wait = Math.max(doubled * (0.5 + chance / 2), askedFor(retryAfter, now));
  const isOver = status === 410 || now - failingSince >= patience;
  return {
    ...{ status: isOver ? "disabled" : "active", failures: failures + 1, failingSince, ...last },
    ...(isOver ? {} : { nextAttemptAt: Math.round(now + wait) }),
    ...(state.deliveredAt === undefined ? {} : { deliveredAt: state.deliveredAt }),
  };
}

/** Milliseconds that `Retry-After` asks for, as seconds or as a date. */
function askedFor(retryAfter: string | undefined, now: number): number {
  if (retryAfter === undefined) return 0;
  const asked = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * second : Date.parse(retryAfter) - now;
  return Math.min(longestAsked, Math.max(0, asked || 0));
}
