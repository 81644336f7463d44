import { expect } from "vitest";
import {
  type AdapterSpec,
  ada,
  answers,
  asked,
  assistant,
  call,
  fact,
  fence,
  question,
  streamed,
  Talk,
  user,
  weather,
} from "./setting.ts";

const countOf = (text: string, part: string) => text.split(part).length - 1;

export const keepsWhatBothSaid: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("How nice.") });
  const answer = await asked(await setting.agent(), { messages: [user(fact)] });
  expect(answer.text).toBe("How nice.");
  expect(await setting.thread()).toEqual([`user: ${fact}`, "assistant: How nice."]);
};

export const keepsWhatWasStreamed: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("How nice that is.") });
  const agent = await setting.agent();
  expect(await streamed(agent, { messages: [user(fact)], scope: ada })).toBe("How nice that is.");
  expect(await setting.thread()).toEqual([`user: ${fact}`, "assistant: How nice that is."]);
};

export const knowsInOneThreadWhatWasSaidInAnother: AdapterSpec = async (setting) => {
  const agent = await setting.agent();
  await asked(agent, { messages: [user(fact)] });
  const answer = await asked(agent, { messages: [user(question)], scope: { ...ada, thread: "tuesday" } });
  expect(answer.text).toContain("chemistry");
  expect(setting.questions()[1]).toContain(fence);
  expect(setting.questions()[1]).toContain(fact);
};

export const knowsWhileItStreams: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  expect(await streamed(await setting.agent(), { messages: [user(question)], scope: ada })).toContain(
    "chemistry",
  );
};

export const recallsOnceForATurn: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await asked(await setting.agent(), { messages: [user(question)] });
  expect(setting.recalls).toHaveLength(1);
  expect(setting.recalls[0]).toMatchObject({ namespace: "ada", query: question });
};

export const recallsOnceForAStreamedTurn: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await streamed(await setting.agent(), { messages: [user(question)], scope: ada });
  expect(setting.recalls).toHaveLength(1);
};

export const recallsOnceForAToolLoop: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  setting.standIn.script({
    chat: [{ toolCalls: [call()] }, { toolCalls: [call("abcDEF124")] }, { content: "Chemistry." }],
  });
  const answer = await asked(await setting.agent({ tools: [weather] }), { messages: [user(question)] });
  expect(answer.text).toBe("Chemistry.");
  expect(setting.bodies()).toHaveLength(3);
  expect(setting.recalls).toHaveLength(1);
  // And each call sees the same block.
  const prompts = setting.questions();
  expect(prompts[0]).toContain(fact);
  expect(new Set(prompts).size).toBe(1);
};

export const keepsATurnOnce: AdapterSpec = async (setting) => {
  await asked(await setting.agent(), { messages: [user(fact)] });
  await setting.memory.flush();
  const { records } = await setting.memory.list({ namespace: "ada" });
  expect(records.map(({ role, version }) => [role, version])).toEqual([
    ["user", 1],
    ["assistant", 1],
  ]);
};

export const keepsAToolLoopOnce: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ toolCalls: [call()] }, { content: "Twelve." }] });
  await asked(await setting.agent({ tools: [weather] }), { messages: [user("How warm is Brest?")] });
  expect(await setting.thread()).toEqual(["user: How warm is Brest?", "assistant: Twelve."]);
  const { records } = await setting.memory.list({ namespace: "ada" });
  expect(records.map(({ version }) => version)).toEqual([1, 1]);
};

export const keepsNothingOfWhatToolsSay: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ toolCalls: [call()] }, { content: "Warm." }] });
  const agent = await setting.agent({ tools: [weather] });
  await asked(agent, { messages: [user("How warm is Brest?")] });
  const written = JSON.stringify(await setting.memory.list({ namespace: "ada" }));
  expect(written).not.toContain("Twelve degrees");
  expect(written).not.toContain("abcDEF123");
};

export const keepsWordsBeforeAToolCall: AdapterSpec = async (setting) => {
  setting.standIn.script({
    chat: [{ content: "Let me look outside.", toolCalls: [call()] }, { content: "It is warm." }],
  });
  const agent = await setting.agent({ tools: [weather] });
  await asked(agent, { messages: [user("How warm is Brest?")] });
  const [, ...said] = await setting.thread();
  const written = said.join("\n");
  expect([countOf(written, "Let me look outside."), countOf(written, "It is warm.")]).toEqual([1, 1]);
  expect(written.indexOf("Let me")).toBeLessThan(written.indexOf("It is"));
};

export const keepsStreamedWordsBeforeAToolCall: AdapterSpec = async (setting) => {
  setting.standIn.script({
    chat: [{ content: "Let me look outside.", toolCalls: [call()] }, { content: "It is warm." }],
  });
  const agent = await setting.agent({ tools: [weather] });
  await streamed(agent, { messages: [user("How warm is Brest?")], scope: ada });
  const written = (await setting.thread()).join("\n");
  expect([countOf(written, "Let me look outside."), countOf(written, "It is warm.")]).toEqual([1, 1]);
};

