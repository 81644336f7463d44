import { createHash } from "node:crypto";
import { SouvenirError } from "@souvenir/core";
import type { HookStore } from "../hooks/hook-store.ts";

/** Places of one commit. */
const pageRows = 500;

/**
 * Makes the hooks of one server those of another: what they are, with their secrets, and how far each namespace was told,
 * which holds on the other side as the numbers of namespaces and records do. They are to be older than the memories that are
 * moved: then something is told again, else it would be left out. Whoever was stopped does it again.
 * @returns How many hooks there are.
 * @throws SouvenirError `STORE_CORRUPT` when what is read again is something else
 */
export async function moveHooks(from: HookStore, to: HookStore, signal?: AbortSignal): Promise<number> {
  for (const { id } of await to.list()) await to.remove(id);
  const sent = new Sum();
  const hooks = await from.list();
  for (const hook of hooks) {
    await to.add(hook);
    sent.add(hook);
    for await (const page of pagesOf(from, hook.id)) {
      signal?.throwIfAborted();
      await to.keep(hook.id, page);
      for (const place of page) sent.add([hook.id, place]);
    }
  }
  const arrived = new Sum();
  for (const hook of await to.list()) {
    arrived.add(hook);
    for await (const page of pagesOf(to, hook.id)) for (const place of page) arrived.add([hook.id, place]);
  }
  if (sent.total !== arrived.total)
    throw new SouvenirError(
      "STORE_CORRUPT",
      "the web hooks that were copied are not those that are there: somebody else changes them on the side that is moved to; move again",
    );
  return hooks.length;
}

async function* pagesOf(store: HookStore, id: string) {
  for (let after = ""; ; ) {
    const page = await store.places(id, after, pageRows);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.namespace;
  }
}

/** A checksum of things in any order: stores need not agree on one. */
class Sum {
  total = 0n;

  add(value: unknown): void {
    const hash = createHash("sha256").update(JSON.stringify(value)).digest("hex");
    this.total = BigInt.asUintN(256, this.total + BigInt(`0x${hash}`));
  }
}
