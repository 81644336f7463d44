import { connect, Index, rerankers, type Table } from "@lancedb/lancedb";
import type { Subject } from "../subjects/subject.ts";

/**
 * LanceDB with vectors scanned exactly, full text from its index, and its own reciprocal rank fusion. Its vector indexes
 * are approximate, and with their defaults lose most of what is near.
 */
export function lanceDb(folder: string): Subject {
  let opening: Promise<Table> | undefined;
  let searchable: Promise<unknown> | undefined;
  const open = async () => (await connect(folder)).openTable("bench");
  const prepared = async (table: Table) => {
    if ((await table.listIndices()).length === 0) await table.createIndex("text", { config: Index.fts() });
  };
  const fusion = rerankers.RRFReranker.create();
  return {
    modes: ["hybrid"],
    async add(items) {
      const rows = items.map(({ number, text, vector }) => ({ number, text, vector: Array.from(vector) }));
      if (opening === undefined) {
        opening = connect(folder).then((database) => database.createTable("bench", rows));
        await opening;
      } else await (await opening).add(rows);
    },
    async search({ text, vector }) {
      opening ??= open();
      const table = await opening;
      searchable ??= prepared(table);
      await searchable;
      return table
        .query()
        .nearestTo(vector)
        .fullTextSearch(text)
        .rerank(await fusion)
        .select(["number", "text"])
        .limit(10)
        .toArray();
    },
    async close() {
      (await opening)?.close();
    },
  };
}