export const keepsEachMessageOfAGrowingHistoryOnce: AdapterSpec = async (setting) => {
  const talk = new Talk(await setting.agent());
  const expected: string[] = [];
  for (let turn = 0; turn < 6; turn++) {
    setting.standIn.script({ chat: answers(`Answer ${turn} to it.`) });
    await talk.say(`Number ${turn} is a thing that I said.`);
    expected.push(`user: Number ${turn} is a thing that I said.`, `assistant: Answer ${turn} to it.`);
  }
  expect(await setting.thread()).toEqual(expected);
  expect(setting.recalls).toHaveLength(6);
  const { records } = await setting.memory.list({ namespace: "ada", limit: 100 });
  expect(new Set(records.map(({ version }) => version))).toEqual(new Set([1]));
};

export const keepsSameWordsSaidTwiceTwice: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("First.", "Second.", "Third.") });
  const talk = new Talk(await setting.agent());
  for (let turn = 0; turn < 3; turn++) await talk.say("Go on.");
  expect(await setting.thread()).toEqual([
    "user: Go on.",
    "assistant: First.",
    "user: Go on.",
    "assistant: Second.",
    "user: Go on.",
    "assistant: Third.",
  ]);
};

export const keepsTwoUserMessagesOfOneRequest: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("Noted both.") });
  await asked(await setting.agent(), {
    messages: [user("My dog is called Rex."), user("My cat is called Mia.")],
  });
  expect(await setting.thread()).toEqual([
    "user: My dog is called Rex.",
    "user: My cat is called Mia.",
    "assistant: Noted both.",
  ]);
};

export const recallsForBothUserMessagesOfARequest: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await asked(await setting.agent(), { messages: [user(question), user("Please answer in one word.")] });
  expect(setting.recalls).toHaveLength(1);
  expect(setting.recalls[0]!.query).toContain(question);
  expect(setting.questions()[0]).toContain(fact);
};

export const keepsAMessageOverTheLimitWhole: AdapterSpec = async (setting) => {
  const long = Array.from({ length: 4_000 }, (_, index) => `Word number ${index} of it.`).join(" ");
  setting.standIn.script({ chat: answers("That was long.") });
  const talk = new Talk(await setting.agent());
  await talk.say(long);
  const { records } = await setting.memory.list({ namespace: "ada", thread: "monday", limit: 100 });
  const [first, ...others] = records.filter(({ role }) => role === "user");
  expect(others.length).toBeGreaterThan(0);
  expect(first!.value.startsWith("Word number 0 ")).toBe(true);
  expect(others.at(-1)!.value.endsWith("Word number 3999 of it.")).toBe(true);
  expect(setting.errors).toEqual([]);
};

export const keepsAnAnswerThatWasCutOff: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: "It begins with the", finishReason: "length" }] });
  await asked(await setting.agent(), { messages: [user("Tell me everything.")] });
  expect(await setting.thread()).toEqual(["user: Tell me everything.", "assistant: It begins with the"]);
};

export const keepsTheUsersWordsWithoutAnAnswer: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: "" }] });
  await asked(await setting.agent(), { messages: [user(fact)] }).catch(() => undefined);
  expect(await setting.thread()).toEqual([`user: ${fact}`]);
};

export const keepsTheFirstOfSeveralChoices: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ choices: answers("The first one.", "The other one.") }] });
  await asked(await setting.agent(), { messages: [user("Choose.")], choices: 2 });
  expect(await setting.thread()).toEqual(["user: Choose.", "assistant: The first one."]);
};

export const keepsTheFirstOfInterleavedChoices: AdapterSpec = async (setting) => {
  setting.standIn.script({
    chat: [{ choices: answers("The first one.", "The other one."), interleaved: true }],
  });
  await streamed(await setting.agent(), { messages: [user("Choose.")], scope: ada, choices: 2 });
  expect(await setting.thread()).toEqual(["user: Choose.", "assistant: The first one."]);
};

export const remembersInMadeAnewAgents: AdapterSpec = async (setting) => {
  // As a handler of Next.js does, which wraps the model for each request.
  await setting.knows(fact);
  setting.standIn.script({ chat: answers("Chemistry.", "You are welcome.", "Bye.") });
  const messages = [];
  for (const text of [question, "Thank you, that is all.", "Goodbye then."]) {
    messages.push(user(text));
    const { text: answer } = await asked(await setting.agent(), { messages });
    messages.push(assistant(answer));
  }
  expect(await setting.thread()).toEqual([
    `user: ${question}`,
    "assistant: Chemistry.",
    "user: Thank you, that is all.",
    "assistant: You are welcome.",
    "user: Goodbye then.",
    "assistant: Bye.",
  ]);
  expect(setting.recalls).toHaveLength(3);
};

export const neverChangesTheCallersMessages: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const messages = Object.freeze([Object.freeze(user(question))]);
  await asked(await setting.agent(), { messages });
  expect(messages).toEqual([user(question)]);
  expect(setting.questions()[0]).toContain(fact);
};
