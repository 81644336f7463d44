import { expect, test } from "vitest";
import { createMemory, type Memory } from "../src/index.ts";
import { openMemory } from "./open-memory.ts";

const namespace = "ada";
const day = 86_400_000;
const start = Date.parse("2026-03-01");

/** Tells each a day after the one before. */
async function tell(memory: Memory, texts: readonly string[], role?: string): Promise<void> {
  await memory.setMany(
    texts.map((value, place) => ({
      ...{ namespace, key: value, value, createdAt: start + place * day },
      ...(role === undefined ? {} : { role }),
    })),
  );
}

const others = [
  "Her brother rows on Sundays.",
  "The boiler was repaired in spring.",
  "The neighbours keep bees.",
  "The choir meets in the town hall.",
];

test.each([
  [
    "en",
    "What database do we use?",
    [
      "We use PostgreSQL as our database.",
      "Our database is PostgreSQL.",
      "PostgreSQL is the database that we use.",
      "The team's database is PostgreSQL.",
      "For the database we use PostgreSQL.",
    ],
  ],
  [
    "en",
    "What is the name of my dog?",
    [
      "My dog is called Rex.",
      "Rex is the name of my dog.",
      "I have a dog named Rex.",
      "Our dog's name is Rex.",
      "We call our dog Rex.",
    ],
  ],
  [
    "es",
    "¿Cómo se llama mi hermana?",
    [
      "Mi hermana se llama Lucía.",
      "Lucía es el nombre de mi hermana.",
      "Tengo una hermana llamada Lucía.",
      "Mi hermana Lucía.",
      "La hermana mía se llama Lucía.",
    ],
  ],
  [
    "nl",
    "Hoe drink ik mijn koffie?",
    [
      "Ik drink mijn koffie zonder suiker.",
      "Geen suiker in mijn koffie.",
      "Mijn koffie drink ik zonder suiker.",
      "Koffie graag zonder suiker.",
      "Ik neem nooit suiker in de koffie.",
    ],
  ],
  ["zh", "我住在哪里？", ["我住在上海。", "上海是我住的地方。", "我现在住在上海。", "我家住上海。"]],
])("what is said many times takes two places at most (%s: %s)", async (_, query, said) => {
  await using memory = await createMemory({ path: ":memory:" });
  await tell(memory, [...said, ...others]);
  const { memories, text } = await memory.recall({ namespace, query });
  const shown = memories.filter(({ value }) => said.includes(value));
  expect(shown).toHaveLength(2);
  const newest = said.at(-1) as string;
  const standing = shown.find(({ value }) => value === newest);
  expect(standing?.duplicates?.toSorted()).toEqual(said.slice(0, -1).toSorted());
  expect(text).toContain(`, said ${said.length} times] ${newest}`);
  // Two alone are both there.
  await memory.delete({ namespace, keys: said.slice(1, -1) });
  const pair = await memory.recall({ namespace, query });
  expect(pair.memories.filter(({ value }) => said.includes(value))).toHaveLength(2);
  expect(pair.text).not.toContain("times]");
});

test("of the same words the newest stands for all, in one place", async () => {
  const memory = await openMemory(":memory:");
  const said = ["I love coffee.", "i love coffee", "I love coffee!", "I love  coffee."];
  await tell(memory, [...said, ...others]);
  const { text, memories } = await memory.recall({ namespace, query: "What do I love, coffee?" });
  expect(memories.map(({ value }) => value)).toEqual(["I love  coffee."]);
  expect(text).toContain("- [2026-03-04, said 4 times] I love coffee.");
});

test.each([
  [
    "other names",
    ["Anna works at Alpha.", "Anna works at Beta.", "Anna works at Gamma.", "Ben works at Alpha."],
  ],
  [
    "other numbers",
    [
      "The train leaves at 8.",
      "The train leaves at 9.",
      "The train leaves at 10.",
      "The train leaves at 11.",
    ],
  ],
  [
    "other days",
    ["The call is on Monday.", "The call is on Tuesday.", "The call is on Friday.", "The call is on Sunday."],
  ],
  [
    "no and yes",
    ["Anna likes tea.", "Anna does not like tea.", "Does Anna like tea?", "What tea does Anna like?"],
  ],
  [
    "other things",
    ["Emma likes horses.", "Emma has asthma.", "Emma is seven.", "Emma goes to the school in Lyon."],
  ],
])("what differs stays: %s", async (_, said) => {
  await using memory = await createMemory({ path: ":memory:" });
  await tell(memory, said);
  const { memories } = await memory.recall({ namespace, query: said.join(" ") });
  expect(memories.map(({ value }) => value).toSorted()).toEqual(said.toSorted());
});

test("who said it, and when it was true, make it another memory", async () => {
  await using memory = await createMemory({ path: ":memory:" });
  const said = ["My dog is called Rex.", "Rex is the name of my dog.", "Our dog's name is Rex."];
  await tell(memory, said.slice(0, 2), "user");
  await tell(memory, said.slice(2), "assistant");
  const count = async () =>
    (await memory.recall({ namespace, query: "What is my dog called?" })).memories.length;
  expect(await count()).toBe(3);
  await tell(memory, said, "user");
  expect(await count()).toBe(2);
  await memory.set({
    namespace,
    key: said[0] as string,
    value: said[0] as string,
    role: "user",
    validTo: "2026-04-01",
  });
  expect(await count()).toBe(3);
});
