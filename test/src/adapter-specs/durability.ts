import type { SetInput } from "@souvenir/core";
import { expect } from "vitest";
import * as faults from "../mistral-stand-in/faults.ts";
import { Gate } from "../mistral-stand-in/gate.ts";
import type { Fault } from "../mistral-stand-in/reply.ts";
import {
  type AdapterSetting,
  type AdapterSpec,
  ada,
  asked,
  call,
  fact,
  streamed,
  Talk,
  user,
  weather,
} from "./setting.ts";

const request = { messages: [user(fact)], scope: ada };

export const keepsTheUsersWordsBeforeTheModelIsAsked: AdapterSpec = async (setting) => {
  let known: string[] = [];
  setting.standIn.script({
    chat: async () => {
      known = await setting.thread();
      return { content: "How nice." };
    },
  });
  await asked(await setting.agent(), request);
  expect(known).toEqual([`user: ${fact}`]);
};

export const keepsTheUsersWordsBeforeTheModelStreams: AdapterSpec = async (setting) => {
  let known: string[] = [];
  setting.standIn.script({
    chat: async () => {
      known = await setting.thread();
      return { content: "How nice." };
    },
  });
  await streamed(await setting.agent(), request);
  expect(known).toEqual([`user: ${fact}`]);
};

export const keepsTheUsersWordsOfAProcessThatIsKilled: AdapterSpec = async (setting) => {
  // The model never answers, and nothing of the adapter runs any more: what it knows then is in the memory.
  setting.standIn.script({ chat: [faults.hangs()] });
  const arrival = setting.standIn.nextRequest();
  const stopping = new AbortController();
  const agent = await setting.agent();
  const asking = agent.ask({ ...request, signal: stopping.signal }).catch(() => undefined);
  await arrival;
  expect(await setting.thread()).toEqual([`user: ${fact}`]);
  stopping.abort();
  setting.standIn.dropConnections();
  await asking;
};

function keepsWordsOf(fault: () => Fault): AdapterSpec {
  return async (setting) => {
    setting.standIn.script({ chat: [{ ...fault(), times: Number.POSITIVE_INFINITY }] });
    const agent = await setting.agent();
    await expect(agent.ask(request)).rejects.toThrow();
    await agent.settled();
    expect(await setting.thread()).toEqual([`user: ${fact}`]);
  };
}

export const keepsTheUsersWordsOfA401: AdapterSpec = keepsWordsOf(faults.unauthorized);
export const keepsTheUsersWordsOfA429: AdapterSpec = keepsWordsOf(faults.rateLimited);
export const keepsTheUsersWordsOfA500: AdapterSpec = keepsWordsOf(faults.serverError);
export const keepsTheUsersWordsOfALostConnection: AdapterSpec = keepsWordsOf(faults.connectionLost);

export const keepsTheUsersWordsOfAStreamThatIsRefused: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ ...faults.unauthorized(), times: Number.POSITIVE_INFINITY }] });
  const agent = await setting.agent();
  await expect(streamed(agent, request)).rejects.toThrow();
  await agent.settled();
  expect(await setting.thread()).toEqual([`user: ${fact}`]);
};

export const keepsATurnThatIsTriedAgainOnce: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [faults.serverError(), { content: "How nice." }] });
  const agent = await setting.agent();
  await agent.ask(request).catch(() => undefined);
  if (setting.bodies().length === 1) await asked(agent, request);
  await agent.settled();
  expect(await setting.thread()).toEqual([`user: ${fact}`, "assistant: How nice."]);
};

export const keepsWhatFollowsATurnThatFailed: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [faults.unauthorized(), { content: "Hello both." }] });
  const agent = await setting.agent();
  await agent.ask(request).catch(() => undefined);
  await asked(agent, { messages: [user(fact), user("Are you there?")] });
  expect(await setting.thread()).toEqual([`user: ${fact}`, "user: Are you there?", "assistant: Hello both."]);
};

export const keepsTheUsersWordsOfATurnThatIsAborted: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [faults.hangs()] });
  const arrival = setting.standIn.nextRequest();
  const stopping = new AbortController();
  const agent = await setting.agent();
  const asking = agent.ask({ ...request, signal: stopping.signal });
  const ended = asking.then(
    () => undefined,
    () => undefined,
  );
  await arrival;
  stopping.abort();
  // Not every client tells its connection of an abort.
  setting.standIn.dropConnections();
  await ended;
  await agent.settled();
  expect(await setting.thread()).toEqual([`user: ${fact}`]);
};

