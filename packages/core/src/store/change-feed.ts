import type { NamespaceHead, NamespacePlace } from "./namespace-head.ts";
import type { StoredRecord } from "./record-store.ts";

/** What became of a namespace after a number: what indexes follow. */
export interface ChangeFeed {
  /** Where the namespace stands, `undefined` when it holds nothing. Cheap: asked at each search. */
  head(namespace: string): Promise<NamespaceHead | undefined>;
  /**
   * Records changed and erased after a sequence number, about `limit` of them at most.
   * @param options - `updatedAfter`: of the records that a page goes over, only those that were updated after a moment, in
   * milliseconds since 1970.
   */
  changes(
    namespace: string,
    after: number,
    limit: number,
    options?: { updatedAfter?: number },
  ): Promise<Changes>;
  /**
   * Vectors of one embedder stored after a sequence number, up to another (default: all), of `limit` records at most.
   * When a record changes and its text does not, its vectors are told again: a reader takes it for a new one.
   */
  vectorChanges(
    namespace: string,
    embedder: string,
    after: number,
    limit: number,
    upTo?: number,
  ): Promise<VectorChanges>;
  /**
   * Has `changed` called with incarnations of namespaces that others have changed, within a second, until the store is
   * closed. Only so that an index that nobody asks is not far behind: whoever is asked goes by `head`. Optional: where it
   * costs nothing to be behind.
   * @param open - Where the indexes stand that are to be told of changes.
   */
  watch?(open: () => readonly NamespacePlace[], changed: (incarnations: readonly number[]) => void): void;
}

/** What changed in a namespace after a sequence number, in order. */
export interface Changes {
  records: StoredRecord[];
  /** Ids of erased records. */
  erased: number[];
  /** Ask for what is after this number next. */
  sequence: number;
  /** False when there is more. */
  complete: boolean;
}

/** Vectors that came or went after a sequence number. */
export interface VectorChanges {
  /** All vectors of each record: one, or one for each piece of a long text. The caller's own, who gives their memory back. */
  vectors: { id: number; vectors: Float32Array[] }[];
  sequence: number;
  complete: boolean;
}
