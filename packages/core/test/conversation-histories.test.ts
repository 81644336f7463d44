import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemory } from "../src/index.ts";

const scope = { namespace: "ada", thread: "monday" };

interface Said {
  role: "user" | "assistant";
  content: string;
}

/** What a client does to its history before it asks the model. */
type Step =
  | { kind: "ask"; answers: 1 | 2; window: number }
  | { kind: "killed"; window: number }
  | { kind: "regenerate" }
  | { kind: "edit"; back: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("ask" as const),
      answers: fc.constantFrom(1, 2),
      window: fc.integer({ min: 4, max: 40 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("killed" as const), window: fc.integer({ min: 4, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "regenerate" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("edit" as const), back: fc.nat(2) }) },
);

test("whatever a client does to its history, the thread has what it shows at last, each message once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 9 }), async (steps) => {
      // One moment for all: only the order tells turns apart.
      const memory = await createMemory({
        path: ":memory:",
        embedder: false,
        clock: () => 1_700_000_000_000,
      });
      let number = 0;
      const say = (role: Said["role"]): Said => ({
        role,
        content: `Number ${++number}, which the ${role} says.`,
      });
      const ask = async (history: Said[], answers: number, window = history.length): Promise<Said[]> => {
        const told: Said[] = [];
        for (let call = 1; call <= answers; call++) {
          const messages = [...history.slice(-window), ...told];
          const turn = await memory.beginTurn({ ...scope, messages, recall: false });
          const answer = say("assistant");
          await turn.end({ status: call < answers ? "continues" : "answered", messages: [answer] });
          told.push(answer);
        }
        return [...history, ...told];
      };
      let history = await ask([say("user")], 1);
      for (const each of steps) {
        if (each.kind === "ask") history = await ask([...history, say("user")], each.answers, each.window);
        else if (each.kind === "killed") {
          history.push(say("user"));
          await memory.beginTurn({ ...scope, messages: history.slice(-each.window), recall: false });
          history = await ask(history, 1, each.window);
        } else {
          const asked = history.flatMap(({ role }, place) => (role === "user" ? [place] : []));
          const back = each.kind === "edit" ? each.back : 0;
          // Without anything before it, an edited message cannot be told from another conversation.
          const place = asked.at(-1 - back);
          if (place === undefined || place === 0) continue;
          const asks = each.kind === "edit" ? say("user") : (history[place] as Said);
          history = await ask([...history.slice(0, place), asks], 1);
        }
      }
      const { records } = await memory.list({ ...scope, limit: 1_000 });
      expect(records.map(({ role, value }) => ({ role, content: value }))).toEqual(history);
      await memory.close();
    }),
    { numRuns: 40, seed: 20_261_129 },
  );
});
