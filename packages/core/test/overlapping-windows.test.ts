import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemory, type Memory, type Message } from "../src/index.ts";
import { sqliteStore } from "../src/store/sqlite-store.ts";
import { align, type Said } from "../src/thread-alignment.ts";
import { newPath, openAt, openMemory, setClock, stores } from "./open-memory.ts";

const scope = { namespace: "ada", thread: "t" };
const said = (index: number, text = `Message number ${index} of the talk.`): Message => ({
  role: index % 2 ? "assistant" : "user",
  content: text,
});
const talk = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => said(from + index));
const changed = (messages: Message[], at: number, content: string) =>
  messages.map((message, index) => (index === at ? { ...message, content } : message));

async function thread(memory: Memory): Promise<string[]> {
  const { records } = await memory.list({ ...scope, limit: 1000 });
  return records.map(({ value }) => value);
}
const texts = (messages: readonly Message[]) => messages.map(({ content }) => content);
const remember = async (memory: Memory, messages: Message[]) =>
  (await memory.remember({ ...scope, messages })).stored;

/** A memory whose clock goes on with each call: turns of different calls have different dates. */
async function ticking(store: string): Promise<Memory> {
  const clock = setClock();
  return openMemory(store, { extractor: false, clock: Object.assign(() => clock.now++, { now: 0 }) });
}

