/** Where a namespace stands: which incarnation of its name, and its last sequence number. */
export interface NamespaceHead {
  /** Another number when the namespace was emptied and written again: an index of the old one is of no use. */
  incarnation: number;
  /** Its last sequence number. */
  sequence: number;
  /** Sequence number of its last erasure. */
  erased: number;
  /** Erasures up to this sequence number are not told by `changes` any more. */
  forgotten: number;
  embedder: EmbedderIdentity | null;
  /** The embedder that a running re-embedding goes to. */
  target: EmbedderIdentity | null;
}

/** A point that a namespace went through, as in `NamespaceHead`: where an index stands, or a reader. */
export interface NamespacePlace {
  incarnation: number;
  sequence: number;
}

/**
 * Of an embedder whose id ends with `?context=previous`, the vectors of a turn say what `previous` tells of it too. As soon
 * as that changes (a turn before it is written, edited, moved, withdrawn or erased), a store has none of its vectors for
 * that turn any more: it tells so in `vectorChanges` as a record without vectors, also of an embedder that computes, and
 * queues the turn again for one that does not.
 */
export interface EmbedderIdentity {
  readonly id: string;
  readonly dimensions: number;
  /** Its vectors are computed where they are needed: none is stored, and no text is queued for it. */
  readonly computed?: true;
}
