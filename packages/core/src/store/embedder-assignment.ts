import type { Task } from "./job-queue.ts";
import type { EmbedderIdentity, NamespaceHead } from "./namespace-head.ts";

/**
 * Which embedder a namespace has, and which it moves to. A store only keeps this, and does each step at once;
 * `reembedding.ts` knows how the steps follow one another.
 */
export interface EmbedderAssignment {
  /** The embedder of new namespaces, and those of the ones there are. Cheap: asked whenever a memory is opened. */
  embedders(): Promise<EmbedderUse>;
  /**
   * Makes an embedder known, and whether it computes. When one that was asked computes from now on, what is stored of it is
   * for `sweepEmbeddings`; when one that computed does not any more, the namespaces that have it have none.
   * @throws SouvenirError `EMBEDDER_MISMATCH` when its id is known with other dimensions
   */
  declareEmbedder(embedder: EmbedderIdentity): Promise<void>;
  /**
   * Declares an embedder, and makes it that of namespaces to come.
   * @param options - `ifUsedByAll`: only when no namespace has another one, or none. Default false.
   */
  adoptEmbedder(embedder: EmbedderIdentity, options?: { ifUsedByAll?: boolean }): Promise<void>;
  /** Some of the namespaces and what they have, in the order in which they were made. */
  assignments(page: AssignmentPage): Promise<Assignment[]>;
  /**
   * Gives a namespace other embedders, which are declared, if it still has those that were seen; answers whether it had.
   * With another embedder it takes a sequence number, and what waits as `reembed` of that one waits as `embed`. What it
   * needs no more is for `sweepEmbeddings`.
   */
  assign(seen: Assignment, next: Pick<Assignment, "embedder" | "target">): Promise<boolean>;
  /**
   * Goes over the next records of a namespace after a sequence number, and queues those that have no vector of an embedder,
   * unless it computes, or is neither that of the namespace nor its target any more.
   */
  queueMissing(
    namespace: Pick<Assignment, "namespace" | "incarnation">,
    page: { embedder: EmbedderIdentity; task: Task; after: number; limit: number },
  ): Promise<LookedOver>;
  /**
   * Erases some of the vectors and queue entries of embedders that no search and no re-embedding needs any more: see
   * `neededEmbeddings` of `reembedding.ts`.
   */
  sweepEmbeddings(): Promise<{ complete: boolean }>;
}

/** The embedders of a namespace, `null` for none. */
export interface Assignment extends Pick<NamespaceHead, "incarnation" | "embedder" | "target"> {
  namespace: string;
}

/** Which namespaces are looked at. */
export interface AssignmentPage {
  /** Those that have another embedder than this one, or none; that have none; or that move to another. */
  of: { otherThan: EmbedderIdentity } | "unembedded" | "moving";
  /** Only this one. */
  namespace?: string | undefined;
  /** Only those that were made after this incarnation. */
  after: number;
  limit: number;
}

/** What was gone over. */
export interface LookedOver {
  records: number;
  /** Ask for what is after this number next. */
  sequence: number;
  /** False when there are more. */
  complete: boolean;
}

/** Which embedders the namespaces of a store use, and which they move to. */
export interface EmbedderUse {
  /** The embedder for new namespaces; `null` before the first. */
  current: EmbedderIdentity | null;
  /** Embedders of namespaces, `null` among them when some have none. */
  inUse: (EmbedderIdentity | null)[];
  /** Namespaces whose re-embedding has begun and not ended. */
  targets: EmbedderIdentity[];
}