describe.each(stores)("windows of one conversation in %s", (store) => {
  test("are stored once, in whatever order they overlap", async () => {
    for (const [windows, stored] of [
      [
        [
          [0, 5],
          [4, 9],
          [3, 8],
        ],
        [6, 4, 0],
      ],
      [
        [
          [4, 9],
          [0, 5],
        ],
        [6, 4],
      ],
      [
        [
          [0, 5],
          [5, 9],
          [0, 9],
        ],
        [6, 4, 0],
      ],
      [
        [
          [0, 9],
          [2, 4],
          [7, 9],
          [9, 9],
        ],
        [10, 0, 0, 0],
      ],
    ] as [[number, number][], number[]][]) {
      const memory = await ticking(store);
      for (const [index, [from, to]] of windows.entries())
        expect(await remember(memory, talk(from, to))).toBe(stored[index]);
      expect(await thread(memory)).toEqual(texts(talk(0, 9)));
      await memory.close();
    }
  });

  test("are stored once when they come at the same time", async () => {
    const memory = await ticking(store);
    const windows = [talk(0, 5), talk(4, 9), talk(0, 9), talk(0, 5)];
    const stored = await Promise.all(windows.map((messages) => remember(memory, messages)));
    expect(stored.reduce((sum, count) => sum + count, 0)).toBe(10);
    expect((await thread(memory)).sort()).toEqual(texts(talk(0, 9)));
  });

  test("of a long thread are known however far back", async () => {
    const memory = await ticking(store);
    for (let from = 0; from < 400; from += 10) await remember(memory, talk(from, from + 9));
    for (const [from, to] of [
      [3, 8],
      [0, 1],
      [120, 180],
      [395, 399],
    ] as const)
      expect(await remember(memory, talk(from, to))).toBe(0);
    expect(await remember(memory, talk(0, 401))).toBe(2);
    expect(await thread(memory)).toEqual(texts(talk(0, 401)));
  });

  test.each([0, 1, 3, 5])("a history with message %i edited stores the edit only", async (at) => {
    const memory = await ticking(store);
    await remember(memory, talk(0, 5));
    const { records } = await memory.list(scope);
    const edited = changed(talk(0, 5), at, "Something quite different: a lighthouse.");
    expect(await remember(memory, edited)).toBe(1);
    expect(await remember(memory, edited)).toBe(0);
    expect(await thread(memory)).toEqual(texts(edited));
    const { key, value } = records[at] as (typeof records)[number];
    expect(await memory.get({ ...scope, key } as never).catch(() => undefined)).toBeUndefined();
    expect(await memory.get({ namespace: "ada", key })).toMatchObject({
      value: "Something quite different: a lighthouse.",
      version: 2,
    });
    expect(await memory.history({ namespace: "ada", key })).toMatchObject([{ value, version: 1 }]);
    const { results } = await memory.search({ namespace: "ada", query: value, minScore: 0 });
    expect(results.map((hit) => hit.value)).not.toContain(value);
  });

  test("the answer of a whole thread is made again, but not after words that are said at any time", async () => {
    const memory = await ticking(store);
    expect(await remember(memory, [said(0), said(1)])).toBe(2);
    expect(await remember(memory, [said(0), said(1, "Another answer.")])).toBe(1);
    expect(await thread(memory)).toEqual([said(0).content, "Another answer."]);
    const short = { ...scope, thread: "short" };
    for (const answer of ["One.", "Two."])
      expect(await memory.remember({ ...short, messages: [said(0, "Yes"), said(1, answer)] })).toEqual({
        stored: 2,
      });
  });

  test("another way from a message on withdraws what came after it, and keeps it in the history", async () => {
    const memory = await ticking(store);
    await remember(memory, talk(0, 7));
    const { records } = await memory.list(scope);
    const branch = [...talk(0, 3), said(4, "What about a lighthouse?"), said(5, "It shines.")];
    // First the question alone, then with its answer, as an application does that stores twice a turn.
    expect(await remember(memory, branch.slice(0, 5))).toBe(1);
    expect(await thread(memory)).toEqual(texts(branch.slice(0, 5)));
    expect(await remember(memory, branch)).toBe(1);
    expect(await thread(memory)).toEqual(texts(branch));
    for (const { key, value } of records.slice(4)) {
      expect((await memory.history({ namespace: "ada", key })).map((version) => version.value)).toContain(
        value,
      );
      const { results } = await memory.search({ namespace: "ada", query: value, minScore: 0, limit: 100 });
      expect(results.map((hit) => hit.value)).not.toContain(value);
    }
    const gone = records[7]?.key as string;
    expect(await memory.get({ namespace: "ada", key: gone })).toBeUndefined();
    expect(await Array.fromAsync(memory.export())).toHaveLength(6);
    // And back again.
    expect(await remember(memory, talk(0, 7))).toBe(4);
    expect(await thread(memory)).toEqual(texts(talk(0, 7)));
    // What was withdrawn is erased with its thread.
    await memory.delete(scope);
    expect(await memory.history({ namespace: "ada", key: gone })).toEqual([]);
  });

  test("that end earlier, or leave something out, take nothing back", async () => {
    const memory = await ticking(store);
    await remember(memory, talk(0, 9));
    for (const window of [
      talk(0, 3),
      talk(2, 4),
      [...talk(0, 1), ...talk(6, 9)],
      [...talk(0, 3), ...talk(8, 9)],
    ])
      expect(await remember(memory, window)).toBe(0);
    expect(await thread(memory)).toEqual(texts(talk(0, 9)));
  });

  test("short words prove nothing: they are said again, and an exchange that begins with them too", async () => {
    const memory = await ticking(store);
    const turns = [
      [said(0, "hi"), said(1, "Hello!")],
      [said(0, "continue"), said(1, "First part.")],
      [said(0, "continue"), said(1, "Second part.")],
      [said(0, "hi"), said(1, "Hello again!")],
      [said(0, "continue"), said(1, "Third part.")],
      [said(0, "yes")],
      [said(0, "no")],
      [said(0, "yes")],
    ];
    for (const turn of turns) {
      expect(await remember(memory, turn)).toBe(turn.length);
      expect(await remember(memory, turn)).toBe(0);
    }
    expect(await thread(memory)).toEqual(texts(turns.flat()));
    // The whole as a history: nothing is new, and the next "yes" is.
    expect(await remember(memory, turns.flat())).toBe(0);
    expect(await remember(memory, [...turns.flat(), said(1, "Sure?"), said(0, "yes")])).toBe(2);
    expect(await thread(memory)).toEqual([...texts(turns.flat()), "Sure?", "yes"]);
  });

  test("short words that were said before are no place to go another way from", async () => {
    const memory = await ticking(store);
    const history = [
      ...talk(0, 3),
      said(4, "yes"),
      said(5, "ok"),
      ...talk(6, 15),
      said(16, "yes"),
      said(17, "ok"),
      ...talk(18, 21),
    ];
    // The thread ends with "yes"; "yes" and "ok" one after the other stand further up.
    await remember(memory, history.slice(0, 17));
    expect(await remember(memory, history.slice(16, 19))).toBe(2);
    expect(await remember(memory, history.slice(17))).toBe(3);
    expect(await thread(memory)).toEqual(texts(history));
  });

  test("what stands in another order in the thread takes nothing back", async () => {
    const memory = await ticking(store);
    const [swapped, history] = [[...talk(0, 7), said(9), said(8), ...talk(10, 15)], talk(4, 9)];
    await remember(memory, swapped);
    await remember(memory, history);
    expect(await thread(memory)).toEqual(expect.arrayContaining(texts(swapped)));
  });

  test("what is new where the thread ends comes in the order in which it was said", async () => {
    // All of it in the same millisecond.
    const memory = await openMemory(store, { extractor: false, clock: setClock() });
    await remember(memory, talk(0, 7));
    // One message alone, late: it proves nothing, and is kept as said again.
    await remember(memory, talk(3, 3));
    await remember(memory, talk(6, 11));
    expect(await thread(memory)).toEqual(texts(talk(0, 11)));
  });

  test("what was left out is put in its place, once, also among messages of the same moment", async () => {
    const memory = await openMemory(store, { extractor: false, clock: setClock() });
    const history = talk(0, 9);
    expect(await remember(memory, [...history.slice(0, 3), ...history.slice(5)])).toBe(8);
    // In two steps, the later place first.
    for (const [window, fresh] of [
      [[...history.slice(0, 3), ...history.slice(4)], 1],
      [history, 1],
      [history, 0],
      [history.slice(2, 6), 0],
      [[...history, said(10)], 1],
    ] as const) {
      expect(await remember(memory, [...window])).toBe(fresh);
      expect(await thread(memory)).toEqual(texts([...window].length === 4 ? history : [...window]));
    }
    const { results } = await memory.search({ namespace: "ada", query: "Message number 7", limit: 1 });
    expect(results[0]?.value).toBe(said(7).content);
  });

  test("what is said again after it was withdrawn comes last, also in the same moment", async () => {
    const memory = await openMemory(store, { extractor: false, clock: setClock() });
    await remember(memory, talk(0, 5));
    const branch = [...talk(0, 3), said(4, "What about a lighthouse, then?")];
    await remember(memory, branch);
    const on = [...branch, said(5), said(6, "And after that, what else is there?")];
    expect(await remember(memory, [...on.slice(2, 5), said(7, "It shines as brightly as ever.")])).toBe(1);
    expect(
      await remember(memory, [
        ...on.slice(3, 5),
        said(7, "It shines as brightly as ever."),
        said(4),
        said(5),
        said(6),
      ]),
    ).toBe(3);
    expect(await thread(memory)).toEqual([
      ...texts(branch),
      "It shines as brightly as ever.",
      ...texts(talk(4, 6)),
    ]);
  });

  test("a message that is edited to need more parts keeps them together", async () => {
    const memory = await openMemory(store, {
      extractor: false,
      limits: { valueBytes: 200 },
      clock: setClock(),
    });
    await remember(memory, talk(0, 5));
    const edited = changed(talk(0, 5), 2, "Much more to say. ".repeat(30).trim());
    expect(await remember(memory, edited)).toBeGreaterThan(1);
    expect(await remember(memory, edited)).toBe(0);
    expect((await thread(memory)).join("")).toBe(texts(edited).join(""));
    // The one after it too, of whose parts only the first is another.
    const long = `The end is as before: ${"much more to say. ".repeat(30).trim()}`;
    const two = [said(0), said(1), said(2), said(3, `A${long}`), said(4)];
    const scope2 = { ...scope, thread: "two" };
    await memory.remember({ ...scope2, messages: two });
    const both = changed(changed(two, 2, long), 3, `B${long}`);
    await memory.remember({ ...scope2, messages: both });
    const { records } = await memory.list(scope2);
    expect(records.map(({ value }) => value).join("")).toBe(texts(both).join(""));
    const scope3 = { ...scope, thread: "three" };
    await memory.remember({ ...scope3, messages: talk(0, 4) });
    const three = [said(0), said(1), said(2, `C${long}`), said(3, `D${long}`), said(4)];
    await memory.remember({ ...scope3, messages: three });
    expect((await memory.list(scope3)).records.map(({ value }) => value).join("")).toBe(
      texts(three).join(""),
    );
  });

  test("messages with ids are known by them, and edited by them", async () => {
    const memory = await ticking(store);
    const named = talk(0, 5).map((message, index) => ({ ...message, id: `m${index}` }));
    expect(await remember(memory, named)).toBe(6);
    expect(await remember(memory, named.slice(2, 4))).toBe(0);
    expect(await remember(memory, [named[3] as Message])).toBe(0);
    // The same words under another id are another message.
    expect(await remember(memory, [{ ...said(0), id: "m6" }])).toBe(1);
    // Told by half, then whole: nothing is withdrawn.
    expect(await remember(memory, [{ ...said(1, `${said(1).content} And more.`), id: "m1" }])).toBe(1);
    expect(await thread(memory)).toHaveLength(7);
    // An answer made again has a new id.
    expect(await remember(memory, [...named.slice(0, 1), { ...said(1, "Another answer."), id: "n1" }])).toBe(
      1,
    );
    expect(await thread(memory)).toEqual([said(0).content, "Another answer."]);
    // An edited question keeps its id.
    expect(await remember(memory, [{ ...said(0, "Another question."), id: "m0" }])).toBe(1);
    expect(await thread(memory)).toEqual(["Another question."]);
    await expect(
      memory.remember({ ...scope, messages: [named[0], named[0]] as Message[] }),
    ).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });

  test("a long message that is edited keeps the keys of its parts", async () => {
    const memory = await openMemory(store, { extractor: false, limits: { valueBytes: 200 } });
    const long = (word: string, count: number) => `${word} and so on. `.repeat(count).trim();
    const history = [said(0), said(1, long("First", 25)), said(2), said(3)];
    await remember(memory, history);
    for (const count of [40, 5]) {
      const edited = changed(history, 1, long("Second", count));
      await remember(memory, edited);
      expect(await remember(memory, edited)).toBe(0);
      const { records } = await memory.list(scope);
      const parts = records.filter(
        ({ metadata }) => metadata.souvenir !== undefined || /Second/.test(String(metadata)),
      );
      expect((await thread(memory)).join(" ")).not.toContain("First");
      expect(parts.length === 0 || parts.every(({ value }) => value.includes("Second"))).toBe(true);
    }
  });

  test("do what a reference does that knows every position", async () => {
    const step = fc.record({
      kind: fc.constantFrom("append", "late", "edit", "branch", "retry"),
      a: fc.nat(1_000),
      b: fc.nat(1_000),
      more: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: 60 }),
        fc.array(step, { maxLength: 12 }),
        async (start, steps) => {
          const memory = await ticking(store);
          let count = 0;
          const next = (index: number) => said(index, `Text ${count++} of this conversation.`);
          let branch = Array.from({ length: start }, (_, index) => next(index));
          let last = branch;
          expect(await remember(memory, branch)).toBe(start);
          for (const { kind, a, b, more } of steps) {
            const size = branch.length;
            // At least two messages that are known stand before what is new.
            const at = 2 + (a % (size - 1));
            const from = b % (at - 1);
            let fresh = 0;
            let window = last;
            if (kind === "append") {
              branch = [...branch, ...Array.from({ length: more }, (_, index) => next(size + index))];
              window = branch.slice(Math.max(0, Math.min(from, size - 2)));
              fresh = more;
            } else if (kind === "late") window = branch.slice(from, Math.max(from + 2, at));
            else if (kind === "edit" && at < size) {
              branch = branch.map((message, index) => (index === at ? next(index) : message));
              window = branch.slice(from);
              fresh = 1;
            } else if (kind === "branch" && at < size) {
              branch = [
                ...branch.slice(0, at),
                ...Array.from({ length: more }, (_, index) => next(at + index)),
              ];
              window = branch.slice(from);
              fresh = more;
            } else if (kind === "retry" && branch.join() !== last.join()) continue;
            if (kind === "retry") window = branch.slice(from);
            expect(await remember(memory, window), kind).toBe(fresh);
            last = window;
            expect(await thread(memory), kind).toEqual(texts(branch));
          }
          await memory.close();
        },
      ),
      { seed: 20261129, numRuns: store === ":memory:" ? 60 : 8 },
    );
  });
});

