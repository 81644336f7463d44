import { AsyncLocalStorage } from "node:async_hooks";

/** A scope that follows the asynchronous calls made in `run`. */
export interface MemoryContext {
  /** Runs a function in which calls without a namespace of their own belong to this one. */
  run<Result>(scope: { namespace: string; thread?: string }, work: () => Result): Result;
  /** For the option `namespace`: the one of the `run` around the call. */
  readonly namespace: () => string | undefined;
  /** For the option `thread`. */
  readonly thread: () => string | undefined;
}

/**
 * A scope in an `AsyncLocalStorage`, for one model that serves many users: `memoryMiddleware({ memory, namespace:
 * context.namespace, thread: context.thread })` and `context.run({ namespace, thread }, () => generateText(…))`. For
 * Node, Bun and Deno.
 */
export function memoryContext(): MemoryContext {
  const storage = new AsyncLocalStorage<{ namespace: string; thread?: string }>();
  return {
    run: (scope, work) => storage.run(scope, work),
    namespace: () => storage.getStore()?.namespace,
    thread: () => storage.getStore()?.thread,
  };
}
