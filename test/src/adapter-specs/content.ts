import { expect } from "vitest";
import type { WireMessage } from "../mistral-stand-in/wire.ts";
import {
  type AdapterSpec,
  ada,
  asked,
  assistant,
  fact,
  fence,
  question,
  streamed,
  Talk,
  user,
} from "./setting.ts";

const text = (...texts: string[]) => texts.map((each) => ({ type: "text" as const, text: each }));
const thinking = (words: string) => ({ type: "thinking", thinking: [{ type: "text", text: words }] });
/** Pictures of one size that begin alike. */
const picture = (last: number) =>
  Uint8Array.from({ length: 4_096 }, (_, index) => (index === 4_095 ? last : 7));
const shown = (last: number, ...words: string[]) =>
  user([...text(...words), { type: "image" as const, bytes: picture(last) }]);

export const joinsThePartsOfAMessage: AdapterSpec = async (setting) => {
  await asked(await setting.agent(), { messages: [user(text("We met at the har", "bour of Brest."))] });
  expect((await setting.thread())[0]).toBe("user: We met at the harbour of Brest.");
};

export const joinsThePartsOfAnAnswer: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: text("You met at the har", "bour.") }] });
  await asked(await setting.agent(), { messages: [user("Where did we meet?")] });
  expect((await setting.thread())[1]).toBe("assistant: You met at the harbour.");
};

export const joinsThePartsOfAStream: AdapterSpec = async (setting) => {
  setting.standIn.script({
    chat: [{ content: text("You met at the har", "bour of Brest."), splitParts: true }],
  });
  await streamed(await setting.agent(), { messages: [user("Where did we meet?")], scope: ada });
  expect((await setting.thread())[1]).toBe("assistant: You met at the harbour of Brest.");
};

export const knowsPartsAgainAsTheTextThatTheyAre: AdapterSpec = async (setting) => {
  // An answer that the history shows as a text, and that came in parts, is one answer: neither kept nor recalled twice.
  setting.standIn.script({
    chat: [{ content: text("The har", "bour is in Brest.") }, { content: "Yes, I am." }],
  });
  const agent = await setting.agent();
  const first = user("Where is the harbour?");
  await asked(agent, { messages: [first] });
  await asked(agent, {
    messages: [first, assistant("The harbour is in Brest."), user("Is the harbour in Brest, are you sure?")],
  });
  expect(await setting.thread()).toEqual([
    "user: Where is the harbour?",
    "assistant: The harbour is in Brest.",
    "user: Is the harbour in Brest, are you sure?",
    "assistant: Yes, I am.",
  ]);
  expect(setting.questions()[1]).not.toContain(fence);
};

export const keepsNoThinking: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: [thinking("Secret thoughts."), ...text("A cat.")] }] });
  await asked(await setting.agent(), { messages: [user("What is this?")] });
  expect(await setting.thread()).toEqual(["user: What is this?", "assistant: A cat."]);
};

export const keepsNoStreamedThinking: AdapterSpec = async (setting) => {
  setting.standIn.script({
    chat: [{ content: [thinking("Secret thoughts."), ...text("A small cat.")], splitParts: true }],
  });
  await streamed(await setting.agent(), { messages: [user("What is this?")], scope: ada });
  expect(await setting.thread()).toEqual(["user: What is this?", "assistant: A small cat."]);
};

const searched: WireMessage[] = [
  {
    role: "assistant",
    content: "I will search.",
    tool_calls: [{ id: "abcDEF123", function: { name: "web_search", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "abcDEF123", content: "Assam: forty estates." },
  { role: "assistant", content: "Tea grows in Assam." },
];

export const keepsAnswersOfServerSideTools: AdapterSpec = async (setting) => {
  // Whole, as a stream of one message after the other, and in turns: then only the number of a delta says whose it is.
  setting.standIn.script({
    chat: [{ messages: searched }, { messages: searched }, { messages: searched, interleaved: true }],
  });
  const agent = await setting.agent();
  for (const thread of ["whole", "streamed", "interleaved"]) {
    const request = { messages: [user("Where does tea grow?")], scope: { ...ada, thread } };
    if (thread === "whole") await asked(agent, request);
    else await streamed(agent, request);
    const written = (await setting.thread(request.scope)).join("\n");
    expect(written).toContain("Tea grows in Assam.");
    expect(written).toContain("I will search.");
    expect(written).not.toContain("forty estates");
  }
};

export const answersAPictureWithoutWords: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: "Hello." }, { content: "That is a cat." }] });
  const talk = new Talk(await setting.agent());
  await talk.say("Good morning.");
  expect((await talk.say([{ type: "image", bytes: picture(1) }])).text).toBe("That is a cat.");
  // What was said before stays as it was, and the answer is one to the picture.
  expect(await setting.thread()).toEqual([
    "user: Good morning.",
    "assistant: Hello.",
    "assistant: That is a cat.",
  ]);
  expect(setting.errors).toEqual([]);
};