test("two memories on one file that are told the same conversation at once keep it once", async () => {
  const path = await newPath();
  const [first, second] = [
    await openAt(path, { extractor: false }),
    await openAt(path, { extractor: false }),
  ];
  const sum = async (calls: Promise<number>[]) =>
    (await Promise.all(calls)).reduce((total, stored) => total + stored, 0);
  expect(
    await sum([
      remember(first, talk(0, 5)),
      remember(second, talk(4, 9)),
      remember(first, talk(0, 9)),
      remember(second, talk(3, 8)),
    ]),
  ).toBe(10);
  const edited = changed(talk(0, 9), 4, "Something quite different.");
  expect(await sum([remember(first, edited), remember(second, edited)])).toBe(1);
  const yes = [first, second, first].map((memory) => remember(memory, [said(0, "yes")]));
  expect(await sum(yes)).toBe(1);
  expect(await thread(second)).toEqual([...texts(edited), "yes"]);
});

test("what two look at before either of them writes is kept as if one came after the other", async () => {
  const otherWay = [...talk(0, 3), said(4, "Something else, from here on.")];
  const ways: [before: Message[], sooner: Message[], later: Message[]][] = [
    [[], talk(0, 5), talk(4, 9)],
    [[], talk(4, 9), talk(0, 5)],
    [[], talk(0, 9), talk(3, 8)],
    [talk(0, 9), talk(5, 12), changed(talk(0, 9), 4, "Something quite different.")],
    // One goes another way while the other goes on.
    [talk(0, 9), otherWay, talk(6, 11)],
    [talk(0, 9), talk(6, 11), otherWay],
    [talk(0, 4), [said(5, "yes")], [said(5, "yes")]],
  ];
  for (const [before, sooner, later] of ways) {
    const path = await newPath();
    const held = sqliteStore({ path });
    const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const write = held.write.bind(held);
    held.write = async (...request) => {
      begun.resolve();
      await released.promise;
      return write(...request);
    };
    const first = await openAt(path, { extractor: false });
    const second = await createMemory({ store: held, embedder: false, extractor: false });
    const inOrder = await openMemory(":memory:", { extractor: false });
    for (const memory of [first, inOrder]) await remember(memory, before);
    const waiting = remember(second, later);
    await begun.promise;
    expect(await remember(first, sooner)).toBe(await remember(inOrder, sooner));
    released.resolve();
    expect(await waiting).toBe(await remember(inOrder, later));
    expect(await thread(first)).toEqual(await thread(inOrder));
    await second.close();
  }
});

