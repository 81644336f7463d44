import type { EmbedderIdentity, Task } from "@souvenir/core";
import { embedTask, readsPrevious, reembedTask } from "@souvenir/core/store";
import type { Transaction } from "./database.ts";

export interface EmbedderRow {
  number: number;
  id: string;
  dimensions: number;
  computed: boolean;
}

/** An embedder of a namespace and the task of a new text; none for one that computes. */
export interface NamespaceEmbedder {
  number: number;
  task: Task | undefined;
  /** Whether its vectors of a turn tell of the turn before too. */
  readsPrevious: boolean;
}

interface NamespaceRow {
  number: number;
  name: string;
  sequence: number;
  erased: number;
  forgotten: number;
  embedder: number | null;
  target: number | null;
  drawn: boolean;
  named: boolean;
}

/** A namespace whose row this transaction has locked: its numbers are counted here, and written by `saveNamespaces`. */
export interface LockedNamespace extends NamespaceRow {
  embedders: readonly NamespaceEmbedder[];
  /** Made by this transaction: there is nothing in it that would have to be looked for. */
  isNew: boolean;
}

const columns = "number, name, sequence, erased, forgotten, embedder, target, drawn, named";

/** Locks those of the namespaces that there are, each for the end of the transaction. */
export function lockNamespaces(
  transaction: Transaction,
  names: Iterable<string>,
): Promise<Map<string, LockedNamespace>> {
  return locked(transaction, names, false);
}

/** Locks namespaces, and makes those that there are not. */
export function ensureNamespaces(
  transaction: Transaction,
  names: Iterable<string>,
): Promise<Map<string, LockedNamespace>> {
  return locked(transaction, names, true);
}

async function locked(
  transaction: Transaction,
  names: Iterable<string>,
  make: boolean,
): Promise<Map<string, LockedNamespace>> {
  const rows: (NamespaceRow & { isNew: boolean })[] = [];
  let missing = [...new Set(names)];
  while (missing.length > 0) {
    // In one order, so that two of them wait for one another only once.
    const there = await transaction.all<NamespaceRow>(
      `SELECT ${columns} FROM @namespaces WHERE name = ANY($1::text[]) ORDER BY number FOR UPDATE`,
      [missing],
    );
    rows.push(...there.map((row) => ({ ...row, isNew: false })));
    missing = without(missing, there);
    if (!make || missing.length === 0) break;
    // Who makes one holds the lock of the settings: a re-embedding that ends knows all of them.
    const made = await transaction.all<NamespaceRow>(
      `INSERT INTO @namespaces (name, embedder)
       SELECT name, s.embedder FROM (SELECT embedder FROM @settings FOR SHARE) s, unnest($1::text[]) AS name
       ORDER BY name ON CONFLICT (name) DO NOTHING RETURNING ${columns}`,
      [missing],
    );
    rows.push(...made.map((row) => ({ ...row, isNew: true })));
    // Those that somebody else has made meanwhile are there now, if they have not gone again.
    missing = without(missing, made);
  }
  const embedders = await embeddersByNumber(transaction, rows);
  return new Map(rows.map((row) => [row.name, { ...row, embedders: embeddersOf(row, embedders) }]));
}

function without(names: readonly string[], rows: readonly { name: string }[]): string[] {
  const found = new Set(rows.map(({ name }) => name));
  return names.filter((name) => !found.has(name));
}

/** Locks one namespace by its number, if it is there. */
export async function lockNumber(
  transaction: Transaction,
  number: number,
): Promise<LockedNamespace | undefined> {
  const row = await transaction.get<NamespaceRow>(
    `SELECT ${columns} FROM @namespaces WHERE number = $1 FOR UPDATE`,
    [number],
  );
  if (row === undefined) return undefined;
  return { ...row, isNew: false, embedders: embeddersOf(row, await embeddersByNumber(transaction, [row])) };
}

/** Writes the numbers of namespaces that were counted on. */
export async function saveNamespaces(
  transaction: Transaction,
  namespaces: readonly LockedNamespace[],
): Promise<void> {
  if (namespaces.length === 0) return;
  for (const { number } of namespaces) transaction.changed(number);
  await transaction.run(
    `UPDATE @namespaces n SET sequence = c.sequence, erased = c.erased, forgotten = c.forgotten, drawn = c.drawn,
     named = c.named FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::boolean[], $6::boolean[])
     AS c (number, sequence, erased, forgotten, drawn, named) WHERE n.number = c.number`,
    (["number", "sequence", "erased", "forgotten", "drawn", "named"] as const).map((name) =>
      namespaces.map((namespace) => namespace[name]),
    ),
  );
}

/** After the lock of the namespaces, so that a change of an embedder is either done or waits. */
async function embeddersByNumber(
  transaction: Transaction,
  rows: readonly Pick<NamespaceRow, "embedder" | "target">[],
): Promise<Map<number, EmbedderRow>> {
  const numbers = new Set(rows.flatMap(({ embedder, target }) => [embedder ?? [], target ?? []].flat()));
  if (numbers.size === 0) return new Map();
  const found = await transaction.all<EmbedderRow>(
    "SELECT number, id, dimensions, computed FROM @embedders WHERE number = ANY($1::bigint[])",
    [[...numbers]],
  );
  return new Map(found.map((row) => [row.number, row]));
}

function embeddersOf(
  { embedder, target }: Pick<NamespaceRow, "embedder" | "target">,
  rows: ReadonlyMap<number, EmbedderRow>,
): NamespaceEmbedder[] {
  return [
    [embedder, embedTask] as const,
    ...(target === embedder ? [] : [[target, reembedTask] as const]),
  ].flatMap(([number, taskOf]) => {
    const row = number === null ? undefined : rows.get(number);
    if (row === undefined) return [];
    const task = row.computed ? undefined : taskOf(row);
    return [{ number: row.number, task, readsPrevious: readsPrevious(row) }];
  });
}

export function identityOf({ id, dimensions, computed }: EmbedderRow): EmbedderIdentity {
  return { id, dimensions, ...(computed ? { computed: true as const } : {}) };
}
