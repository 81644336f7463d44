import { expect } from "vitest";
import { type AdapterSpec, ada, answers, asked, assistant, fence, Talk, user } from "./setting.ts";

export const aRegeneratedAnswerTakesTheOldOnesPlace: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("I like tea.", "I prefer coffee.") });
  const agent = await setting.agent();
  const messages = [user("What do you like?")];
  await asked(agent, { messages });
  await asked(agent, { messages });
  expect(await setting.thread()).toEqual(["user: What do you like?", "assistant: I prefer coffee."]);
};

export const anEditedMessageTakesTheOldOnesPlace: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("Noted.", "Nice town.", "Nice city.") });
  const talk = new Talk(await setting.agent());
  await talk.say("I have some news.");
  await talk.say("I moved to Nantes.");
  const before = talk.messages.slice(0, 2);
  const edited = new Talk(await setting.agent(), {}, before);
  await edited.say("I moved to Rennes.");
  expect(await setting.thread()).toEqual([
    "user: I have some news.",
    "assistant: Noted.",
    "user: I moved to Rennes.",
    "assistant: Nice city.",
  ]);
};

export const whatWasEditedIsFoundNoMore: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("Noted.", "Nice town.", "Nice city.") });
  const agent = await setting.agent();
  const talk = new Talk(agent);
  await talk.say("I have some news.");
  await talk.say("I moved to Nantes.");
  await new Talk(agent, {}, talk.messages.slice(0, 2)).say("I moved to Rennes.");
  const { results } = await setting.memory.search({ namespace: "ada", query: "Where did I move to?" });
  expect(results.map(({ value }) => value)).not.toContain("I moved to Nantes.");
};

export const whatFollowedAnEditedMessageIsTakenAway: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("One.", "Two.", "Three.", "Other.", "I do not know.") });
  const agent = await setting.agent();
  const talk = new Talk(agent);
  for (const text of ["The first thing.", "The second thing.", "The third thing."]) await talk.say(text);
  await new Talk(agent, {}, talk.messages.slice(0, 2)).say("Another second thing.");
  expect(await setting.thread()).toEqual([
    "user: The first thing.",
    "assistant: One.",
    "user: Another second thing.",
    "assistant: Other.",
  ]);
  const scope = { ...ada, thread: "tuesday" };
  await asked(agent, { messages: [user("What was the third thing?")], scope });
  expect(setting.questions().at(-1)).not.toContain("The third thing.");
};

export const anAnswerThatWasEditedByTheApplicationIsNoNewOne: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("You live in Nantes, I think.", "Yes.") });
  const agent = await setting.agent();
  await asked(agent, { messages: [user("Where do I live?")] });
  await asked(agent, {
    messages: [user("Where do I live?"), assistant("You live in Nantes."), user("Are you sure of it?")],
  });
  const thread = await setting.thread();
  expect(thread.filter((line) => line.startsWith("user"))).toEqual([
    "user: Where do I live?",
    "user: Are you sure of it?",
  ]);
  expect(thread.at(-1)).toBe("assistant: Yes.");
  expect(thread.filter((line) => line.includes("Nantes"))).toHaveLength(1);
};

export const aHistoryThatIsCutKeepsEachMessageOnce: AdapterSpec = async (setting) => {
  const texts = Array.from({ length: 8 }, (_, turn) => `Thing ${turn} is what I say.`);
  setting.standIn.script({ chat: texts.map((_, turn) => ({ content: `Reply ${turn}.` })) });
  const agent = await setting.agent();
  const messages = [];
  for (const text of texts) {
    messages.push(user(text));
    // The last three only, as applications with a window do.
    const answer = await asked(agent, { messages: messages.slice(-3) });
    messages.push(assistant(answer.text));
  }
  expect(await setting.thread()).toEqual(
    texts.flatMap((text, turn) => [`user: ${text}`, `assistant: Reply ${turn}.`]),
  );
};

export const shortWordsThatWereSaidLongBeforeAreKeptAgain: AdapterSpec = async (setting) => {
  const between = Array.from({ length: 34 }, (_, turn) => [`Thing ${turn}?`, `Reply ${turn}.`]);
  const exchanges = [["yes", "Sure."], ["no", "Done."], ...between, ["yes", "Sure."], ["no", "Done."]];
  const agent = await setting.agent();
  const messages = [];
  for (const [question = "", reply = ""] of exchanges) {
    setting.standIn.script({ chat: answers(reply) });
    messages.push(user(question));
    // The last two only.
    await asked(agent, { messages: messages.slice(-2) });
    messages.push(assistant(reply));
  }
  const records = await Array.fromAsync(setting.memory.export({ namespace: "ada" }));
  expect(records.filter(({ value }) => value === "no" || value === "Done.")).toHaveLength(4);
  expect(records).toHaveLength(2 * exchanges.length);
};

export const instructionsThatChangeMakeNoOtherTurn: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("Hello.", "Hello again.") });
  const messages = [user("Good morning to you.")];
  await asked(await setting.agent({ instructions: "It is nine o'clock." }), { messages });
  await asked(await setting.agent({ instructions: "It is ten o'clock." }), { messages });
  expect(await setting.thread()).toEqual(["user: Good morning to you.", "assistant: Hello again."]);
};

export const doesNotRecallWhatTheModelSeesAnyway: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("Nice.", "Chemistry.") });
  const talk = new Talk(await setting.agent());
  await talk.say("My sister studies chemistry in Kraków.");
  await talk.say("What does my sister study in Kraków?");
  expect(setting.questions()[1]).not.toContain(fence);
};

export const recallsOfTheSameThreadWhatTheModelDoesNotSee: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("Nice.", "Chemistry.") });
  const agent = await setting.agent();
  await setting.knows("Nothing of it.");
  await asked(agent, { messages: [user("My sister studies chemistry in Kraków.")] });
  // Another process, or a window that has moved on: the thread goes on without what was said before.
  await setting.memory.setMany([
    { namespace: "ada", thread: "monday", value: "And so on.", role: "user" },
    { namespace: "ada", thread: "monday", value: "I see.", role: "assistant" },
  ]);
  await asked(agent, {
    messages: [user("And so on."), assistant("I see."), user("What does my sister study in Kraków?")],
  });
  expect(setting.questions()[1]).toContain("chemistry");
};

export const whatWasReplacedStaysInTheHistory: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: answers("One.", "Two.", "Three.", "Other.", "Another.") });
  const agent = await setting.agent();
  const talk = new Talk(agent);
  for (const text of ["The first thing.", "The second thing.", "The third thing."]) await talk.say(text);
  const replaced = ["The second thing.", "Two.", "The third thing.", "Three."];
  const keys = new Set<string>();
  const note = async (): Promise<void> => {
    for (const { key } of (await setting.memory.list({ namespace: "ada" })).records) keys.add(key);
  };
  await note();
  // Edited, and then the answer to that asked for again.
  const messages = [...talk.messages.slice(0, 2), user("Another second thing.")];
  for (let times = 0; times < 2; times++) {
    await asked(agent, { messages });
    await note();
  }
  const once: string[] = [];
  for (const key of keys)
    for (const { value } of await setting.memory.history({ namespace: "ada", key })) once.push(value);
  expect(once).toEqual(expect.arrayContaining([...replaced, "Other."]));
  expect((await setting.thread()).at(-1)).toBe("assistant: Another.");
};