test("the alignment of any two lists is in order, and one to one", () => {
  const list = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 });
  const toSaid = (number: number): Said => ({ identity: String(number), role: number % 2 ? "a" : "b" });
  fc.assert(
    fc.property(
      list,
      list,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (left, right, fromStart, toEnd, certain) => {
        const [stored, given] = [left.map(toSaid), right.map(toSaid)];
        const { places, replacing, withdrawn } = align(stored, given, { fromStart, toEnd, certain });
        const found = places.filter((place) => place !== undefined);
        expect(found).toEqual([...new Set(found)].sort((one, other) => one - other));
        for (const place of withdrawn) expect(found).not.toContain(place);
        for (const [index, place] of places.entries())
          if (place !== undefined) {
            expect(stored[place]?.role).toBe(given[index]?.role);
            expect(stored[place]?.identity === given[index]?.identity).toBe(!replacing.has(index));
          }
        // What is exactly the end of the thread, with more behind it, is known.
        const goesOn = align(stored, [...stored.slice(-5), toSaid(99)], {
          fromStart: true,
          toEnd: true,
          certain: false,
        });
        const known = Math.min(5, stored.length);
        expect(goesOn.places.slice(0, known)).toEqual(
          Array.from({ length: known }, (_, index) => stored.length - known + index),
        );
        expect(goesOn.places.at(-1)).toBeUndefined();
        expect(goesOn.withdrawn).toEqual([]);
      },
    ),
    { seed: 20261129, numRuns: 2_000 },
  );
});
