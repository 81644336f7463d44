import type { Memory } from "@souvenir/core";
import { toWireChange } from "../api/convert.ts";

/** Milliseconds after which a stream that has nothing to tell says that it is there. */
const aliveMs = 15_000;

/**
 * What changes in a namespace as server-sent events, each with the place to go on from as its id: `change`; `reset` where a
 * place is not known any more and all is told from the beginning; `ready` when all that there was is told. It ends after a
 * while, when whoever asked may not any more or goes away, or when the server stops.
 * @param options - `since`: a cursor of `Memory.changes`. `pollMs`: between looks, so that what other processes write is told.
 * `followMs`: after which it ends, once it has looked.
 */
export function changesStream(
  memory: Pick<Memory, "changes">,
  {
    namespace,
    since,
    pollMs,
    followMs,
    mayGoOn,
    signal,
  }: {
    namespace: string;
    since: string | undefined;
    pollMs: number;
    followMs: number;
    /** Before each look. */
    mayGoOn: () => Promise<boolean>;
    signal: AbortSignal;
  },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cursor = since ?? "0";
  let [isReady, quiet, isOver] = [false, 0, false];
  /** By `performance.now()`. */
  let end = Number.POSITIVE_INFINITY;
  return new ReadableStream(
    {
      async pull(controller) {
        for (;;) {
          if (isOver || signal.aborted || performance.now() >= end || !(await mayGoOn())) {
            controller.close();
            return;
          }
          const page = await memory.changes({ namespace, since: cursor });
          // Each stream gets on, however short it is.
          if (end === Number.POSITIVE_INFINITY) end = performance.now() + followMs;
          let text = page.reset === true ? eventOf("reset", page.cursor, {}) : "";
          for (const { cursor: id, ...change } of page.changes.map(toWireChange))
            text += eventOf("change", id, change);
          cursor = page.cursor;
          if (page.complete && (!isReady || page.reset === true)) {
            text += eventOf("ready", cursor, {});
            isReady = true;
          }
          if (text === "" && quiet >= aliveMs) text = ": alive\n\n";
          if (text !== "") {
            quiet = 0;
            controller.enqueue(encoder.encode(text));
            return;
          }
          if (!page.complete) continue;
          await pause(Math.min(pollMs, Math.max(0, end - performance.now())), signal);
          quiet += pollMs;
        }
      },
      cancel() {
        isOver = true;
      },
    },
    { highWaterMark: 0 },
  );
}

function eventOf(event: string, id: string, data: object): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Resolves after a while, or when nobody waits any more. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