/** A stream of which "one two " has arrived when the caller aborts it. */
async function abortedStream(
  setting: AdapterSetting,
  options: Record<string, unknown> = {},
): Promise<string> {
  const gate = new Gate();
  setting.standIn.script({ chat: [{ content: "one two three four", beforeDelta: gate.beforeDelta }] });
  const stopping = new AbortController();
  const agent = await setting.agent({ options });
  let seen = "";
  const reading = (async () => {
    for await (const piece of agent.stream({ ...request, signal: stopping.signal })) {
      seen += piece;
      if (seen.includes("two")) stopping.abort();
    }
  })().catch(() => undefined);
  gate.let(3);
  await reading;
  await agent.settled();
  gate.open();
  return seen;
}

export const keepsTheUsersWordsOfAStreamThatIsAborted: AdapterSpec = async (setting) => {
  expect((await abortedStream(setting)).trim()).toBe("one two");
  expect((await setting.thread())[0]).toBe(`user: ${fact}`);
};

export const keepsHalfAnAnswerOnlyWhereThatIsWanted: AdapterSpec = async (setting) => {
  await abortedStream(setting);
  expect(await setting.thread()).toEqual([`user: ${fact}`]);
  await abortedStream(setting, { partialAnswers: true });
  const [first, second] = await setting.thread();
  expect([first, second?.trim()]).toEqual([`user: ${fact}`, "assistant: one two"]);
  const { records } = await setting.memory.list({ namespace: "ada" });
  expect(records[1]!.metadata).toMatchObject({ truncated: true });
};

export const endsTheRequestOfAStreamThatIsLeft: AdapterSpec = async (setting) => {
  const gate = new Gate();
  setting.standIn.script({ chat: [{ content: "one two three four", beforeDelta: gate.beforeDelta }] });
  const arrival = setting.standIn.nextRequest();
  const agent = await setting.agent();
  gate.let(3);
  for await (const piece of agent.stream(request)) if (piece.includes("one")) break;
  const sent = await arrival;
  await sent.closed;
  expect(sent.closedEarly).toBe(true);
  gate.open();
  await agent.settled();
  expect((await setting.thread())[0]).toBe(`user: ${fact}`);
};

export const keepsTheUsersWordsOfAStreamThatDies: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: "one two three", breakOff: { afterDeltas: 2, how: "die" } }] });
  const agent = await setting.agent();
  const reading = streamed(agent, request);
  await reading.catch(() => undefined);
  await agent.settled();
  expect((await setting.thread())[0]).toBe(`user: ${fact}`);
};

export const holdsUpNoToken: AdapterSpec = async (setting) => {
  const gate = new Gate();
  setting.standIn.script({ chat: [{ content: "one two three", beforeDelta: gate.beforeDelta }] });
  const agent = await setting.agent();
  gate.let(2);
  let seen = "";
  for await (const piece of agent.stream(request)) {
    seen += piece;
    // The rest is sent once the first word has arrived: had it been held back, this would never end.
    if (seen.trim() === "one") gate.open();
  }
  expect(seen).toBe("one two three");
};

export const holdsUpNoTokenForWhatIsStored: AdapterSpec = async (setting) => {
  const gate = Promise.withResolvers<void>();
  let answers = 0;
  const waiting = async (said: Iterable<{ role?: string }>): Promise<void> => {
    if (![...said].some(({ role }) => role === "assistant")) return;
    answers++;
    await gate.promise;
  };
  const memory = setting.memoryWith({
    async remember(input) {
      await waiting(input.messages);
      return setting.memory.remember(input);
    },
    async setMany(inputs, how) {
      const list = [...(inputs as Iterable<SetInput>)];
      await waiting(list);
      return setting.memory.setMany(list, how);
    },
  });
  setting.standIn.script({ chat: [{ content: "one two three" }] });
  const agent = await setting.agent({ memory });
  let seen = "";
  for await (const piece of agent.stream(request)) {
    seen += piece;
    if (seen === "one two three") gate.resolve();
  }
  await agent.settled();
  expect(answers).toBeGreaterThan(0);
  expect((await setting.thread())[1]).toBe("assistant: one two three");
};

export const keepsTheUsersWordsBetweenTheStepsOfALoop: AdapterSpec = async (setting) => {
  // The second step fails: nothing that was said before it is lost.
  setting.standIn.script({
    chat: [{ toolCalls: [call()] }, { ...faults.unauthorized(), times: Number.POSITIVE_INFINITY }],
  });
  const agent = await setting.agent({ tools: [weather] });
  await agent.ask({ messages: [user("How warm is Brest?")], scope: ada }).catch(() => undefined);
  await agent.settled();
  expect((await setting.thread())[0]).toBe("user: How warm is Brest?");
};

export const aTurnThatWasBrokenOffIsFoundInTheNextThread: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ ...faults.unauthorized(), times: 1 }] });
  const agent = await setting.agent();
  await agent.ask(request).catch(() => undefined);
  setting.standIn.reset();
  const talk = new Talk(agent, { scope: { ...ada, thread: "tuesday" } });
  expect((await talk.say("What does my sister study in Kraków?")).text).toContain("chemistry");
};
