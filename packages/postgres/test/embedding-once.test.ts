import { createMemory, type Embedder } from "@souvenir/core";
import { eventually } from "@souvenir/test/eventually";
import { describe, expect, onTestFinished, test } from "vitest";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();
const batch = 8;
/** Of one worker. */
const requestsAtOnce = 4;
const count = 40;

/** Notes what it is paid for. @param dies - It is never heard of again. */
function counted(sent: string[], dies = false): Embedder {
  return {
    id: "counted",
    dimensions: 2,
    maxBatch: batch,
    async embed(texts) {
      sent.push(...texts);
      if (dies) await new Promise(() => {});
      return texts.map((text) => Float32Array.of(text.length, 1));
    },
  };
}

describe.skipIf(missing !== undefined)(`PostgreSQL${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("nodes that embed at the same time pay for each text once", async () => {
    const schema = places.newSchema();
    const sent: string[] = [];
    const nodes = await Promise.all(
      [0, 1, 2].map(() => createMemory({ store: places.open(schema), embedder: counted(sent) })),
    );
    onTestFinished(async () => {
      await Promise.all(nodes.map((node) => node.close()));
    });
    await Promise.all(
      nodes.map((node, index) =>
        node.setMany(
          Array.from({ length: count }, (_, each) => ({
            namespace: `n${each % 3}`,
            value: `Text ${each} of node ${index}`,
          })),
        ),
      ),
    );
    const [first] = nodes;
    await eventually(async () => expect((await first?.stats())?.queue.embedding.pending).toBe(0));
    expect(new Set(sent).size).toBe(3 * count);
    expect(sent).toHaveLength(3 * count);
  });

  test("what a node was embedding when it died is left alone for its lease, and then embedded by another: that, and no more, is paid twice", async () => {
    const schema = places.newSchema();
    const [lost, sent]: [string[], string[]] = [[], []];
    let now = Date.UTC(2026, 10, 30);
    const clock = () => now;
    const dead = await createMemory({ store: places.open(schema), embedder: counted(lost, true), clock });
    await dead.setMany(
      Array.from({ length: count }, (_, each) => ({ namespace: "ada", value: `Text ${each}` })),
    );
    await eventually(() => expect(lost.length).toBeGreaterThan(0));
    const open = async () => {
      const memory = await createMemory({ store: places.open(schema), embedder: counted(sent), clock });
      onTestFinished(() => memory.close());
      return memory;
    };
    await open();
    await eventually(() => expect(sent).toHaveLength(count - lost.length));
    // Far behind the end of any lease.
    now += 3_600_000;
    const next = await open();
    await eventually(async () => expect((await next.stats()).queue.embedding.pending).toBe(0));
    expect(new Set(sent).size).toBe(count);
    expect(sent).toHaveLength(count);
    expect(lost.length).toBeLessThanOrEqual(batch * requestsAtOnce);
  });
});
