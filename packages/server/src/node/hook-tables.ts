import type { DatabaseSync, StatementSync } from "node:sqlite";
import { readRow, storedText } from "@souvenir/core/store";
import { type HookRow, type HookStore, hookOf, type PlaceRow, placeOf } from "../hooks/hook-store.ts";

/** Beside the keys, in the same file. An older Souvenir does not look at it. */
export const hookSchema = `
  CREATE TABLE IF NOT EXISTS hooks (
    id TEXT PRIMARY KEY, spec TEXT NOT NULL, state TEXT NOT NULL, holder TEXT, held_until INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS hook_places (
    hook TEXT NOT NULL, namespace TEXT NOT NULL, told TEXT NOT NULL, until TEXT, PRIMARY KEY (hook, namespace)
  ) STRICT, WITHOUT ROWID;`;

export function sqliteHooks(database: DatabaseSync): HookStore {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  /** `node:sqlite` of Node 22 ends a text at its first NUL, which names of namespaces may have. */
  const stored = (values: readonly (string | number | null)[]) =>
    values.map((value) => (typeof value === "string" ? storedText(value) : value));
  const all = <Row>(sql: string, ...values: (string | number)[]) =>
    prepare(sql)
      .all(...stored(values))
      .map(readRow) as unknown as Row[];
  const run = (sql: string, ...values: (string | number | null)[]): boolean =>
    prepare(sql).run(...stored(values)).changes > 0;
  const together = <Answer>(work: () => Answer): Answer => {
    database.exec("BEGIN IMMEDIATE");
    try {
      const answer = work();
      database.exec("COMMIT");
      return answer;
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  };
  const columns = "id, spec, state";

  return {
    add({ id, spec, state }) {
      run(
        "INSERT INTO hooks (id, spec, state) VALUES (?, ?, ?)",
        ...[id, JSON.stringify(spec), JSON.stringify(state)],
      );
    },
    list: () => all<HookRow>(`SELECT ${columns} FROM hooks ORDER BY id`).map(hookOf),
    get: (id) => all<HookRow>(`SELECT ${columns} FROM hooks WHERE id = ?`, id).map(hookOf)[0],
    change(id, what) {
      for (const [name, value] of Object.entries(what))
        run(
          `UPDATE hooks SET ${name === "spec" ? "spec" : "state"} = ? WHERE id = ?`,
          ...[JSON.stringify(value), id],
        );
    },
    remove: (id) =>
      together(() => {
        run("DELETE FROM hook_places WHERE hook = ?", id);
        return run("DELETE FROM hooks WHERE id = ?", id);
      }),
    places: (id, after, limit) =>
      all<PlaceRow>(
        "SELECT * FROM hook_places WHERE hook = ? AND namespace > ? ORDER BY namespace LIMIT ?",
        ...[id, after, limit],
      ).map(placeOf),
    place: (id, namespace) =>
      all<PlaceRow>("SELECT * FROM hook_places WHERE hook = ? AND namespace = ?", id, namespace).map(
        placeOf,
      )[0],
    keep: (id, places) =>
      together(() => {
        for (const { namespace, told, until = null } of places)
          run(
            `INSERT INTO hook_places (hook, namespace, told, until) SELECT id, ?, ?, ? FROM hooks WHERE id = ?
             ON CONFLICT (hook, namespace) DO UPDATE SET told = excluded.told, until = excluded.until`,
            ...[namespace, told, until, id],
          );
      }),
    forget(id, namespace) {
      run("DELETE FROM hook_places WHERE hook = ? AND namespace = ?", id, namespace);
    },
    hold: (id, holder, now, until) =>
      run(
        "UPDATE hooks SET holder = ?, held_until = ? WHERE id = ? AND (holder = ? OR held_until <= ?)",
        ...[holder, until, id, holder, now],
      ),
  };
}
