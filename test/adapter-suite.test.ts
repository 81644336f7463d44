import type { Memory, RecallInput, RememberInput } from "@souvenir/core";
import { describe, expect, test } from "vitest";
import { smallestAdapter, smallestAdapterOver } from "./src/adapter-specs/smallest-adapter.ts";
import {
  type AdapterDriver,
  type AdapterSpecName,
  type Agent,
  type AgentGiven,
  type AgentRequest,
  adapterSpecs,
  adapterSuite,
  runAdapterSpec,
} from "./src/adapter-suite.ts";

adapterSuite("the smallest adapter", smallestAdapter, {
  theAnswersMetadataListsWhatWasRecalled: "an answer of the plain client has no place for metadata",
});

/** What a model says, whole or as a delta. */
interface Said {
  role?: string;
  content?: string | { type: string; text?: string }[] | null | undefined;
}
interface Choice {
  index: number;
  message?: Said;
  messages?: Said[];
  delta?: Said;
}

/** The same adapter, given something else than the suite gives. */
const given = (change: (given: AgentGiven) => AgentGiven): AdapterDriver => ({
  make: (all) => smallestAdapter.make(change(all)),
});
const options = (more: Record<string, unknown>): AdapterDriver =>
  given((all) => ({ ...all, options: { ...all.options, ...more } }));

/** The same adapter over a memory that does something else. */
const memory = (methods: (memory: Memory) => Partial<Memory>): AdapterDriver =>
  given((all) => {
    if (!all.memory) return all;
    const changed = methods(all.memory);
    return {
      ...all,
      memory: new Proxy(all.memory, {
        get: (target, name) => Reflect.get(Object.hasOwn(changed, name) ? changed : target, name),
      }),
    };
  });

/** The same adapter, asked something else than the suite asks. */
const request = (change: (request: AgentRequest) => AgentRequest): AdapterDriver =>
  agent((made) => ({
    ask: (all) => made.ask(change(all)),
    stream: (all) => made.stream(change(all)),
  }));
const agent = (change: (agent: Agent) => Partial<Agent>): AdapterDriver => ({
  async make(all) {
    const made = await smallestAdapter.make(all);
    return { ...made, ...change(made) };
  },
});

/** The same adapter over a client whose choices are not as the model's. */
const choices = (change: (choice: Choice) => Choice): AdapterDriver =>
  smallestAdapterOver(({ chat }) => ({
    chat: {
      async complete(body, { signal }) {
        const answer = await chat.complete(body, signal ? { signal } : {});
        const changed = (answer.choices as unknown as Choice[]).map(change);
        return {
          ...answer,
          choices: changed.toSorted((a, b) => a.index - b.index),
        } as unknown as typeof answer;
      },
      async stream(body, { signal }) {
        const events = await chat.stream(body, signal ? { signal } : {});
        const changing = new TransformStream({
          transform({ data }, controller) {
            controller.enqueue({ data: { ...data, choices: data.choices.map(change) } });
          },
        });
        return Object.setPrototypeOf(events.pipeThrough(changing), Object.getPrototypeOf(events));
      },
    },
  }));
const answers = (change: (message: Said) => Said): AdapterDriver =>
  choices(({ message, messages, delta, ...choice }) => ({
    ...choice,
    ...(message && { message: change(message) }),
    ...(messages && { messages: messages.map(change) }),
    ...(delta && { delta: change(delta) }),
  }));

let stored = 0;

