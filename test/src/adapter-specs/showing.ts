import { expect } from "vitest";
import type { ChatBody } from "../mistral-stand-in/wire.ts";
import { type AdapterSpec, ada, asked, call, fact, question, streamed, user, weather } from "./setting.ts";

interface Told {
  namespace: string;
  thread: string;
  text: string;
  memories: { key: string; value: string; score: number; createdAt: string }[];
}
const schema = {
  type: "object",
  properties: { answer: { type: "string" } },
  required: ["answer"],
  additionalProperties: false,
};

export const tellsWhatWasRecalled: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const told: Told[] = [];
  const onRecall = (event: Told) => told.push(event);
  await asked(await setting.agent({ options: { onRecall } }), { messages: [user(question)] });
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ namespace: "ada", thread: "monday" });
  expect(told[0]!.text).toContain(fact);
  expect(told[0]!.memories[0]).toMatchObject({
    key: expect.any(String),
    value: fact,
    score: expect.any(Number),
    createdAt: expect.any(String),
  });
};

export const tellsOnceATurnWhatWasRecalled: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  let told = 0;
  setting.standIn.script({ chat: [{ toolCalls: [call()] }, { content: "Chemistry." }] });
  const agent = await setting.agent({ tools: [weather], options: { onRecall: () => told++ } });
  await asked(agent, { messages: [user(question)] });
  expect(told).toBe(1);
};

export const tellsThatNothingWasRecalled: AdapterSpec = async (setting) => {
  const told: Told[] = [];
  const onRecall = (event: Told) => told.push(event);
  await streamed(await setting.agent({ options: { onRecall } }), { messages: [user(question)], scope: ada });
  expect(told.map(({ memories }) => memories)).toEqual([[]]);
};

export const theAnswersMetadataListsWhatWasRecalled: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const { recalled } = await asked(await setting.agent(), { messages: [user(question)] });
  expect(recalled?.[0]).toMatchObject({
    key: expect.any(String),
    text: fact,
    score: expect.any(Number),
    date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}/),
  });
};

export const nothingOfOursLeavesTheMachine: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await asked(await setting.agent({ options: { namespace: "secret-name" } }), {
    messages: [user(question)],
    scope: { ...ada, thread: "secret-thread", store: "turns" },
  });
  for (const { headers, body } of setting.standIn.requests) {
    const { messages, prompt_cache_key: key, ...others } = body as ChatBody;
    // The block is named souvenir, and so is the key of the cache: nothing else is, and nobody is named anywhere.
    expect(JSON.stringify({ headers, others, names: messages.map(Object.keys) })).not.toMatch(/souvenir/i);
    expect(JSON.stringify({ headers, others, messages, key })).not.toMatch(/secret-name|secret-thread/);
  }
  expect(setting.standIn.chatRequests()).toHaveLength(1);
};

export const dataForAProgramWasNotSaid: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const answer = await asked(await setting.agent(), { messages: [user(question)], schema });
  expect(answer.data).toMatchObject({ answer: expect.stringContaining("chemistry") });
  expect(await setting.thread()).toEqual([`user: ${question}`]);
  const scope = { ...ada, thread: "tuesday" };
  await streamed(await setting.agent(), { messages: [user("Do I like tea?")], scope, schema });
  expect(await setting.thread(scope)).toEqual(["user: Do I like tea?"]);
};

export const aQuestionForDataIsRecalledForOnce: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await asked(await setting.agent(), { messages: [user(question)], schema });
  expect(setting.recalls).toHaveLength(1);
};
