import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  Conversation,
  createMemory,
  fileMarks,
  type Memory,
  type Message,
  type RememberInput,
  StreamedContent,
  type TurnFailure,
  textOf,
  withoutControlText,
} from "../src/index.ts";

const [namespace, thread] = ["ada", "monday"];
const user = (content: unknown) => ({ role: "user", content });
const assistant = (content: unknown) => ({ role: "assistant", content });

let memory: Memory;
beforeEach(async () => {
  memory = await createMemory({ path: ":memory:", embedder: false });
  return () => memory.close();
});

async function said(of = thread): Promise<string[]> {
  const { records } = await memory.list({ namespace, thread: of });
  return records.map(({ role, value }) => `${role}: ${value}`);
}

/** One turn: the messages of the request, and what the model answers. */
async function exchange(messages: { role: string; content: unknown }[], ...answers: string[]) {
  const turn = await memory.beginTurn({ namespace, thread, messages });
  await turn.end({ messages: answers.map((content) => ({ content })) });
  return turn;
}

describe("a turn", () => {
  test("keeps the user's words before the model is asked, and the answer after", async () => {
    const messages = [user("My cat is called Minka.")];
    const turn = await memory.beginTurn({ namespace, thread, messages });
    expect(await said()).toEqual(["user: My cat is called Minka."]);
    await turn.end({ messages: [{ content: "A lovely name." }] });
    expect(await said()).toEqual(["user: My cat is called Minka.", "assistant: A lovely name."]);
  });

  test("is kept once, whoever tells it: whole, by its end, again, and with what the history has missed", async () => {
    await exchange([user("My cat is called Minka.")], "A lovely name.");
    const history = [user("My cat is called Minka."), assistant("A lovely name.")];
    await exchange([...history, user("She is four.")], "Four already!");
    await exchange([...history, user("She is four.")], "Four already!");
    await exchange([assistant("A lovely name."), user("She is four.")], "Four already!");
    // An answer that nobody was there to keep: the process had ended.
    await memory.beginTurn({ namespace, thread, messages: [user("She likes fish.")] });
    await exchange([user("She likes fish."), assistant("All cats do."), user("Not all of them.")], "True.");
    expect(await said()).toEqual([
      "user: My cat is called Minka.",
      "assistant: A lovely name.",
      "user: She is four.",
      "assistant: Four already!",
      "user: She likes fish.",
      "assistant: All cats do.",
      "user: Not all of them.",
      "assistant: True.",
    ]);
  });

  test("is recalled for before its words are kept, for what stands beside them would be found by them", async () => {
    await exchange([user("My web shop runs on Rust, Axum and PostgreSQL.")], "Noted.");
    const { recalled } = await memory.beginTurn({
      namespace,
      thread,
      messages: [user("Which database runs my shop?")],
    });
    expect(recalled.memories[0]?.value).toContain("PostgreSQL");
    // A recall that hangs holds no words up.
    const recall = () => new Promise<never>(() => {});
    const broken = { recall, remember: (input: RememberInput) => memory.remember(input) };
    const conversation = new Conversation({ memory: broken, namespace, deadlineMs: 400, onError: () => {} });
    await conversation.begin({ messages: [user("Are you there?")], call: undefined });
    expect(await said("default")).toEqual(["user: Are you there?"]);
  });

  test("keeps nothing of examples and summaries that stand before it", async () => {
    const examples = [user("Translate: Hund"), assistant("Dog"), user("Translate: Katze"), assistant("Cat")];
    await exchange([...examples, user("Translate: Pferd")], "Horse");
    await exchange([...examples, user("Translate: Maus")], "Mouse");
    const summary = [user("(Summary: the user learns German.)"), assistant("Understood.")];
    await exchange([...summary, user("Translate: Maus"), assistant("Mouse"), user("Translate: Huhn")], "Hen");
    expect(await said()).toEqual([
      "user: Translate: Pferd",
      "assistant: Horse",
      "user: Translate: Maus",
      "assistant: Mouse",
      "user: Translate: Huhn",
      "assistant: Hen",
    ]);
  });

  test.each([2, 3, 4, 99])(
    "of words that were said before is kept again, and takes nothing back, by a client that sends the last %i",
    async (window) => {
      const greeting = ["Hello", "Hello! How can I help you today?"] as const;
      const conversations = [
        [greeting, ["Ida is allergic to nuts.", "Noted."], ["What is for dinner?", "Pasta."]],
        [greeting, ["We moved to Brest.", "Noted."], ["Thanks.", "You are welcome."]],
        [
          greeting,
          ...Array.from({ length: 6 }, (_, number) => [number % 2 ? "Lights off" : "Lights on", "Done."]),
        ],
      ] as [string, string][][];
      const expected: string[] = [];
      for (const exchanges of conversations) {
        const history: { role: string; content: string }[] = [];
        for (const [question, answer] of exchanges) {
          history.push(user(question));
          await exchange(history.slice(-window), answer);
          history.push(assistant(answer));
        }
        expected.push(...history.map(({ role, content }) => `${role}: ${content}`));
      }
      expect(await said()).toEqual(expected);
    },
  );

  test("that says and hears the same as all before it is kept, by a client that sends as much as stood there first", async () => {
    const history: { role: string; content: string }[] = [];
    for (let number = 0; number < 5; number++) {
      history.push(user("Next"));
      await exchange(history.slice(-3), "Done.");
      history.push(assistant("Done."));
    }
    expect(await said()).toEqual(history.map(({ role, content }) => `${role}: ${content}`));
  });

  test.each([3, 5, 99])(
    "of short words is kept once behind examples of such, with tools, by a client that sends the last %i",
    async (window) => {
      const examples = [user("lights on"), assistant("Done."), user("stop"), assistant("OK.")];
      const words = ["lights on", "lights off", "why?", "more", "hm"];
      const replies = ["Done.", "OK.", "Yes.", "No."];
      // Park and Miller's generator: the same words each time.
      let seed = window;
      const one = (list: string[]) => {
        seed = (seed * 48_271) % 2_147_483_647;
        return list[seed % list.length] as string;
      };
      for (let conversation = 0; conversation < 5; conversation++) {
        const scope = { namespace, thread: `${conversation}` };
        const history = [user("What can you do?"), assistant("Lights.")];
        await memory.remember({ ...scope, messages: history });
        for (let turn = 0; turn < 12; turn++) {
          history.push(user(one(words)));
          const messages: object[] = [...examples, ...history.slice(-window)];
          const begin = () => memory.beginTurn({ ...scope, recall: false, messages: messages as [] });
          if (turn % 3 === 0) {
            const step = one(replies);
            await (await begin()).end({ status: "continues", messages: [{ content: step }] });
            history.push(assistant(step));
            messages.push(assistant(step), { role: "tool", content: "20" });
          }
          const answer = one(replies);
          await (await begin()).end({ messages: [{ content: answer }] });
          history.push(assistant(answer));
        }
        expect(await said(scope.thread)).toEqual(history.map(({ role, content }) => `${role}: ${content}`));
      }
    },
  );

  test("of short words that were said long before goes on from the end, by a client that sends the last two", async () => {
    const words = (number: number) => [`Question ${number}`, `Answer ${number}`];
    const fillers = Array.from({ length: 40 }, (_, number) => words(number));
    const exchanges = [["yes", "Sure."], ["no", "Done."], ...fillers, ["yes", "Sure."]] as string[][];
    const history = exchanges.flatMap(([question, answer]) => [user(question), assistant(answer)]);
    await memory.remember({ namespace, thread, messages: history as Message[] });
    const question = user("no");
    await exchange([...history.slice(-1), question], "Done.");
    const expected = [...history, question, assistant("Done.")];
    expect(await said()).toEqual(expected.map(({ role, content }) => `${role}: ${content}`));
  });

  test("takes nothing back of another conversation that goes on in its thread", async () => {
    const histories: { role: string; content: string }[][] = [[], [], []];
    const expected: string[] = [];
    for (const [number, which] of [0, 1, 0, 2, 1, 1, 2, 0, 1, 0, 0].entries()) {
      const history = histories[which] as { role: string; content: string }[];
      history.push(user(`Conversation ${which} asks number ${number}.`));
      const answer = number > 6 ? "Ok." : `Conversation ${which} answers number ${number}.`;
      await exchange(history, answer);
      history.push(assistant(answer));
      expected.push(...history.slice(-2).map(({ role, content }) => `${role}: ${content}`));
    }
    expect(await said()).toEqual(expected);
    expect((await memory.list({ namespace })).records.map(({ metadata }) => metadata)).toEqual(
      expected.map(() => ({})),
    );
    // What one has edited is still taken back.
    const last = histories[0] as { role: string; content: string }[];
    await exchange([...last.slice(0, -2), user("Conversation 0 asks something else.")], "Something else.");
    expect(await said()).toEqual([
      ...expected.slice(0, -2),
      "user: Conversation 0 asks something else.",
      "assistant: Something else.",
    ]);
  });

  test("is kept once beside others that go on in its thread at the same time", async () => {
    const [one, two] = ["My favourite number is seven.", "My favourite colour is green."];
    const begun = await Promise.all(
      [one, two].map((text) => memory.beginTurn({ namespace, thread, messages: [user(text)] })),
    );
    await Promise.all(begun.map((turn, index) => turn.end({ messages: [{ content: `Noted: ${index}` }] })));
    expect((await said()).toSorted()).toEqual(
      [`user: ${one}`, `user: ${two}`, "assistant: Noted: 0", "assistant: Noted: 1"].toSorted(),
    );
    // One after the other, and again: as ever.
    await exchange([user("yes")], "ok");
    await exchange([user("yes"), assistant("ok"), user("yes")], "ok");
    expect((await said()).slice(4)).toEqual(["user: yes", "assistant: ok", "user: yes", "assistant: ok"]);
  });

  test("that is regenerated replaces its answer, which is not recalled for it and stays in the history", async () => {
    await exchange([user("Tell me about the harbour of Marseille.")], "The harbour is old.");
    const again = await exchange(
      [user("Tell me about the harbour of Marseille.")],
      "The harbour is very old.",
    );
    expect(again.recalled.text).toBe("");
    const { records } = await memory.list({ namespace, thread });
    expect(records.map(({ value }) => value)).toEqual([
      "Tell me about the harbour of Marseille.",
      "The harbour is very old.",
    ]);
    const versions = await memory.history({ namespace, key: records[1]?.key as string });
    expect(versions.map(({ value }) => value)).toContain("The harbour is old.");
  });

  test("that is the first one is regenerated behind examples too", async () => {
    const examples = [user("Translate: Hund"), assistant("Dog"), user("Translate: Katze"), assistant("Cat")];
    const question = user("Translate: Der Hafen von Marseille ist alt.");
    await exchange([...examples, question], "The harbour of Marseille is old.");
    await exchange([...examples, question], "Marseille has an old harbour.");
    await exchange(
      [...examples, question, assistant("Marseille has an old harbour."), user("Thanks")],
      "Sure.",
    );
    expect(await said()).toEqual([
      `user: ${question.content}`,
      "assistant: Marseille has an old harbour.",
      "user: Thanks",
      "assistant: Sure.",
    ]);
  });

  test("that is edited leaves the branch that followed it", async () => {
    const first = [user("I live in Lyon."), assistant("Lyon is lovely.")];
    await exchange(first.slice(0, 1), "Lyon is lovely.");
    await exchange([...first, user("My sister lives in Bordeaux.")], "Bordeaux is lovely too.");
    await exchange([...first, user("My sister lives in Nantes.")], "Nantes is lovely too.");
    expect(await said()).toEqual([
      "user: I live in Lyon.",
      "assistant: Lyon is lovely.",
      "user: My sister lives in Nantes.",
      "assistant: Nantes is lovely too.",
    ]);
    const { results } = await memory.search({ namespace, query: "Bordeaux" });
    expect(results.filter(({ value }) => value.includes("Bordeaux"))).toEqual([]);
  });

  test("of a run without a thread is kept once beside others that go on at once", async () => {
    const conversation = new Conversation({ memory, namespace });
    const texts = ["I live in Lyon now.", "My sister lives in Nantes.", "Good morning.", "Good morning."];
    const runs = texts.map((text, place) => ({ messages: [user(text)], call: undefined, runId: `${place}` }));
    const turns = await Promise.all(runs.map((run) => conversation.begin(run)));
    await Promise.all(
      turns.map((turn) => turn?.end({ status: "continues", messages: [{ content: "Let me see." }] })),
    );
    await Promise.all(
      runs.map(async ({ messages, ...run }) => {
        const steps = [...messages, assistant("Let me see."), { role: "tool", content: "20 °C" }];
        await (await conversation.begin({ ...run, messages: steps }))?.end({
          messages: [{ content: "So be it." }],
        });
      }),
    );
    const lines = await said("default");
    expect(lines).toHaveLength(12);
    expect(lines.filter((line) => line.startsWith("user")).sort()).toEqual(
      texts.map((text) => `user: ${text}`).sort(),
    );
  });

  test("of several steps is recalled for once, with one block, and keeps what is said before a tool is called", async () => {
    await memory.set({ namespace, value: "Ada lives in Lyon.", key: "home" });
    const recall = vi.spyOn(memory, "recall");
    const question = [user("What is the weather where Ada lives?")];
    const first = await memory.beginTurn({ namespace, thread, messages: question });
    expect(first.recalled.memories.map(({ key }) => key)).toEqual(["home"]);
    await first.end({ status: "continues", messages: [{ content: "Let me look." }] });
    await memory.set({ namespace, value: "Ada lives in Lyon now, near the river.", key: "home2" });
    const steps = [
      ...question,
      { ...assistant("Let me look."), toolCalls: [{}] },
      { role: "tool", content: "20 °C" },
    ];
    const second = await memory.beginTurn({ namespace, thread, messages: steps });
    expect([second.id, second.recalled.text]).toEqual([first.id, first.recalled.text]);
    await second.end({ messages: [{ content: "It is 20 degrees." }] });
    expect(recall).toHaveBeenCalledTimes(1);
    expect(await said()).toEqual([
      "user: What is the weather where Ada lives?",
      "assistant: Let me look.",
      "assistant: It is 20 degrees.",
    ]);
  });

  test("that goes on is ended again, with what was said before and since", async () => {
    const turn = await memory.beginTurn({ namespace, thread, messages: [user("Does it rain?")] });
    const look = { content: "Let me look." };
    await turn.end({ status: "continues", messages: [look] });
    expect(await said()).toEqual(["user: Does it rain?", "assistant: Let me look."]);
    await turn.end({ messages: [look, { content: "It does." }] });
    await turn.end({ messages: [look, { content: "It does." }, { content: "Told after the end." }] });
    expect(await said()).toEqual(["user: Does it rain?", "assistant: Let me look.", "assistant: It does."]);
  });

  test("puts the block after the user's words, so that what was sent before is sent again", async () => {
    await memory.set({ namespace, value: "Ada lives in Lyon." });
    const messages = [{ role: "system", content: "Be brief." }, user("Where does Ada live?")];
    const turn = await memory.beginTurn({ namespace, thread, messages });
    const [system, sent] = turn.withRecalled(messages);
    expect(system).toBe(messages[0]);
    expect(sent?.content).toBe(`Where does Ada live?\n\n${turn.recalled.text}`);
    // A block that comes back is neither said nor doubled.
    const back = turn.withRecalled([system, sent] as typeof messages);
    expect(back[1]?.content).toBe(sent?.content);
    expect(turn.promptCacheKey).toMatch(/^souvenir-[0-9a-f]{32}$/);
  });

  test("with two pictures of the same words is two turns", async () => {
    const shown = (byte: number) => [
      { type: "text", text: "What is in this picture?" },
      { type: "image", image: Uint8Array.from({ length: 4096 }, (_, index) => (index === 4000 ? byte : 7)) },
    ];
    await exchange([user(shown(1))], "A harbour.");
    await exchange([user(shown(2))], "A mountain.");
    await exchange([user(shown(2))], "A high mountain.");
    expect(await said()).toEqual([
      "user: What is in this picture?",
      "assistant: A harbour.",
      "user: What is in this picture?",
      "assistant: A mountain.",
      "user: What is in this picture?",
      "assistant: A high mountain.",
    ]);
  });

  test("of a picture without words keeps the answer; of nothing it is none", async () => {
    const picture = [{ type: "image_url", imageUrl: "https://example.com/a.png" }];
    await exchange([user(picture)], "That is a harbour.");
    expect(await said()).toEqual(["assistant: That is a harbour."]);
    const nothing = memory.beginTurn({ namespace, thread, messages: [user("  ")] });
    await expect(nothing).rejects.toThrow("a message of the user");
  });

  test("that breaks off keeps the user's words, and what was said when that is wanted", async () => {
    const turn = await memory.beginTurn({ namespace, thread, messages: [user("Tell me a story.")] });
    await turn.end({ status: "failed", messages: [{ content: "Once upon" }] });
    expect(await said()).toEqual(["user: Tell me a story."]);
    const messages = [user("Tell me a story.")];
    const other = await memory.beginTurn({ namespace, thread, messages, partialAnswers: true });
    await other.end({ status: "failed", messages: [{ content: "Once upon" }] });
    expect(await said()).toEqual(["user: Tell me a story.", "assistant: Once upon"]);
    const { records } = await memory.list({ namespace, thread });
    expect(records[1]?.metadata).toEqual({ truncated: true });
  });

  test("that failed is tried again with what was recalled for it, and one that was answered is recalled for anew", async () => {
    const recall = vi.spyOn(memory, "recall");
    const messages = [user("Tell me a story.")];
    const begin = () => memory.beginTurn({ namespace, thread, messages });
    await (await begin()).end({ status: "failed" });
    await (await begin()).end({ messages: [{ content: "Once upon a time." }] });
    expect(recall).toHaveBeenCalledTimes(1);
    await begin();
    expect(recall).toHaveBeenCalledTimes(2);
  });

  test("keeps two messages of one request apart, and one that was not answered with the next", async () => {
    await exchange([user("First."), user("And second.")], "Both noted.");
    await memory.beginTurn({ namespace, thread, messages: [user("Are you there?")] });
    await exchange([user("Are you there?"), user("Hello?")], "Here I am.");
    expect(await said()).toEqual([
      "user: First.",
      "user: And second.",
      "assistant: Both noted.",
      "user: Are you there?",
      "user: Hello?",
      "assistant: Here I am.",
    ]);
  });

  test("beside others in one thread that know nothing of each other is kept once", async () => {
    const questions = [
      "What is the first question?",
      "What is the second question?",
      "And the third question?",
    ];
    const turns = await Promise.all(
      questions.map((question) => memory.beginTurn({ namespace, thread, messages: [user(question)] })),
    );
    await Promise.all(
      turns.map((turn, index) => turn.end({ messages: [{ content: `Answer ${index + 1}.` }] })),
    );
    expect((await said()).sort()).toEqual(
      [
        ...questions.map((question) => `user: ${question}`),
        ...questions.map((_, index) => `assistant: Answer ${index + 1}.`),
      ].sort(),
    );
  });

  test("leaves out what a harness says", async () => {
    const told = "<system-reminder>Be good.</system-reminder>I like tea.";
    await exchange([user(told)], "Tea it is.");
    expect(await said()).toEqual(["user: I like tea.", "assistant: Tea it is."]);
  });
});