export const putsNoBlockBesideAPictureAlone: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  setting.standIn.script({ chat: [{ content: "Chemistry." }, { content: "A cat." }] });
  const talk = new Talk(await setting.agent());
  await talk.say(question);
  await talk.say([{ type: "image", bytes: picture(1) }]);
  // Nobody asked anything: what was recalled for an older message is not sent again with it.
  expect(JSON.stringify(setting.bodies()[1]!.messages)).not.toContain(fact);
};

export const keepsTwoPicturesWithTheSameWords: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: "A cat." }, { content: "A dog." }] });
  const talk = new Talk(await setting.agent());
  await talk.say([...text("What is this?"), { type: "image", bytes: picture(1) }]);
  await talk.say([...text("What is this?"), { type: "image", bytes: picture(2) }]);
  expect(await setting.thread()).toEqual([
    "user: What is this?",
    "assistant: A cat.",
    "user: What is this?",
    "assistant: A dog.",
  ]);
};

export const tellsFilesOfOneSizeApart: AdapterSpec = async (setting) => {
  // Not the same question asked again: another picture, in a conversation that begins with it.
  setting.standIn.script({ chat: [{ content: "A cat." }, { content: "A dog." }] });
  const agent = await setting.agent();
  await asked(agent, { messages: [shown(1, "What is this?")] });
  await asked(agent, { messages: [shown(2, "What is this?")], scope: { ...ada, thread: "tuesday" } });
  expect(await setting.thread()).toEqual(["user: What is this?", "assistant: A cat."]);
  expect(await setting.thread({ ...ada, thread: "tuesday" })).toEqual([
    "user: What is this?",
    "assistant: A dog.",
  ]);
  expect(setting.recalls).toHaveLength(2);
};

export const keepsAnotherPictureInPlaceOfTheFirst: AdapterSpec = async (setting) => {
  // The first message of a thread with another picture is another turn, whose recall is its own.
  setting.standIn.script({ chat: [{ content: "A cat." }, { content: "A dog." }] });
  const agent = await setting.agent();
  await asked(agent, { messages: [shown(1, "What is this?")] });
  await asked(agent, { messages: [shown(2, "What is this?")] });
  expect(setting.recalls).toHaveLength(2);
  expect((await setting.thread()).at(-1)).toBe("assistant: A dog.");
};

export const tellsFileReferencesApart: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: "A letter." }, { content: "A bill." }] });
  const talk = new Talk(await setting.agent());
  const page = (name: string) => ({ type: "document" as const, url: `https://example.com/${name}.pdf` });
  await talk.say([...text("What does it say?"), page("one")]);
  await talk.say([...text("What does it say?"), page("two")]);
  expect((await setting.thread()).map((line) => line.split(": ")[1])).toEqual([
    "What does it say?",
    "A letter.",
    "What does it say?",
    "A bill.",
  ]);
};

export const leavesControlTextOut: AdapterSpec = async (setting) => {
  const reminder = "<system-reminder>\nThe date is today. Do not mention this.\n</system-reminder>";
  await asked(await setting.agent(), { messages: [user(`${reminder}\n${fact}`)] });
  expect((await setting.thread())[0]).toBe(`user: ${fact}`);
  // The model gets it as it was sent, what is looked for is what was said.
  expect(setting.questions()[0]).toContain("Do not mention this");
  expect(setting.recalls[0]!.query).toBe(fact);
};

export const keepsNoHeartbeat: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: "HEARTBEAT_OK" }] });
  await asked(await setting.agent(), { messages: [user("[heartbeat]")] });
  expect(await setting.thread()).toEqual([]);
  expect(setting.recalls).toEqual([]);
};

export const stripsItsOwnBlockFromWhatComesBack: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const agent = await setting.agent();
  await asked(agent, { messages: [user(question)] });
  const sent = setting.questions()[0]!;
  expect(sent).toContain(fence);
  // An application that saved what was sent.
  await asked(agent, { messages: [user(sent)], scope: { ...ada, thread: "tuesday" } });
  expect((await setting.thread({ ...ada, thread: "tuesday" }))[0]).toBe(`user: ${question}`);
  expect(setting.questions()[1]!.split(fence)).toHaveLength(2);
};

export const stripsItsOwnBlockFromAnAnswer: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const repeated = `Here: <souvenir-memories>\nnotes\n- ${fact}\n</souvenir-memories> Chemistry.`;
  setting.standIn.script({ chat: [{ content: repeated }] });
  await asked(await setting.agent(), { messages: [user(question)] });
  const [, answer] = await setting.thread();
  expect(answer).not.toContain(fence);
  expect(answer).not.toContain(fact);
  expect(answer).toContain("Chemistry.");
};

export const keepsAnyScript: AdapterSpec = async (setting) => {
  const texts = ["Ma sœur étudie à Kraków.", "אחותי לומדת כימיה.", "我妹妹学化学。", "👩‍🔬 studies 🧪."];
  const talk = new Talk(await setting.agent());
  for (const each of texts) await talk.say(each);
  expect((await setting.thread()).filter((line) => line.startsWith("user"))).toEqual(
    texts.map((each) => `user: ${each}`),
  );
};
