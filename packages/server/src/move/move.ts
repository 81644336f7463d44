import { createHash } from "node:crypto";
import { type Progress, SouvenirError } from "@souvenir/core";
import {
  firstPlace,
  type PagedTable,
  pagedTables,
  type RowPlace,
  rowText,
  type StoreRows,
  type StoreRowsTarget,
  type WholeRow,
} from "@souvenir/core/store";

/** Rows of one transaction: few enough that it is short. */
const pageRows = 200;

/** What was moved and verified. */
export interface Moved {
  namespaces: number;
  memories: number;
  versions: number;
  vectors: number;
  /** Texts that wait for a vector or to be read for facts. */
  queued: number;
  /** Links from what was drawn from memories to these. */
  links: number;
  /** Rows that were not there already. */
  copied: number;
  /** SHA-256 over all rows, the same of the one store and of the other. */
  checksum: string;
}

type Counts = Omit<Moved, "copied" | "checksum" | "namespaces" | "memories">;

/**
 * Makes one store the same as another, row by row, page by page: what is there already stays, what is not is copied, what is
 * not in the source any more goes. Each page is a transaction, so that a copy that was stopped at any point is gone on with by
 * doing it again. Then everything is read again and compared by its checksum.
 * @throws SouvenirError `STORE_CORRUPT` when what is read again is something else
 */
export async function move(
  from: StoreRows,
  to: StoreRowsTarget,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {},
): Promise<Moved> {
  const expected = await from.counts();
  const total = 2 * expected.records;
  let [done, copied] = [0, 0];
  const tell = (table: PagedTable, rows: number) => {
    if (table === "records") done += rows;
    onProgress?.({ done: Math.min(done, total), total });
    signal?.throwIfAborted();
  };
  await to.writeSmall(await from.readSmall());
  const source = new Checked();
  for (const table of pagedTables) {
    for await (const { after, upTo, rows } of pagesOf(from, table)) {
      source.add(table, rows);
      copied += await makeSame(to, table, rows, await to.read(table, after, { upTo }));
      tell(table, rows.length);
    }
  }
  const target = new Checked();
  for (const table of pagedTables)
    for await (const { rows } of pagesOf(to, table)) {
      target.add(table, rows);
      tell(table, rows.length);
    }
  const [sent, arrived] = [source.result(), target.result()];
  if (sent.checksum !== arrived.checksum)
    throw new SouvenirError(
      "STORE_CORRUPT",
      "what was copied is not what is there: somebody else writes to the store that is moved to, or it is damaged; nothing was switched, move again",
      { details: { sent: sent.rows, arrived: arrived.rows } },
    );
  await to.finish(await from.numbers());
  return {
    namespaces: sent.rows.namespaces ?? 0,
    memories: sent.rows.records ?? 0,
    ...sent.counts,
    copied,
    checksum: sent.checksum,
  };
}

async function* pagesOf(
  store: StoreRows,
  table: PagedTable,
): AsyncGenerator<{ after: RowPlace; upTo: RowPlace | undefined; rows: WholeRow[] }> {
  let after = firstPlace;
  for (;;) {
    const rows = await store.read(table, after, { limit: pageRows });
    const last = rows.at(-1)?.place;
    // After the last one, there is to be nothing on the other side either.
    const upTo = rows.length < pageRows ? undefined : last;
    yield { after, upTo, rows };
    if (upTo === undefined) return;
    after = upTo;
  }
}

/** Answers how many rows were copied. */
async function makeSame(
  to: StoreRowsTarget,
  table: PagedTable,
  wanted: readonly WholeRow[],
  found: readonly WholeRow[],
): Promise<number> {
  const there = new Map(found.map((row) => [rowText(row), row]));
  const put = wanted.filter((row) => !there.delete(rowText(row)));
  const removed = [...there.values()];
  if (put.length + removed.length > 0) await to.replace(table, removed, put);
  return put.length;
}

/** Counts rows and makes a checksum of them, in their order. */
class Checked {
  readonly #hash = createHash("sha256");
  readonly #rows: Partial<Record<PagedTable, number>> = {};
  readonly #counts: Counts = { versions: 0, vectors: 0, queued: 0, links: 0 };

  add(table: PagedTable, rows: readonly WholeRow[]): void {
    this.#rows[table] = (this.#rows[table] ?? 0) + rows.length;
    for (const row of rows) {
      this.#hash.update(`${table}${rowText(row)}\n`);
      this.#counts.versions += row.attached.versions?.length ?? 0;
      this.#counts.vectors += row.attached.vectors?.length ?? 0;
      this.#counts.queued += row.attached.queue?.length ?? 0;
      this.#counts.links += row.attached.drawn_from?.length ?? 0;
    }
  }

  result(): { rows: Partial<Record<PagedTable, number>>; counts: Counts; checksum: string } {
    return { rows: this.#rows, counts: this.#counts, checksum: this.#hash.digest("hex") };
  }
}
