import { MemorySaver } from "@langchain/langgraph";
import { questionOf } from "@souvenir/test/mistral-stand-in/answer";
import { textOf } from "@souvenir/test/mistral-stand-in/wire";
import { createAgent } from "langchain";
import { expect, test } from "vitest";
import { memoryTools } from "../src/index.ts";
import { SouvenirStore } from "../src/store.ts";
import { openAgentSetting } from "./agent-setting.ts";

const turns = 60;
const parallel = 10;
const words = ["amber", "cobalt"] as const;

test("turns of two users at once, with tools of memory and a checkpointer: nothing crosses", async () => {
  const setting = await openAgentSetting();
  const store = new SouvenirStore({ memory: setting.memory });
  // Every seventh call of the model saves a memory by a tool, every thirteenth fails.
  let calls = 0;
  setting.standIn.script({
    chat: ({ messages }) => {
      const said = questionOf(messages);
      if (messages.at(-1)?.role === "tool") return { content: `Saved, ${said}` };
      calls += 1;
      if (calls % 13 === 0) return { fault: "status", status: 400, body: { message: "no" } };
      if (calls % 7 === 0)
        return { toolCalls: [{ name: "remember", arguments: { text: `saved: ${said}` } }] };
      return { content: `I heard: ${said}` };
    },
  });
  const agent = createAgent({
    model: setting.model,
    store,
    checkpointer: new MemorySaver(),
    tools: memoryTools(),
    middleware: [setting.middleware({ tokenBudget: 200, limit: 4 })],
  });
  const failed = { amber: 0, cobalt: 0 };
  const say = async (user: (typeof words)[number], turn: number): Promise<void> => {
    const content = `My ${user} token number ${turn} lies in drawer ${turn % 9}`;
    const config = { context: { userId: user }, configurable: { thread_id: `${user}-${turn % 30}` } };
    try {
      await agent.invoke({ messages: [{ role: "user", content }] }, config);
    } catch {
      failed[user] += 1;
    }
  };
  for (let turn = 0; turn < turns; turn += parallel)
    await Promise.all(
      Array.from({ length: parallel }, (_, offset) => words.map((user) => say(user, turn + offset))).flat(),
    );
  expect(failed.amber + failed.cobalt).toBeGreaterThan(5);

  let recalled = 0;
  for (const { messages } of setting.bodies()) {
    const prompt = messages.map(({ content }) => textOf(content)).join("\n");
    const [mine, other] = questionOf(messages).includes("amber")
      ? words
      : ([...words].reverse() as [string, string]);
    expect(prompt).toContain(mine);
    expect(prompt).not.toContain(other);
    if (prompt.includes("<souvenir-memories>")) recalled += 1;
  }
  expect(recalled).toBeGreaterThan(60);

  for (const [place, user] of words.entries()) {
    const items = await store.search([user], { limit: 10_000 });
    for (const { value } of items) {
      expect(JSON.stringify(value)).toContain(user);
      expect(JSON.stringify(value)).not.toContain(words[1 - place]);
    }
    const said = new Set(
      items.map(({ value }) => value.text).filter((text: string) => text.startsWith("My ")),
    );
    expect(said.size).toBe(turns);
    const answers = items.filter(({ value }) => /^(I heard|Saved, )/.test(value.text));
    expect(answers).toHaveLength(turns - failed[user]);
  }
  expect(setting.errors).toEqual([]);
  await setting.close();
});
