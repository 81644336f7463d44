/** What keeps texts with their vectors in PostgreSQL, in the words of its own library. */
export interface PgvectorPeer {
  add(items: readonly { number: number; text: string; vector: Float32Array }[]): Promise<unknown>;
  search(query: { text: string; vector: Float32Array }): Promise<unknown>;
  close(): Promise<void>;
}
