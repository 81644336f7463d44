import { describe, expect, test } from "vitest";
import { defaultEmbedder } from "../src/index.ts";
import { keysOf, openMemory } from "./open-memory.ts";

const namespace = "newer";
const others = ["The cat is called Minou.", "I like lasagne.", "Our garden has a pear tree."];

async function asked(older: string, newer: string, query: string): Promise<string[]> {
  const memory = await openMemory(":memory:", { embedder: defaultEmbedder() });
  // The newer one is stored first: what was said last counts, and not what was stored last.
  await memory.set({ namespace, key: "newer", value: newer, createdAt: "2026-08-03" });
  await memory.set({ namespace, key: "older", value: older, createdAt: "2026-02-03" });
  for (const value of others) await memory.set({ namespace, value, createdAt: "2026-05-01" });
  return keysOf((await memory.search({ namespace, query })).results);
}

describe("of two memories that say the same with another value", () => {
  test.each([
    ["I work at Company Alpha", "I now work at Company Beta", "Where do I work?"],
    ["We use MySQL", "We migrated from MySQL to PostgreSQL", "Which database do we use?"],
    ["My boss is Karl", "My new boss is Ines", "Who is my boss?"],
    ["The standup is at 9", "The standup moved to 10:30", "When is the standup?"],
    ["Ma voiture est une Clio", "Ma nouvelle voiture est une Zoé", "Quelle est ma voiture ?"],
  ])("the newer one comes first: %s, %s", async (older, newer, query) => {
    expect((await asked(older, newer, query)).slice(0, 2)).toEqual(["newer", "older"]);
  });
});

describe("of two memories that both hold", () => {
  test.each([
    ["My son Felix is in the fourth grade.", "My son Otto started kindergarten.", "Which grade is Felix in?"],
    ["The billing service runs on Java.", "The search service now runs on Go.", "What does billing run on?"],
    ["Unser Zahnarzt ist Dr. Hale.", "Unser neuer Tierarzt ist Dr. Finch.", "Wer ist unser Zahnarzt?"],
  ])("the one that is asked for comes first, however old: %s, %s", async (older, newer, query) => {
    expect((await asked(older, newer, query))[0]).toBe("older");
  });
});
