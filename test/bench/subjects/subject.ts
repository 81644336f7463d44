export const dimensions = 1024;

export type Mode = "hybrid" | "filter 1 %" | "facets" | "vector" | "text";

export interface Item {
  number: number;
  text: string;
  vector: Float32Array;
}

/** Something that stores texts with vectors and finds them. */
export interface Subject {
  readonly modes: readonly Mode[];
  /** Returns when all are stored; an index may be made later, when something is searched for the first time. */
  add(items: readonly Item[]): Promise<void>;
  search(query: { text: string; vector: Float32Array }, mode: Mode): Promise<unknown>;
  close(): Promise<void>;
}
