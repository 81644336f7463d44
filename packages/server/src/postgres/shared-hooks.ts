import type { PostgresTables } from "@souvenir/postgres";
import { type HookRow, type HookStore, hookOf, type PlaceRow, placeOf } from "../hooks/hook-store.ts";

/** Hooks in the database of a memory: whichever of the servers on it is first delivers. */
export function sharedHooks(tables: PostgresTables): HookStore {
  const columns = "id, spec, state";
  return {
    async add({ id, spec, state }) {
      await tables.run(
        "INSERT INTO @server_hooks (id, spec, state) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        [id, JSON.stringify(spec), JSON.stringify(state)],
      );
    },
    async list() {
      return (await tables.all<HookRow>(`SELECT ${columns} FROM @server_hooks ORDER BY id`)).map(hookOf);
    },
    async get(id) {
      const row = await tables.get<HookRow>(`SELECT ${columns} FROM @server_hooks WHERE id = $1`, [id]);
      return row && hookOf(row);
    },
    async change(id, what) {
      for (const [name, value] of Object.entries(what))
        await tables.run(
          `UPDATE @server_hooks SET ${name === "spec" ? "spec" : "state"} = $2 WHERE id = $1`,
          [id, JSON.stringify(value)],
        );
    },
    remove: (id) =>
      tables.transaction(async (transaction) => {
        await transaction.run("DELETE FROM @server_hook_places WHERE hook = $1", [id]);
        return (await transaction.run("DELETE FROM @server_hooks WHERE id = $1", [id])) > 0;
      }),
    async places(id, after, limit) {
      const rows = await tables.all<PlaceRow>(
        "SELECT namespace, told, until FROM @server_hook_places WHERE hook = $1 AND namespace > $2 ORDER BY namespace LIMIT $3",
        [id, after, limit],
      );
      return rows.map(placeOf);
    },
    async place(id, namespace) {
      const row = await tables.get<PlaceRow>(
        "SELECT namespace, told, until FROM @server_hook_places WHERE hook = $1 AND namespace = $2",
        [id, namespace],
      );
      return row && placeOf(row);
    },
    async keep(id, places) {
      await tables.run(
        `INSERT INTO @server_hook_places (hook, namespace, told, until)
         SELECT id, p.* FROM @server_hooks, unnest($2::text[], $3::text[], $4::text[]) AS p (namespace, told, until) WHERE id = $1
         ON CONFLICT (hook, namespace) DO UPDATE SET told = excluded.told, until = excluded.until`,
        [
          id,
          places.map(({ namespace }) => namespace),
          places.map(({ told }) => told),
          places.map(({ until = null }) => until),
        ],
      );
    },
    async forget(id, namespace) {
      await tables.run("DELETE FROM @server_hook_places WHERE hook = $1 AND namespace = $2", [id, namespace]);
    },
    async hold(id, holder, now, until) {
      const held = await tables.run(
        "UPDATE @server_hooks SET holder = $2, held_until = $4 WHERE id = $1 AND (holder = $2 OR held_until <= $3)",
        [id, holder, now, until],
      );
      return held > 0;
    },
  };
}
