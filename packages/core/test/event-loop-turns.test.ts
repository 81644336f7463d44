import { expect, onTestFinished, test, vi } from "vitest";
import { Slices, worksElsewhere } from "../src/event-loop.ts";
import { newPath, openAt, openMemory } from "./open-memory.ts";

const namespace = "n";

/** Never goes back, in all tests of this file. */
let now = performance.now();

/** Each look at the time takes so many milliseconds. */
function timeGoesBy(milliseconds: number): void {
  // Since the last test it may have gone further than its own looks took it.
  now = Math.max(now, performance.now());
  const spy = vi.spyOn(performance, "now").mockImplementation(() => {
    now += milliseconds;
    return now;
  });
  onTestFinished(() => spy.mockRestore());
}

/** Every slice is over as soon as it is asked: work that has steps stops at each of them. */
const hurriedTime = (): void => timeGoesBy(20);

/** How often others had their turn while something was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let [turns, over] = [0, false];
  const count = (): void => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await work;
  over = true;
  return turns;
}

// First in this file: the lists are read once in a process.
test("the first memories of a process wait for the word lists, which are read in steps and once", async () => {
  const path = await newPath();
  const memory = await openAt(path);
  hurriedTime();
  const input = { namespace, key: "first", value: "Alice met Bob in Paris." };
  const sets = Promise.all(
    [input, { ...input, value: "Carla met Dan in Rome." }].map((each) => memory.set(each)),
  );
  // What the caller does to it afterwards is not what was set.
  input.value = "";
  // Closed before they were read: what was asked for is done.
  const turns = await turnsDuring(Promise.all([sets, memory.close()]));
  expect(turns).toBeGreaterThan(20);
  const [first, second] = await sets;
  expect([first?.version, second?.version]).toEqual([1, 2]);
  expect(first?.entities).toContainEqual({ name: "Paris", type: "place" });
  expect(second?.entities).toContainEqual({ name: "Rome", type: "place" });
  const again = await openAt(path);
  expect(await again.history({ namespace, key: "first" })).toHaveLength(1);
  const later = again.set({ ...input, value: "Eve met Frank in Oslo." });
  expect(await turnsDuring(later)).toBeLessThan(turns / 2);
});

test("a question lets others have their turn, and its answer is of one moment in spite of what they write", async () => {
  const memory = await openMemory(":memory:", { extractor: false });
  await memory.setMany(
    Array.from({ length: 200 }, (_, index) => ({
      namespace,
      key: `k${index}`,
      value: `Note ${index} on trees.`,
    })),
  );
  const lesson = (count: number) =>
    memory.set({ namespace, key: "lesson", value: `Xylophone lesson, told for the ${count}th time.` });
  await lesson(0);
  const ask = () => memory.search({ namespace, query: "xylophone lesson", minScore: 0 });
  await ask();
  hurriedTime();
  expect(await turnsDuring(ask())).toBeGreaterThan(5);
  let over = false;
  const writing = (async () => {
    for (let count = 1; !over; count++) {
      await lesson(count);
      await new Promise((done) => setImmediate(done));
    }
  })();
  for (let round = 0; round < 20; round++) {
    const { results } = await ask();
    expect(results.filter(({ key }) => key === "lesson")).toHaveLength(1);
  }
  over = true;
  await writing;
});

test("works that go on side by side share a slice: others wait no longer for ten of them than for one", async () => {
  const memory = await openMemory(":memory:", { extractor: false });
  await memory.set({ namespace, value: "The word lists are read." });
  timeGoesBy(1);
  const longestWait = async (works: number) => {
    let [last, longest, over] = [now, 0, false];
    const look = (): void => {
      longest = Math.max(longest, now - last);
      last = now;
      if (!over) setImmediate(look);
    };
    setImmediate(look);
    await Promise.all(
      Array.from({ length: works }, (_, work) =>
        memory.setMany(
          Array.from({ length: 400 }, (_, index) => ({
            namespace: `of ${works}, ${work}`,
            value: `Note ${index} on trees.`,
          })),
        ),
      ),
    );
    over = true;
    return longest;
  };
  const alone = await longestWait(1);
  expect(alone).toBeGreaterThan(5);
  expect(await longestWait(10)).toBeLessThan(alone + 15);
});

test("short work goes before what is patient, which has each ninth turn all the same", async () => {
  hurriedTime();
  const order: string[] = [];
  const work = async (name: string, steps: number, slices: Slices) => {
    for (let step = 0; step < steps; step++) {
      await slices.next();
      order.push(name);
    }
  };
  const long = ["long", "longer"].map((name) => work(name, 6, new Slices({ patient: true })));
  await Promise.all([...long, work("short", 24, new Slices())]);
  // Wherever it begins.
  expect(order.slice(0, 27).filter((name) => name === "short")).toHaveLength(24);
  expect(order.slice(0, 27).join(" ")).not.toMatch(/long\S* long/);
  expect(order).toHaveLength(36);
});

test("while another thread works for this one, what is patient rests between its turns", async () => {
  hurriedTime();
  const patient = async () => {
    const slices = new Slices({ patient: true });
    for (let step = 0; step < 5; step++) await slices.next();
  };
  const alone = await turnsDuring(patient());
  worksElsewhere(true);
  const beside = await turnsDuring(patient());
  worksElsewhere(false);
  expect(beside).toBeGreaterThan(2 * alone);
  expect(await turnsDuring(patient())).toBeLessThan(beside);
});
