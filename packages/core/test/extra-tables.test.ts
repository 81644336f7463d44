// Tables that another package keeps in the file of a memory.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory } from "@souvenir/core";
import {
  condition,
  type ExtraTables,
  jsonIs,
  RecordTable,
  type SqliteConnection,
  TablesFile,
} from "@souvenir/core/sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-tables-"));
  path = join(folder, "memory.db");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const one = "CREATE TABLE guest_notes (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;";
const two = "ALTER TABLE guest_notes ADD COLUMN place INTEGER NOT NULL DEFAULT 7;";
const guest = (...migrations: string[]): ExtraTables => ({ prefix: "guest", migrations });

async function using<T>(
  tables: ExtraTables,
  run: (connection: SqliteConnection) => T | Promise<T>,
): Promise<T> {
  const connection = await new TablesFile({ path, tables }).open();
  try {
    return await run(connection);
  } finally {
    await connection.close();
  }
}

test("they are made once, brought forward, and live beside the memory", async () => {
  await using(guest(one), (db) =>
    db.transaction(() => db.run("INSERT INTO guest_notes VALUES (?, ?)", "a", "kept")),
  );
  const memory = await createMemory({ path, embedder: false });
  await memory.set({ namespace: "ada", value: "likes Lyon" });
  await memory.clear({ namespace: "ada" });
  await memory.close();
  const rows = await using(guest(one, two), (db) => db.all("SELECT * FROM guest_notes"));
  expect(rows).toEqual([{ id: "a", text: "kept", place: 7 }]);
});

test("those of a later version, or with a step that fails, leave the file as it is", async () => {
  await using(guest(one, two), () => {});
  await expect(using(guest(one), () => {})).rejects.toMatchObject({ code: "STORE_TOO_NEW" });
  await expect(using({ prefix: "other", migrations: [one] }, () => {})).rejects.toMatchObject({
    code: "STORE_CORRUPT",
  });
  const names = await using(guest(one, two), (db) =>
    db.all("SELECT name FROM sqlite_schema WHERE name LIKE 'other%'"),
  );
  expect(names).toEqual([]);
});

test("others open the file and read one state of it while groups of writes begin", async () => {
  await using(guest(one), async (db) => {
    const put = (id: string) =>
      db.transaction(() => db.run("INSERT INTO guest_notes VALUES (?, '')", id), { erased: () => true });
    const count = () => db.snapshot(() => db.all("SELECT id FROM guest_notes").length);
    const counts: number[] = [];
    const others: SqliteConnection[] = [];
    // A third write again at once, in a group that begins while the others read or open, some microtasks later.
    const lanes = Array.from({ length: 12 }, async (_, lane) => {
      for (let round = 0; round < 4; round += 1) {
        await put(`${lane}-${round}`);
        for (let wait = 0; wait < (lane % 3) * 3; wait += 1) {
          if (lane % 3 === 1) counts.push(count());
          else if (wait === round) {
            const prefix = `guest${lane}x${round}`;
            const migrations = [`CREATE TABLE ${prefix}_notes (id TEXT) STRICT;`];
            others.push(await new TablesFile({ path, tables: { prefix, migrations } }).open());
          }
          await undefined;
        }
      }
    });
    await Promise.all(lanes);
    expect([count(), others.length]).toEqual([48, 16]);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    for (const other of others) await other.close();
  });
});

test("objects of an adapter come out of their table as they went in, and what it cannot keep is refused", async () => {
  interface Note {
    id: string;
    text?: string;
    about: unknown;
    at: Date;
    place?: number;
  }
  const notes = new RecordTable<Note>({
    table: "guest_notes",
    noun: "note",
    key: ["id"],
    fields: {
      id: ["id", "name"],
      text: ["text", "text?"],
      about: ["about", "json"],
      at: ["at", "time"],
      place: ["place", "place"],
    },
  });
  const columns =
    "id TEXT PRIMARY KEY, text TEXT, about TEXT NOT NULL, at INTEGER NOT NULL, place INTEGER NOT NULL";
  await using(guest(`CREATE TABLE guest_notes (${columns}) STRICT;`), async (db) => {
    const at = new Date("2026-01-01");
    const put = (note: Note) => db.transaction(() => notes.put(db, note));
    await put({ id: "b", text: "\0 and \ud800", about: { deep: [1, null, "x"] }, at });
    await put({ id: "a", about: "a text", at });
    await put({ id: "b", text: "again", about: { topic: "1" }, at });
    expect(notes.list(db, { order: "place" })).toEqual([
      { id: "b", text: "again", about: { topic: "1" }, at, place: 1 },
      { id: "a", about: "a text", at, place: 2 },
    ]);
    expect(notes.get(db, "nobody")).toBeUndefined();
    const topic = (value: string | number) => [jsonIs("about", "$.topic", value)];
    expect([notes.count(db, topic("1")), notes.count(db, topic(1))]).toEqual([1, 0]);
    for (const wrong of [
      { id: "" },
      { at: new Date(Number.NaN) },
      { about: undefined },
      { text: 5 as never },
    ])
      await expect(put({ id: "c", about: 1, at, ...wrong })).rejects.toThrow(
        /note\.(id|at|about|text): expected/,
      );
    const removed = await db.transaction(() => notes.remove(db, [condition("id = ?", "a")]));
    expect([removed, notes.count(db)]).toEqual([1, 1]);
  });
});

test("what is unhurried does not wait for the disk, unless somebody who is not shares its commit", async () => {
  await using(guest(one), async (db) => {
    // 1: only before the log is written into the file; 2: with each commit.
    const waits = () => db.get<{ synchronous: number }>("PRAGMA synchronous")?.synchronous;
    const unhurried = { unhurried: true };
    expect(await db.transaction(waits)).toBe(2);
    expect(await db.transaction(waits, unhurried)).toBe(1);
    expect(await Promise.all([db.transaction(waits, unhurried), db.transaction(waits)])).toEqual([2, 2]);
    await db.transaction(() => db.run("INSERT INTO guest_notes VALUES (?, ?)", "b", "soon"), unhurried);
    await db.sync();
    expect(await db.transaction(waits)).toBe(2);
  });
});
