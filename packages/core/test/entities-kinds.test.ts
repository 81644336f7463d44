import { expect, test } from "vitest";
import { createMemory } from "../src/index.ts";
import { newPath } from "./open-memory.ts";

const namespace = "kinds";
const neighbours = [
  "I use Visual Studio Code as my editor",
  "My favourite dish is lasagne",
  "We live near the river",
  "My daughter is called Emma",
  "I go running on Sundays",
];

test.each([
  ["What database am I using?", "The user uses PostgreSQL 16 with pgvector"],
  ["What database am I using?", "We use MariaDB"],
  ["Which database do I use?", "User prefers dark mode and uses mongodb."],
  ["What DB does the shop use?", "The web shop runs on Rust, Axum and PostgreSQL."],
  ["Welche Datenbank benutze ich?", "Meine Daten liegen in SQLite"],
  ["¿Qué base de datos uso?", "Guardo todo en MySQL"],
  ["Welches Handy hat sie?", "Anna hat ein iPhone 15 Pro gekauft"],
  ["Quelle voiture avons-nous ?", "Nous avons acheté une Clio"],
  ["What medicine do I take?", "I swallow Ibuprofen against the headaches"],
  ["Wie heißt meine Bank?", "Mein Geld liegt bei der N26"],
])("%s: %s", async (query, value) => {
  await using memory = await createMemory({ path: ":memory:" });
  for (const each of [...neighbours, value]) await memory.set({ namespace, value: each });
  const [first] = (await memory.search({ namespace, query })).results;
  expect(first?.value).toBe(value);
});

test("a name that is given with a memory says it, too, and after reopening", async () => {
  const path = await newPath();
  const ask = async () => {
    await using memory = await createMemory({ path });
    if ((await memory.stats()).records === 0) {
      for (const value of neighbours) await memory.set({ namespace, value });
      const entities = [{ name: "ScyllaDB", type: "product" }];
      await memory.set({ namespace, value: "We went back to our former one", entities });
    }
    return (await memory.search({ namespace, query: "Which database do we have?" })).results;
  };
  const [before, after] = [await ask(), await ask()];
  expect(before[0]?.value).toBe("We went back to our former one");
  expect(after.map(({ key, score }) => [key, score])).toEqual(before.map(({ key, score }) => [key, score]));
});
