import { randomBytes, randomUUID } from "node:crypto";
import { checkInteger, type Logger, type Memory, SouvenirError } from "@souvenir/core";
import { given } from "../api/convert.ts";
import type { WireHook } from "../api/wire.ts";
import type { Audit } from "../http/audit.ts";
import { checkGrants } from "../keys/grants.ts";
import { checkReceiver } from "./addresses.ts";
import { Deliverer, isTaken } from "./deliverer.ts";
import type { Hook, HookPlace, HookSpec, HookStore } from "./hook-store.ts";
import type { Hooks } from "./hooks.ts";
import { newSecret } from "./signature.ts";

/** How changes are sent to the hooks of a server. */
export interface HooksOptions {
  /** Whose changes are told. */
  memory: Memory;
  /** Where hooks are kept: `hooks` of the keys. */
  store: HookStore;
  /** Receivers may be on this machine, without TLS too: whoever may make a hook then reaches every port of it. Default false. */
  allowLoopback?: boolean | undefined;
  /** Milliseconds that a receiver has to answer. Default 10000. */
  timeoutMs?: number | undefined;
  /** Milliseconds between looks at what there is to tell. Default 500. */
  pollMs?: number | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: (() => number) | undefined;
  /** Told of deliveries with texts, of those that begin to fail or are taken again, and of hooks that are given up. */
  audit?: Audit | undefined;
  /** Nothing with texts is delivered that is not in the log as begun. Default false. */
  auditRequired?: boolean | undefined;
  /** Told of hooks that cannot be read or served, and of those that are given up. Default: nobody is. */
  logger?: Logger | undefined;
}

const day = 86_400_000;
/** Of a server. */
const mostHooks = 100;
/** Namespaces whose places are kept in one commit. */
const slice = 500;

/** Web hooks of a server. Nothing is delivered before `start()`. @throws SouvenirError `INVALID_INPUT` */
export function openHooks(options: HooksOptions): Hooks & { start(): void; close(): Promise<void> } {
  const { memory, store, allowLoopback = false, clock = Date.now } = options;
  const pollMs = checkInteger(options.pollMs ?? 500, "pollMs", 1, 60_000);
  const deliverer = new Deliverer({
    ...{ memory, store, allowLoopback, clock, random: Math.random },
    timeoutMs: checkInteger(options.timeoutMs ?? 10_000, "timeoutMs", 1, 60_000),
    ...{ audit: options.audit, auditRequired: options.auditRequired ?? false, logger: options.logger },
  });
  let timer: ReturnType<typeof setInterval> | undefined;

  /** From now on: where each namespace stands is noted before the hook is active. */
  async function begin(id: string, { namespace, prefix = "" }: HookSpec): Promise<void> {
    const placesOf = (names: readonly string[]) =>
      Promise.all(
        names.map(async (name): Promise<HookPlace> => {
          const { cursor } = await memory.changes({ namespace: name, since: "latest" });
          return { namespace: name, told: cursor };
        }),
      );
    if (namespace !== undefined) return store.keep(id, await placesOf([namespace]));
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const page: { namespaces: string[]; cursor?: string } = await memory.namespaces({
        ...{ prefix, limit: slice },
        ...(cursor === "" ? {} : { cursor }),
      });
      await store.keep(id, await placesOf(page.namespaces));
      cursor = page.cursor;
    }
  }

  return {
    async create({ url, namespace, prefix, texts = false, since = "latest" }, createdBy) {
      if ((namespace === undefined) === (prefix === undefined))
        throw new SouvenirError(
          "INVALID_INPUT",
          'expected one of namespace and prefix ("" is every namespace)',
        );
      checkReceiver(url, allowLoopback);
      checkGrants([
        namespace === undefined
          ? { prefix: prefix ?? "", permission: "read" }
          : { namespace, permission: "read" },
      ]);
      if ((await store.list()).length >= mostHooks)
        throw new SouvenirError(
          "INVALID_INPUT",
          `there are ${mostHooks} hooks, and no more than that: delete one first`,
        );
      const id = randomBytes(9).toString("hex");
      const secret = newSecret();
      const spec: HookSpec = {
        ...{
          url,
          ...given({ namespace, prefix, createdBy }),
          texts,
          createdAt: clock(),
          secrets: [{ secret }],
        },
      };
      await store.add({ id, spec, state: { status: "starting", failures: 0 } });
      try {
        if (since === "latest") await begin(id, spec);
      } catch (error) {
        await store.remove(id);
        throw error;
      }
      const state = { status: "active", failures: 0 } as const;
      await store.change(id, { state });
      return { ...toWireHook({ id, spec, state }), secret };
    },

    list: async () => (await store.list()).map(toWireHook),

    remove: async (id) => store.remove(id),

    async rotate(id) {
      const hook = await store.get(id);
      if (hook === undefined) return undefined;
      const secret = newSecret();
      const [{ secret: before }] = hook.spec.secrets as [{ secret: string }];
      const spec = { ...hook.spec, secrets: [{ secret }, { secret: before, until: clock() + day }] };
      await store.change(id, { spec });
      return { ...toWireHook({ ...hook, spec }), secret };
    },

    async test(id) {
      const hook = await store.get(id);
      if (hook === undefined) return undefined;
      const started = performance.now();
      const { retryAfter: _, ...sent } = await deliverer.attempt(hook.spec, `msg_${randomUUID()}`, {
        type: "hook.test",
        timestamp: new Date(clock()).toISOString(),
        data: {},
      });
      const delivered = isTaken(sent);
      if (delivered && hook.state.status !== "starting") await deliverer.settle(id, sent);
      return { delivered, ...sent, took_ms: performance.now() - started };
    },

    changed: (namespace) => deliverer.changed(namespace),

    start() {
      timer ??= setInterval(() => void deliverer.look(), pollMs).unref();
    },

    async close() {
      clearInterval(timer);
      await deliverer.stop();
    },
  };
}

function toWireHook({ id, spec, state }: Hook): WireHook {
  const iso = (moment: number | undefined) =>
    moment === undefined ? undefined : new Date(moment).toISOString();
  const { url, namespace, prefix, texts, createdAt, createdBy } = spec;
  return {
    ...{ id, url, ...given({ namespace, prefix }), texts },
    ...{ created_at: new Date(createdAt).toISOString(), ...given({ created_by: createdBy }) },
    state: state.status === "active" && state.failures > 0 ? "failing" : state.status,
    failures: state.failures,
    ...given({
      delivered_at: iso(state.deliveredAt),
      last_attempt_at: iso(state.lastAttemptAt),
      last_status: state.lastStatus,
      last_error: state.lastError,
      next_attempt_at: iso(state.nextAttemptAt),
    }),
  };
}
