import type { Ranking } from "../ranking/ranking.ts";
import type { FileKey } from "../store/file-key.ts";
import type { NamespacePlace } from "../store/store.ts";
import type { Embedder, Limits } from "../types.ts";

/** An embedder as another thread has it: the built-in one, which it makes itself, or one whose queries are embedded here. */
export interface EmbedderInThread
  extends Pick<Embedder, "id" | "dimensions" | "context" | "maxBatch" | "maxCharacters"> {
  isBuiltIn: boolean;
}

/** What tells a thread that was made to search from others that load its module. */
export const searchThread = "souvenir:search";

/** What a thread that searches is made with. */
export interface SearchThreadOptions {
  path: string;
  /** What opens the file, if it is encrypted. */
  key: FileKey | undefined;
  embedder: EmbedderInThread | false;
  /** Embedders that namespaces were given since. */
  others: readonly EmbedderInThread[];
  /** `false`: no names are looked for. `"here"`: by the built-in extractor; else they come with the questions. */
  extractor: false | "here" | "there";
  reranker: string | undefined;
  ranking: Ranking;
  limits: Limits;
  /** Whether snapshots are written. */
  saves: boolean;
  /** `undefined`: that of the system. Else what the time was at the last call. */
  now: number | undefined;
}

/** Asks for something about the store, at a time by the clock of who asks, when that is not the one of the system. */
export interface Asked<Given> {
  now?: number;
  given: Given;
}

/** What the thread that writes does for those that search. */
export interface Adopting {
  namespace: string;
  at: NamespacePlace;
  token: string;
}