/** Adapters that do wrong, each in one way. */
const faults = {
  "remembers nothing": given((all) => ({ ...all, memory: undefined })),
  "recalls twice": memory((real) => ({
    recall: async (input: RecallInput) => (await real.recall(input)) && real.recall(input),
  })),
  "stores twice": memory((real) => ({
    remember: async (input: RememberInput) => {
      stored++;
      const { before: _, ...again } = input;
      const kept = await real.remember(input);
      await real.remember({ ...again, turnId: `again ${stored}` });
      return kept;
    },
  })),
  "stores with the answer": memory((real) => ({
    remember: async (input: RememberInput) =>
      input.messages.some(({ role }) => role === "assistant") ? real.remember(input) : { stored: 0 },
  })),
  "stores no answers": options({ store: "user" }),
  "forgets what was before": memory((real) => ({
    remember: ({ before: _, ...input }: RememberInput) => real.remember(input),
  })),
  "leaves everything in": options({ clean: (text: string) => text }),
  "keeps half an answer": options({ partialAnswers: true }),
  "writes a block for nothing": memory((real) => ({
    recall: async (input: RecallInput) => ({ ...(await real.recall(input)), text: "<souvenir-memories>" }),
  })),
  "writes memories as they are": memory((real) => ({
    recall: async (input: RecallInput) => {
      const found = await real.recall(input);
      const lines = (found?.memories ?? []).map(({ value }) => value).join("\n");
      return { ...found, text: lines === "" ? "" : `<souvenir-memories>\n${lines}\n</souvenir-memories>` };
    },
  })),
  "recalls what is seen anyway": memory((real) => ({
    recall: ({ exclude: _, ...input }: RecallInput) => real.recall(input),
  })),
  "puts the block into the system message": options({ placement: "system" }),
  "has no options": given((all) => ({
    ...all,
    options: { onError: all.options.onError, deadlineMs: all.options.deadlineMs, namespace: "ada" },
  })),
  "says nothing": given((all) => ({ ...all, options: { ...all.options, onError: () => undefined } })),
  "tells nobody what was recalled": options({ onRecall: () => undefined }),
  "falls back to a scope": request((all) => ({ ...all, scope: { namespace: "ada", thread: "monday" } })),
  "knows no thread": request((all) => ({ ...all, scope: { ...all.scope, thread: "monday" } })),
  "sees the last message only": request((all) => ({ ...all, messages: all.messages.slice(-1) })),
  "sees no pictures": request((all) => ({
    ...all,
    messages: all.messages.map((message) =>
      typeof message.content === "string"
        ? message
        : ({
            ...message,
            content: [...message.content.filter(({ type }) => type === "text"), { type: "text", text: " " }],
          } as typeof message),
    ),
  })),
  "joins parts by lines": request((all) => ({
    ...all,
    messages: all.messages.map((message) =>
      typeof message.content === "string"
        ? message
        : ({
            ...message,
            content: message.content.map((part) =>
              part.type === "text" ? { ...part, text: `${part.text}\n` } : part,
            ),
          } as typeof message),
    ),
  })),
  "changes what it is given": request((all) => {
    const messages = all.messages as unknown[];
    messages.push(...messages.splice(0));
    return all;
  }),
  "has one cache key": request((all) => ({ ...all, promptCacheKey: "souvenir" })),
  "tells the provider whose it is": request((all) => ({ ...all, promptCacheKey: JSON.stringify(all.scope) })),
  "takes data for speech": request(({ schema: _, ...all }) => all),
  "hides the model's errors": agent((made) => ({
    ask: (all) => made.ask(all).catch(() => ({ text: "" })),
    async *stream(all) {
      try {
        yield* made.stream(all);
      } catch {}
    },
  })),
  "streams nothing": agent(() => ({
    stream() {
      throw new Error("no stream");
    },
  })),
  "gives the model's errors its own name": {
    async make(all) {
      const made = await smallestAdapter.make(all);
      if (!all.memory) return made;
      const own = (error: unknown) => Promise.reject(new Error("with memory", { cause: error }));
      return { ...made, ask: (each) => made.ask(each).catch(own) };
    },
  },
  "fails with its memory": {
    async make(all) {
      const made = await smallestAdapter.make(all);
      const ask: Agent["ask"] = async (each) => {
        const found = await all.memory?.recall({ namespace: "ada", query: "Anything?" });
        if (all.memory && found!.memories.length > 100) return { text: "" };
        return made.ask(each);
      };
      return { ...made, ask };
    },
  },
  "keeps what tools say": memory((real) => ({
    remember: async ({ messages, ...input }: RememberInput) =>
      real.remember({ ...input, messages: [...messages, { role: "assistant", content: "Twelve degrees." }] }),
  })),
  "never gets ready": agent(() => ({ settled: () => Promise.reject(new Error("still storing")) })),
  "fills templates with anything": request((all) => ({
    ...all,
    scope: all.values ? { ...all.scope, namespace: `memories/${all.values.user_id}` } : all.scope,
  })),
  "ends with a system message": request((all) => ({
    ...all,
    messages: [...all.messages, { role: "system", content: "Notes." }],
  })),
  "forgets without asking": given((all) => ({
    ...all,
    memoryTools: false,
    tools: [
      {
        name: "forget",
        description: "Forgets.",
        parameters: { type: "object" },
        run: async ({ keys }) =>
          JSON.stringify(await all.memory?.delete({ namespace: "ada", keys: keys as string[] })),
      },
    ],
  })),
  "takes thinking for speech": answers(({ content, ...message }) => ({
    ...message,
    content: Array.isArray(content)
      ? content.map((part) => (part.type === "thinking" ? { type: "text", text: "Secret thoughts." } : part))
      : content,
  })),
  "takes what tools say for speech": answers(({ role, ...message }) => ({
    ...message,
    ...(role ? { role: "assistant" } : {}),
  })),
  "joins answers by lines": answers(({ content, ...message }) => ({
    ...message,
    content: Array.isArray(content)
      ? content.map((part) => (part.type === "text" ? { ...part, text: `${part.text}\n` } : part))
      : content,
  })),
  "takes the last choice": choices((choice) => ({ ...choice, index: 1 - choice.index })),
} satisfies Record<string, AdapterDriver>;

