import { questionOf } from "@souvenir/test/mistral-stand-in/answer";
import { textOf } from "@souvenir/test/mistral-stand-in/wire";
import { expect, test } from "vitest";
import { fence, openAgentSetting } from "./agent-setting.ts";

const turns = 500;
const parallel = 10;
const words = ["amber", "cobalt"] as const;

test("1,000 interleaved turns of two users, one agent: nothing crosses, failures leave no mark", async () => {
  const setting = await openAgentSetting({ tokenBudget: 200, tools: ["recall"] });
  // Every seventh call of the model searches by a tool, every thirteenth fails.
  let calls = 0;
  setting.standIn.script({
    chat: ({ messages }) => {
      const said = questionOf(messages);
      if (messages.at(-1)?.role === "tool") return { content: `Looked, ${said}` };
      calls += 1;
      if (calls % 13 === 0) return { fault: "status", status: 400, body: { message: "no" } };
      if (calls % 7 === 0) return { toolCalls: [{ name: "recall", arguments: { query: "token drawer" } }] };
      return { content: `I heard: ${said}` };
    },
  });
  const failed = { amber: 0, cobalt: 0 };
  const say = async (user: (typeof words)[number], turn: number): Promise<void> => {
    const text = `My ${user} token number ${turn} lies in drawer ${turn % 9}`;
    try {
      await setting.say(`${user}-${turn % 250}`, text, { resource: user, memory: { lastMessages: 4 } });
    } catch {
      failed[user] += 1;
    }
  };
  for (let turn = 0; turn < turns; turn += parallel)
    await Promise.all(
      Array.from({ length: parallel }, (_, offset) => words.map((user) => say(user, turn + offset))).flat(),
    );
  expect(failed.amber + failed.cobalt).toBeGreaterThan(50);

  let recalled = 0;
  for (const { messages } of setting.bodies()) {
    const prompt = messages.map(({ content }) => textOf(content)).join("\n");
    const [mine, other] = questionOf(messages).includes("amber")
      ? words
      : ([...words].reverse() as [string, string]);
    expect(prompt).toContain(mine);
    expect(prompt).not.toContain(other);
    if (prompt.includes(fence)) recalled += 1;
  }
  expect(recalled).toBeGreaterThan(800);

  expect((await setting.core.namespaces()).toSorted()).toEqual([...words]);
  for (const [place, user] of words.entries()) {
    const values: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await setting.core.list({
        namespace: user,
        limit: 1_000,
        ...(cursor === undefined ? {} : { cursor }),
      });
      values.push(...page.records.map(({ value }) => value));
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
    expect(values.join("\n")).not.toContain(words[1 - place]);
    const said = values.filter((value) => value.startsWith("My "));
    expect(new Set(said).size).toBe(said.length);
    expect(said.length).toBeGreaterThanOrEqual(turns - failed[user]);
    const { messages } = await setting.memory.recall({
      threadId: `${user}-7`,
      resourceId: user,
      vectorSearchString: "Which drawer has token 7?",
    });
    expect(JSON.stringify(messages)).not.toContain(words[1 - place]);
  }
  expect(setting.errors).toEqual([]);
  await setting.close();
});
