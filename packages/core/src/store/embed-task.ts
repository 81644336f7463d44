import type { EmbedderIdentity, Task } from "./store.ts";

/** The queue task that embeds for the embedder of a namespace. */
export function embedTask({ id }: Pick<EmbedderIdentity, "id">): Task {
  return `embed:${id}`;
}

/** The queue task that embeds for the target of a re-embedding. */
export function reembedTask({ id }: Pick<EmbedderIdentity, "id">): Task {
  return `reembed:${id}`;
}
