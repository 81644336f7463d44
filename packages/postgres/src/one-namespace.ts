import type { Database, Row } from "./database.ts";

/** Namespaces whose numbers are remembered. */
const mostKnown = 100_000;

/**
 * Reads about one namespace, by its name ($1) and its number ($2). With the number the database looks at the one part of each
 * table that has the namespace; to plan a statement for all parts takes longer than all else about it.
 */
export class OneNamespace {
  readonly #database: Database;
  /** The one that was not asked for the longest time first. */
  readonly #known = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The rows that a statement finds, none for a namespace that holds nothing. @param values - From $3 on. */
  async all<Found = Row>(namespace: string, text: string, values: readonly unknown[] = []): Promise<Found[]> {
    const known = this.#known.get(namespace);
    const read = (number: number) => this.#database.all<Found>(text, [namespace, number, ...values]);
    if (known !== undefined) {
      const rows = await read(known);
      if (rows.length > 0) {
        this.#keep(namespace, known);
        return rows;
      }
    }
    // It may have been emptied, and written again under another number.
    const row = await this.#database.get<{ number: number }>(
      "SELECT number FROM @namespaces WHERE name = $1",
      [namespace],
    );
    this.#known.delete(namespace);
    if (row === undefined) return [];
    this.#keep(namespace, row.number);
    return row.number === known ? [] : read(row.number);
  }

  #keep(namespace: string, number: number): void {
    this.#known.delete(namespace);
    this.#known.set(namespace, number);
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value as string);
  }
}
