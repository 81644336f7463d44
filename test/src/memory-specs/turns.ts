import type { Memory } from "@souvenir/core";
import { expect } from "vitest";
import type { MemorySpec } from "./spec.ts";

const scope = { namespace: "ada", thread: "monday" };

async function said(memory: Memory): Promise<string[]> {
  const { records } = await memory.list(scope);
  return records.map(({ role, value }) => `${role}: ${value}`);
}

export const keepsATurnInTwoSteps: MemorySpec = async (memory) => {
  await memory.set({ namespace: "ada", key: "db", value: "The web shop stores its orders in PostgreSQL." });
  const messages = [{ role: "user", content: "Where does the web shop store its orders?" }];
  const turn = await memory.beginTurn({ ...scope, messages });
  expect(await said(memory)).toEqual(["user: Where does the web shop store its orders?"]);
  expect(turn.recalled).toMatchObject({ memories: [{ key: "db" }], degraded: [] });
  expect(turn.withRecalled(messages)[0]?.content).toContain("in PostgreSQL.");
  await turn.end({ messages: [{ content: "In PostgreSQL." }] });
  const next = [
    ...messages,
    { role: "assistant", content: "In PostgreSQL." },
    { role: "user", content: "Thank you." },
  ];
  await memory.beginTurn({ ...scope, messages: next, recall: false });
  expect(await said(memory)).toEqual([
    "user: Where does the web shop store its orders?",
    "assistant: In PostgreSQL.",
    "user: Thank you.",
  ]);
};

export const knowsWhereMessagesBelong: MemorySpec = async (memory) => {
  const message = (role: string, content: string) => ({ role, content });
  const first = [message("user", "I live in Lyon."), message("assistant", "A lovely town.")];
  await memory.remember({ ...scope, messages: first });
  const messages = [message("user", "My sister lives in Nantes.")];
  expect(await memory.remember({ ...scope, before: first, messages })).toEqual({ stored: 1 });
  expect(await memory.remember({ ...scope, before: first, messages })).toEqual({ stored: 0 });
  await memory.remember({
    ...scope,
    before: first,
    messages: [message("user", "My sister lives in Bordeaux.")],
  });
  expect(await said(memory)).toEqual([
    "user: I live in Lyon.",
    "assistant: A lovely town.",
    "user: My sister lives in Bordeaux.",
  ]);
};

export const tellsPicturesApart: MemorySpec = async (memory) => {
  for (const files of [["a"], ["b"], ["b"]])
    await memory.remember({
      ...scope,
      before: [],
      messages: [{ role: "user", content: "What is this?", files }],
    });
  expect(await said(memory)).toEqual(["user: What is this?", "user: What is this?"]);
};

export const leavesOutTheAnswerThatIsGivenAgain: MemorySpec = async (memory) => {
  const question = "Where does the web shop store its orders?";
  await memory.remember({
    ...scope,
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: "The web shop stores its orders in PostgreSQL." },
    ],
  });
  const asked = { ...scope, query: question };
  expect((await memory.recall(asked)).text).toContain("PostgreSQL");
  expect((await memory.recall({ ...asked, exclude: { texts: [question], after: question } })).text).toBe("");
};
