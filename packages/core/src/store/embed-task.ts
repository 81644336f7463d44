import type { EmbedderIdentity, Task } from "./store.ts";

/** The queue task that embeds for an embedder. */
export function embedTask(embedder: EmbedderIdentity): Task {
  return `embed:${embedder.id}`;
}
