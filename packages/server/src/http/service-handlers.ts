import type { Memory, MemoryStats } from "@souvenir/core";
import type { ChatModel } from "@souvenir/mistral";
import { given } from "../api/convert.ts";
import { openApiDocument } from "../api/openapi.ts";
import type { Hooks } from "../hooks/hooks.ts";
import { allowsEverything, everything } from "../keys/grants.ts";
import type { AsyncKeyStore } from "../keys/key-store.ts";
import { version } from "../version.ts";
import type { Activity } from "./activity.ts";
import type { Handlers } from "./call.ts";
import { HttpError } from "./errors.ts";
import type { Journal } from "./journal.ts";
import type { Metrics } from "./metrics.ts";

export type ServiceOperation =
  | "activityGet"
  | "requestsList"
  | "whoami"
  | "keysList"
  | "keysCreate"
  | "keysRevoke"
  | "hooksList"
  | "hooksCreate"
  | "hooksDelete"
  | "hooksTest"
  | "hooksRotate"
  | "openapi"
  | "health"
  | "ready"
  | "metrics";

/** Milliseconds for which metrics show the same counts. */
const recentMs = 5_000;

/** Milliseconds in which a server that is ready says so: a proxy gives its requests to another one meanwhile. */
const readyMs = 2_000;

/** What is about the server and its keys rather than about memories. */
export function serviceHandlers(parts: {
  memory: Memory;
  keys: AsyncKeyStore | undefined;
  hooks: Hooks | undefined;
  chat: ChatModel | undefined;
  activity: Activity;
  journal: Journal;
  metrics: Metrics;
  moreMetrics: () => Readonly<Record<string, number>>;
  accepting: () => boolean;
  clock: () => number;
}): Pick<Handlers, ServiceOperation> {
  const { memory, activity, journal, metrics, moreMetrics, accepting } = parts;
  let counted: { at: number; stats: Promise<MemoryStats | undefined> } | undefined;
  /** Counting takes time in a large store, and anybody may ask for metrics. */
  const recentStats = (): Promise<MemoryStats | undefined> => {
    const now = parts.clock();
    if (counted === undefined || now - counted.at >= recentMs || now < counted.at)
      // A store that does not answer is what one looks at metrics for.
      counted = { at: now, stats: memory.stats().catch(() => undefined) };
    return counted.stats;
  };
  const keyStore = (): AsyncKeyStore => {
    if (parts.keys === undefined)
      throw new HttpError("UNSUPPORTED", "this server was started without a store of keys");
    return parts.keys;
  };
  const webHooks = (): Hooks => {
    if (parts.hooks === undefined)
      throw new HttpError("UNSUPPORTED", "this server was started without web hooks");
    return parts.hooks;
  };
  const noSuchHook = () => new HttpError("NOT_FOUND", "there is no hook with this id");

  return {
    activityGet: async () => ({ interval_ms: activity.intervalMs, samples: await activity.samples() }),

    requestsList: async () => journal.read(),

    async whoami(_, { caller: { key, grants } }) {
      return {
        ...(key === undefined
          ? { mode: "open", grants: [everything] }
          : { mode: "key", id: key.id, name: key.name, grants: [...grants] }),
        ...given({ asks: parts.chat?.id }),
      };
    },

    keysList: async () => ({ keys: await keyStore().list() }),

    async keysCreate(request, call) {
      const keys = keyStore();
      // From the first key on a key is asked for, also to make the next one.
      if (!(await keys.any()) && !allowsEverything(request.grants, "admin"))
        throw new HttpError(
          "INVALID_INPUT",
          'grants: expected [{ "prefix": "", "permission": "admin" }] of the first key: nobody could make another one',
        );
      if (request.expires_at !== undefined && new Date(request.expires_at).getTime() <= parts.clock())
        throw new HttpError("CONTRADICTION", "expires_at: expected a moment to come, and it is over");
      const created = await keys.create(request);
      call.wrote({ subject: created.id });
      return created;
    },

    async keysRevoke({ id }, call) {
      const revoked = await keyStore().revoke(id);
      if (revoked === undefined) throw new HttpError("NOT_FOUND", "there is no key with this id");
      call.wrote({ subject: id });
      return revoked;
    },

    hooksList: async () => ({ hooks: await webHooks().list() }),

    async hooksCreate(request, call) {
      const created = await webHooks().create(request, call.caller.key?.id);
      call.wrote({ subject: created.id });
      return created;
    },

    async hooksDelete({ id }, call) {
      if (!(await webHooks().remove(id))) throw noSuchHook();
      call.wrote({ subject: id });
      return { success: true, deleted: 1 };
    },

    async hooksTest({ id }, call) {
      const tested = await webHooks().test(id);
      if (tested === undefined) throw noSuchHook();
      call.wrote({ subject: id });
      return tested;
    },

    async hooksRotate({ id }, call) {
      const rotated = await webHooks().rotate(id);
      if (rotated === undefined) throw noSuchHook();
      call.wrote({ subject: id });
      return rotated;
    },

    openapi: async () => openApiDocument(),

    health: async () => ({ status: "ok", version }),

    async ready() {
      if (!accepting()) throw new HttpError("UNAVAILABLE", "the server is about to stop");
      // Any read tells whether the store answers, and a question, whether what searches does.
      await inTime(
        Promise.all([
          memory.get({ namespace: "ready", key: "ready" }),
          memory.entities({ namespace: "ready", limit: 1 }),
        ]),
      );
      return { status: "ready" };
    },

    metrics: async () => metrics.text(await recentStats(), moreMetrics()),
  };
}

/** @throws HttpError `UNAVAILABLE` */
async function inTime(reading: Promise<unknown>): Promise<void> {
  // It may fail when nobody waits for it any more.
  reading.catch(() => undefined);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new HttpError("UNAVAILABLE", `the store does not answer within ${readyMs} ms`)),
    readyMs,
  );
  try {
    await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}