describe("when memory fails", () => {
  const never = () => new Promise<never>(() => {});
  const told: TurnFailure[] = [];
  const begin = (broken: Partial<Memory>, deadlineMs = 100) =>
    new Conversation({
      memory: {
        recall: (input) => memory.recall(input),
        remember: (input) => memory.remember(input),
        ...broken,
      },
      namespace,
      deadlineMs,
      onError: (_, event) => told.push(event),
    }).begin({ messages: [user("Where does Ada live?")], call: undefined });
  beforeEach(() => void told.splice(0));

  test("the call goes on, within one deadline", async () => {
    for (const broken of [{ remember: never }, { recall: never }, { recall: never, remember: never }]) {
      const turn = await begin(broken);
      expect(turn?.recalled.text).toBe("");
      await turn?.end({ messages: [{ content: "In Lyon." }] });
    }
    expect(told.map(({ stage }) => stage)).toEqual(["store", "store", "recall", "recall", "store"]);
  });

  test("what cannot be stored is recalled for all the same", async () => {
    await memory.set({ namespace, value: "Ada lives in Lyon." });
    const turn = await begin({ remember: () => Promise.reject(new Error("the disk is full")) }, 10_000);
    expect(turn?.recalled.text).toContain("Lyon");
    expect(told.map(({ stage }) => stage)).toEqual(["store"]);
  });

  test("what the user said is waited for at the end, when it was late at the beginning", async () => {
    const gate = Promise.withResolvers<void>();
    const remember = (input: Parameters<Memory["remember"]>[0]) =>
      gate.promise.then(() => memory.remember(input));
    const waiting: Promise<unknown>[] = [];
    const conversation = new Conversation({
      memory: { recall: (input) => memory.recall(input), remember },
      namespace,
      thread,
      deadlineMs: 5,
      onError: (_, event) => told.push(event),
      waitUntil: (promise) => void waiting.push(promise),
    });
    const turn = await conversation.begin({ messages: [user("I live in Lyon.")], call: undefined });
    await turn?.end({ status: "failed" });
    expect(waiting).toHaveLength(1);
    gate.resolve();
    await Promise.all(waiting);
    expect(await said()).toEqual(["user: I live in Lyon."]);
  });

  test("a flush is for at most so long, in milliseconds, and of everything", async () => {
    const conversation = new Conversation({ memory, namespace });
    expect(await conversation.flush({ timeoutMs: 0 })).toEqual({ pending: 0 });
    for (const limits of [{ namespace }, { timeoutMs: Number.POSITIVE_INFINITY }, { timeoutMs: "1" }])
      await expect(conversation.flush(limits as never)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("a waitUntil that throws leaves the waiting to the call", async () => {
    const conversation = new Conversation({
      memory,
      namespace,
      thread,
      onError: (_, event) => told.push(event),
      waitUntil: () => {
        throw new Error("outside of a request");
      },
    });
    const turn = await conversation.begin({ messages: [user("I live in Lyon.")], call: undefined });
    await turn?.end({ messages: [{ content: "A lovely city." }] });
    expect(await said()).toEqual(["user: I live in Lyon.", "assistant: A lovely city."]);
    expect(told.map(({ stage }) => stage)).toEqual(["store"]);
  });

  test("an answer of the memory that is none costs no answer, and is told of", async () => {
    for (const answer of [undefined, null, {}, { memories: [] }, "text"])
      expect((await begin({ recall: async () => answer as never }))?.recalled.text).toBe("");
    expect(told.map(({ stage }) => stage)).toEqual(["recall", "recall", "recall", "recall", "recall"]);
    const turn = await begin({ recall: async () => ({ text: "Lyon" }) as never });
    expect(turn?.recalled).toMatchObject({ text: "Lyon", memories: [], degraded: [] });
  });

  test("a listener that rejects is told of, and ends no process", async () => {
    const onRecall = async () => Promise.reject(new Error("the listener fails"));
    const onError = (_: unknown, event: TurnFailure) => told.push(event);
    const conversation = new Conversation({ memory, namespace, onRecall, onError });
    await conversation.begin({ messages: [user("Hello.")], call: undefined });
    await expect.poll(() => told.map(({ stage }) => stage)).toEqual(["listener"]);
  });

  test("and is kept waiting once in a turn, whatever calls it takes", async () => {
    let asked = 0;
    const conversation = new Conversation({
      memory: {
        recall: never,
        remember: () => {
          asked++;
          return never();
        },
      },
      namespace,
      deadlineMs: 200,
      onError: (_, event) => told.push(event),
    });
    const messages = [user("Where does Ada live?")];
    await conversation.begin({ messages, call: undefined });
    const start = performance.now();
    for (let step = 1; step <= 20; step++) {
      messages.push(assistant(`Step ${step}.`));
      await conversation.begin({ messages, call: undefined });
    }
    // Twenty deadlines would be 4000.
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(asked).toBe(21);
    expect(told.map(({ stage }) => stage)).toEqual(["recall"]);
  });

  test("the first failure of a kind is a warning where nobody listens", async () => {
    const warning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const conversation = new Conversation({ memory, namespace: () => undefined });
    for (let time = 0; time < 3; time++)
      expect(await conversation.begin({ messages: [user("Hello.")], call: undefined })).toBeUndefined();
    expect(warning).toHaveBeenCalledTimes(1);
    expect(warning.mock.calls[0]?.[0]).toContain("a call without a namespace is made without memory");
    warning.mockRestore();
  });

  test("a scope that is wrong is no other scope", async () => {
    const conversation = new Conversation({ memory, namespace, onError: (_, event) => told.push(event) });
    const wrong = [
      { namespce: "bob" },
      { namespace: undefined },
      { namespace: null },
      { namespace: "" },
      { store: "none" },
      "bob",
      null,
      Promise.resolve({ namespace: "bob" }),
      new Map([["namespace", "bob"]]),
    ];
    for (const given of wrong)
      expect(
        await conversation.begin({ messages: [user("Hello.")], call: undefined, given }),
        JSON.stringify(given),
      ).toBeUndefined();
    expect(told.map(({ stage }) => stage)).toEqual(wrong.map(() => "scope"));
    expect(await memory.namespaces()).toEqual([]);
  });

  test("{user_id} is filled from the run, or refused", async () => {
    const conversation = new Conversation({
      memory,
      namespace: "users/{user_id}",
      onError: (_, event) => told.push(event),
    });
    const begin = (values?: Record<string, unknown>) =>
      conversation.begin({ messages: [user("Hello.")], call: undefined, ...(values ? { values } : {}) });
    expect((await begin({ user_id: "ada" }))?.namespace).toBe("users/ada");
    expect((await begin({ user_id: "ada/private" }))?.namespace).toBe("users/ada%2Fprivate");
    for (const values of [undefined, {}, { user_id: "" }, { user_id: null }, { toString: "x" }])
      expect(await begin(values)).toBeUndefined();
    expect(told).toHaveLength(5);
  });
});

describe("the words of a message", () => {
  test.each([
    [
      "pieces of one text",
      [
        { type: "text", text: "har" },
        { type: "text", text: "bour" },
      ],
      "harbour",
    ],
    [
      "a reference between",
      [
        { type: "text", text: "The harbour" },
        { type: "tool_reference", tool: "web" },
        { type: "text", text: " is old." },
      ],
      "The harbour is old.",
    ],
    [
      "a picture between",
      [
        { type: "text", text: "Look:" },
        { type: "image", image: "a" },
        { type: "text", text: "what is it?" },
      ],
      "Look:\n\nwhat is it?",
    ],
    [
      "thinking",
      [
        { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
        { type: "text", text: "Yes." },
      ],
      "Yes.",
    ],
    [
      "two sentences",
      [
        { type: "text", text: "One." },
        { type: "text", text: "Two." },
      ],
      "One.\n\nTwo.",
    ],
    ["nothing", undefined, ""],
  ])("%s", (_, content, text) => {
    expect(textOf(content)).toBe(text);
  });

  test("of a stream whose texts come interleaved", () => {
    const content = new StreamedContent();
    for (const [id, delta] of [
      ["a", "har"],
      ["b", "mount"],
      ["a", "bour "],
      ["b", "ain"],
    ] as const)
      content.addText(delta, id);
    expect(content.text).toBe("harbour mountain");
  });

  test("of a stream whose texts have one id, with a tool between", () => {
    const content = new StreamedContent();
    content.startText("0");
    content.addText("Let me look", "0");
    content.addPart("tool-call");
    content.startText("0");
    content.addText("it is warm", "0");
    expect(content.text).toBe("Let me look\n\nit is warm");
  });

  test("a file is named by all its bytes, however it is given", async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 251);
    const base64 = Buffer.from(bytes).toString("base64");
    const names = await Promise.all(
      [
        { type: "image", image: bytes },
        { type: "file", data: bytes.buffer, mediaType: "image/png" },
        { type: "image_url", image_url: { url: `data:image/png;base64,${base64}` } },
        { type: "file", data: base64, mediaType: "image/png" },
      ].map((part) => fileMarks([part])),
    );
    expect(new Set(names.flat()).size).toBe(1);
    const others = await fileMarks([
      { type: "file", fileId: "a" },
      { type: "file", fileId: "b" },
      { type: "image", image: bytes.map((byte, index) => (index === 299 ? byte + 1 : byte)) },
      { type: "image_url", imageUrl: "https://example.com/a.png" },
    ]);
    expect(new Set([...others, ...names.flat()]).size).toBe(5);
  });

  test.each([
    ["<system-reminder>Do not.</system-reminder>\nI like tea.", "I like tea."],
    ["HEARTBEAT_OK", ""],
    ["[heartbeat]\nI like tea.", "I like tea."],
    ["My heartbeat is fast.", "My heartbeat is fast."],
    ["<system-reminder>never closed", "<system-reminder>never closed"],
  ])("without what a harness says: %j", (text, rest) => {
    expect(withoutControlText(text)).toBe(rest);
  });
});

describe("a conversation that the provider keeps", () => {
  const conversation = () => new Conversation({ memory, namespace });
  const begin = (messages: { role: string; content?: unknown }[], id?: string) =>
    conversation().begin({ messages, call: undefined, kept: id === undefined ? {} : { id } });

  test("is named by its first answer; until then the user's words are kept in a thread of their own", async () => {
    const turn = await begin([user("My cat is called Minka.")]);
    const { thread: own } = turn!;
    expect(await said(own)).toEqual(["user: My cat is called Minka."]);
    // Asked again after an error: the same words.
    expect((await begin([user("My cat is called Minka.")]))?.thread).toBe(own);
    await turn!.end({ messages: [{ id: "msg_1", content: "A lovely name." }], thread: "conv_1" });
    expect(await said("conv_1")).toEqual(["user: My cat is called Minka.", "assistant: A lovely name."]);
    expect((await memory.list({ namespace })).records).toHaveLength(2);
  });

  test("goes on with what is new only: words that were said before, steps of a turn, a turn that is tried again", async () => {
    await (await begin([user("yes")]))!.end({ messages: [{ id: "msg_1", content: "ok" }], thread: "conv_1" });
    const [words, answer] = ["What time is it in Paris by now?", "I cannot know what time it is there."];
    for (const id of ["msg_2", "msg_3"])
      await (await begin([user(words)], "conv_1"))!.end({ messages: [{ id, content: answer }] });
    await (await begin([user("yes")], "conv_1"))!.end({ status: "failed" });
    const again = (await begin([user("yes")], "conv_1"))!;
    await again.end({ status: "continues", messages: [{ id: "msg_4", content: "Let me look." }] });
    const step = (await begin([{ role: "tool" }], "conv_1"))!;
    expect([step.index, step.recalled.text]).toEqual([-1, ""]);
    await step.end({ messages: [{ id: "msg_5", content: "ok" }] });
    const exchange = [`user: ${words}`, `assistant: ${answer}`];
    expect(await said("conv_1")).toEqual([
      ...["user: yes", "assistant: ok", ...exchange, ...exchange],
      ...["user: yes", "assistant: Let me look.", "assistant: ok"],
    ]);
  });

  test("is not recalled to itself, and the messages are asked for only when there is memory", async () => {
    await (await begin([user("My cat is called Minka.")]))!.end({ thread: "conv_1" });
    const asks = [user("What is my cat called?")];
    expect((await begin(asks, "conv_1"))?.recalled.memories).toEqual([]);
    expect((await begin(asks, "conv_2"))?.recalled.text).toContain("Minka");
    const messages = vi.fn(async () => asks);
    const given = { recall: false, store: false };
    expect(await conversation().begin({ messages, call: undefined, kept: {}, given })).toBeUndefined();
    expect(messages).not.toHaveBeenCalled();
    expect((await conversation().begin({ messages, call: undefined, kept: {} }))?.question).toBe(
      asks[0]!.content,
    );
  });
});