/** For each promise, an adapter that breaks it. */
const brokenBy: Record<AdapterSpecName, keyof typeof faults> = {
  keepsWhatBothSaid: "stores twice",
  keepsWhatWasStreamed: "stores twice",
  knowsInOneThreadWhatWasSaidInAnother: "writes memories as they are",
  knowsWhileItStreams: "writes memories as they are",
  recallsOnceForATurn: "recalls twice",
  recallsOnceForAStreamedTurn: "recalls twice",
  recallsOnceForAToolLoop: "recalls twice",
  keepsATurnOnce: "stores twice",
  keepsAToolLoopOnce: "stores twice",
  keepsNothingOfWhatToolsSay: "keeps what tools say",
  keepsWordsBeforeAToolCall: "stores twice",
  keepsStreamedWordsBeforeAToolCall: "stores twice",
  keepsEachMessageOfAGrowingHistoryOnce: "recalls twice",
  keepsSameWordsSaidTwiceTwice: "sees the last message only",
  keepsTwoUserMessagesOfOneRequest: "sees the last message only",
  recallsForBothUserMessagesOfARequest: "sees the last message only",
  keepsAMessageOverTheLimitWhole: "remembers nothing",
  keepsAnAnswerThatWasCutOff: "stores twice",
  keepsTheUsersWordsWithoutAnAnswer: "stores with the answer",
  keepsTheFirstOfSeveralChoices: "takes the last choice",
  keepsTheFirstOfInterleavedChoices: "takes the last choice",
  remembersInMadeAnewAgents: "recalls twice",
  neverChangesTheCallersMessages: "changes what it is given",
  joinsThePartsOfAMessage: "joins parts by lines",
  joinsThePartsOfAnAnswer: "joins answers by lines",
  joinsThePartsOfAStream: "joins answers by lines",
  knowsPartsAgainAsTheTextThatTheyAre: "recalls what is seen anyway",
  keepsNoThinking: "takes thinking for speech",
  keepsNoStreamedThinking: "takes thinking for speech",
  keepsAnswersOfServerSideTools: "takes what tools say for speech",
  answersAPictureWithoutWords: "stores twice",
  putsNoBlockBesideAPictureAlone: "sees no pictures",
  keepsTwoPicturesWithTheSameWords: "joins parts by lines",
  tellsFilesOfOneSizeApart: "joins parts by lines",
  keepsAnotherPictureInPlaceOfTheFirst: "recalls twice",
  tellsFileReferencesApart: "joins parts by lines",
  leavesControlTextOut: "leaves everything in",
  keepsNoHeartbeat: "leaves everything in",
  stripsItsOwnBlockFromWhatComesBack: "knows no thread",
  stripsItsOwnBlockFromAnAnswer: "stores twice",
  keepsAnyScript: "stores twice",
  whatWasReplacedStaysInTheHistory: "forgets what was before",
  aRegeneratedAnswerTakesTheOldOnesPlace: "forgets what was before",
  anEditedMessageTakesTheOldOnesPlace: "forgets what was before",
  whatWasEditedIsFoundNoMore: "forgets what was before",
  whatFollowedAnEditedMessageIsTakenAway: "forgets what was before",
  anAnswerThatWasEditedByTheApplicationIsNoNewOne: "stores twice",
  aHistoryThatIsCutKeepsEachMessageOnce: "stores twice",
  shortWordsThatWereSaidLongBeforeAreKeptAgain: "stores twice",
  instructionsThatChangeMakeNoOtherTurn: "forgets what was before",
  doesNotRecallWhatTheModelSeesAnyway: "recalls what is seen anyway",
  recallsOfTheSameThreadWhatTheModelDoesNotSee: "puts the block into the system message",
  keepsTheUsersWordsBeforeTheModelIsAsked: "stores with the answer",
  keepsTheUsersWordsBeforeTheModelStreams: "stores with the answer",
  keepsTheUsersWordsOfAProcessThatIsKilled: "stores with the answer",
  keepsTheUsersWordsOfA401: "hides the model's errors",
  keepsTheUsersWordsOfA429: "hides the model's errors",
  keepsTheUsersWordsOfA500: "hides the model's errors",
  keepsTheUsersWordsOfALostConnection: "hides the model's errors",
  keepsTheUsersWordsOfAStreamThatIsRefused: "hides the model's errors",
  keepsATurnThatIsTriedAgainOnce: "stores twice",
  keepsWhatFollowsATurnThatFailed: "stores twice",
  keepsTheUsersWordsOfATurnThatIsAborted: "stores with the answer",
  keepsTheUsersWordsOfAStreamThatIsAborted: "stores with the answer",
  keepsHalfAnAnswerOnlyWhereThatIsWanted: "keeps half an answer",
  endsTheRequestOfAStreamThatIsLeft: "stores with the answer",
  keepsTheUsersWordsOfAStreamThatDies: "stores with the answer",
  holdsUpNoToken: "streams nothing",
  holdsUpNoTokenForWhatIsStored: "streams nothing",
  keepsTheUsersWordsBetweenTheStepsOfALoop: "stores with the answer",
  aTurnThatWasBrokenOffIsFoundInTheNextThread: "writes memories as they are",
  aHangingRecallCostsTheDeadlineOnly: "says nothing",
  aHangingStoreCostsTheDeadlineOnly: "says nothing",
  aMemoryThatHangsWhollyCostsTheDeadlineOnly: "says nothing",
  waitingForAHangingStoreIsBounded: "never gets ready",
  aFailingRecallCostsNoAnswer: "fails with its memory",
  aFailingStoreCostsNoAnswer: "says nothing",
  aMemoryThatThrowsAtOnceCostsNoAnswer: "fails with its memory",
  aRecallWithoutTextOrMemoriesCostsNoAnswer: "fails with its memory",
  listenersThatThrowCostNothing: "writes memories as they are",
  listenersThatRejectCostNothing: "remembers nothing",
  withoutAListenerTheFirstFailureIsAWarning: "says nothing",
  eachKindOfFailureIsToldWithoutAListener: "says nothing",
  refusesAnUnknownOption: "has no options",
  refusesADeadlineThatIsNone: "remembers nothing",
  refusesABudgetThatIsNone: "has no options",
  refusesAListenerThatIsNone: "says nothing",
  refusesAPlaceThatIsNone: "puts the block into the system message",
  refusesAMemoryThatIsNone: "remembers nothing",
  errorsOfTheModelAreItsOwn: "gives the model's errors its own name",
  aSearchWithoutVectorsIsToldToTheListener: "tells nobody what was recalled",
  aTurnAfterAFailureIsAsAnyOther: "writes memories as they are",
  noNamespaceMeansNoMemory: "has no options",
  aMisspeltScopeMeansNoMemory: "says nothing",
  aNamespaceOfNullMeansNoMemory: "says nothing",
  anEmptyNamespaceMeansNoMemory: "says nothing",
  aThreadThatIsNoneMeansNoMemory: "knows no thread",
  aPolicyThatIsNoneMeansNoMemory: "says nothing",
  theCallsNamespaceWins: "forgets without asking",
  aFunctionFindsTheScope: "has no options",
  templatesAreFilled: "fills templates with anything",
  aTemplateThatCannotBeFilledMeansNoMemory: "has no options",
  anyTextIsANamespace: "falls back to a scope",
  twoUsersNeverCross: "falls back to a scope",
  theSameWordsInTwoThreadsAreTwoTurns: "knows no thread",
  nothingIsRecalledWhereThatIsSaid: "has no options",
  aCallWithoutStoreKeepsNothing: "puts the block into the system message",
  aPolicySaysWhatIsKept: "has no options",
  theBlockFollowsTheUsersWords: "puts the block into the system message",
  theBlockStandsInTheSystemMessageWhereThatIsWanted: "has no options",
  whatWasSaidBeforeIsSentAsItWas: "puts the block into the system message",
  nothingToRecallChangesNothing: "writes a block for nothing",
  theProvidersCacheIsKept: "recalls what is seen anyway",
  theStepsOfALoopShareTheirBeginning: "writes a block for nothing",
  aThreadHasItsCacheKey: "has one cache key",
  theCallersCacheKeyWins: "has one cache key",
  theBlockKeepsToItsBudget: "puts the block into the system message",
  theBlockIsDatedAndCannotBeForged: "writes memories as they are",
  theOrderIsOneThatTheApiTakes: "ends with a system message",
  tellsWhatWasRecalled: "tells nobody what was recalled",
  tellsOnceATurnWhatWasRecalled: "tells nobody what was recalled",
  tellsThatNothingWasRecalled: "tells nobody what was recalled",
  theAnswersMetadataListsWhatWasRecalled: "remembers nothing",
  nothingOfOursLeavesTheMachine: "tells the provider whose it is",
  dataForAProgramWasNotSaid: "takes data for speech",
  aQuestionForDataIsRecalledForOnce: "recalls twice",
  offersOneSetOfTools: "forgets without asking",
  aModelRemembersForItsUserOnly: "remembers nothing",
  aModelRemembers: "forgets without asking",
  whatAModelPinsIsAlwaysThere: "forgets without asking",
  aModelRecallsAFencedBlock: "writes a block for nothing",
  nullStandsForWhatIsOptional: "forgets without asking",
  forgettingWaitsForTheUser: "forgets without asking",
  whatAToolShowedIsNotKeptAgain: "stores twice",
};

describe("a promise that is broken is seen", () => {
  for (const name of Object.keys(adapterSpecs) as AdapterSpecName[])
    test(`${name}: an adapter that ${brokenBy[name]}`, async () => {
      await expect(runAdapterSpec(name, faults[brokenBy[name]])).rejects.toThrow();
    });
});

test("an adapter may skip ten promises at most", () => {
  const skips = Object.fromEntries(
    Object.keys(adapterSpecs)
      .slice(0, 11)
      .map((name) => [name, "not today"]),
  );
  expect(() => adapterSuite("lazy", smallestAdapter, skips)).toThrow("skips more than 10");
});
