import { SouvenirError } from "../errors.ts";
import { recallBlock } from "../recall-block.ts";
import type { FactFields, FactRecord, Memory } from "../types.ts";
import { inertJson } from "./inert-json.ts";
import { answered, count, listTokens, type MemoryTool, optionalText, shown } from "./memory-tools.ts";

/** Names of the tools for facts. */
export type FactToolName = "facts" | "approve" | "decline" | "undo";

/** What the tools for facts need of a memory. */
export type FactToolMemory = Pick<Memory, "facts" | "approve" | "decline" | "undo">;

/** A tool with which a model reads and corrects facts. */
export type FactTool = MemoryTool<FactToolName, FactToolMemory>;

const key = {
  type: "string",
  minLength: 1,
  maxLength: 512,
  description: "Key of the fact, as facts gives it",
} as const;

const facts: FactTool = {
  name: "facts",
  title: "Facts",
  description:
    "Lists facts that were found in what people said, oldest first, each with the words that it rests on. Use it when the user asks what is known and why, or wants to look through what waits for approval.",
  needsApproval: false,
  readOnly: true,
  inputSchema: {
    type: "object",
    properties: {
      subject: optionalText(100, "Only about this person or thing; user for the user"),
      attribute: optionalText(100, "Only of this side of it, as in employer"),
      type: optionalText(
        20,
        "event, state, preference, instruction or relation; summary for the central sentences of conversations, in no other list. Leave it out for all others",
      ),
      state: optionalText(
        20,
        "active, superseded (another takes its place), proposed (concluded, waits for approval) or merged (another says the same). Leave it out for active and superseded",
      ),
      limit: count(200, "Facts at most, default 50"),
      cursor: optionalText(512, "From the answer before, for the next page"),
    },
    required: [],
    additionalProperties: false,
  },
  run: (call) =>
    answered(call, facts, async ({ memory, namespace }, input) => {
      const { limit = 50, ...filter } = input as {
        limit?: number;
        type?: FactFields["type"];
        state?: FactFields["state"];
      };
      const page = await memory.facts({ namespace, limit, ...filter });
      const block = recallBlock(page.facts.map(withQuotes), listTokens);
      const told = block.memories.map(({ fact }) => fact);
      const left = page.facts.length - told.length;
      const rest = [
        `Their keys, in the same order: ${inertJson(told.map((fact) => fact.key))}; states: ${inertJson(told.map(({ state }) => state))}; runs, for undo: ${inertJson(told.map(({ run }) => run))}`,
        ...(left === 0 ? [] : [`${left} more on this page are not shown: ask with a smaller limit.`]),
        ...(page.cursor === undefined ? [] : [`More with cursor ${inertJson(page.cursor)}.`]),
      ];
      return {
        text: block.text === "" ? "There are no such facts." : [block.text, ...rest].join("\n"),
        output: {
          facts: page.facts.map((fact) => {
            const { subject, attribute, type, origin, state, run, sources, supersededBy } = fact;
            return {
              ...{ ...shown(fact), subject, type, origin, state, run, sources },
              ...(attribute === undefined ? {} : { attribute }),
              ...(supersededBy === undefined ? {} : { supersededBy }),
            };
          }),
          ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
        },
      };
    }),
};

const approve: FactTool = {
  name: "approve",
  title: "Approve a fact",
  description:
    "Makes a proposed fact, which was concluded and not said, one like others. Use it only when the user says that it is true; the user has to approve.",
  needsApproval: true,
  readOnly: false,
  inputSchema: { type: "object", properties: { key }, required: ["key"], additionalProperties: false },
  run: (call) =>
    answered(call, approve, async ({ memory, namespace }, input) => {
      const fact = await memory.approve({ namespace, key: input.key as string });
      if (fact === undefined) throw noneWaits();
      return {
        text: `Approved ${inertJson(fact.key)}.`,
        output: { key: fact.key, version: fact.version },
      };
    }),
};

const decline: FactTool = {
  name: "decline",
  title: "Decline a fact",
  description:
    "Erases a proposed fact, which was concluded and not said. Use it only when the user says that it is not true; the user has to approve.",
  needsApproval: true,
  readOnly: false,
  inputSchema: { type: "object", properties: { key }, required: ["key"], additionalProperties: false },
  run: (call) =>
    answered(call, decline, async ({ memory, namespace }, input) => {
      const { deleted } = await memory.decline({ namespace, key: input.key as string });
      if (deleted === 0) throw noneWaits();
      return { text: `Declined ${inertJson(input.key)}.`, output: { deleted } };
    }),
};

const undo: FactTool = {
  name: "undo",
  title: "Undo a run",
  description:
    "Takes back all that one look for facts has found and changed. What was said stays. Use it only when the user asks for it; the user has to approve.",
  needsApproval: true,
  readOnly: false,
  inputSchema: {
    type: "object",
    properties: {
      run: { type: "string", minLength: 1, maxLength: 1_024, description: "The run, as facts gives it" },
    },
    required: ["run"],
    additionalProperties: false,
  },
  run: (call) =>
    answered(call, undo, async ({ memory, namespace }, input) => {
      const run = input.run as string;
      // The namespace is in it, and is never the model's to choose.
      if (!run.includes("@") || run.slice(run.indexOf("@") + 1) !== namespace) throw noSuchRun();
      try {
        const { erased } = await memory.undo(run);
        return { text: `Undone: ${erased} facts were erased.`, output: { deleted: erased } };
      } catch (error) {
        throw SouvenirError.is(error) && error.code === "NOT_FOUND" ? noSuchRun() : error;
      }
    }),
};

/** `facts`, `approve`, `decline` and `undo`, for a memory that looks for facts. */
export const factToolSet: readonly FactTool[] = [facts, approve, decline, undo];

/** The words that a fact rests on belong to it, inside the fence. */
function withQuotes(fact: FactRecord): Pick<FactRecord, "value" | "createdAt" | "validFrom" | "validTo"> & {
  fact: FactRecord;
} {
  const { value, createdAt, validFrom, validTo, supersededAt, sources } = fact;
  const quotes = sources.map(({ quote }) => JSON.stringify(quote)).join(", ");
  return {
    ...{ fact, value: `${value} (from ${quotes})`, createdAt },
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validTo === undefined ? {} : { validTo }),
    ...(supersededAt === undefined ? {} : { supersededAt }),
  };
}

function noneWaits(): SouvenirError {
  return new SouvenirError(
    "INVALID_INPUT",
    "there is no fact with this key that waits for approval: facts with state proposed lists those that do",
  );
}

function noSuchRun(): SouvenirError {
  return new SouvenirError("INVALID_INPUT", "there is no such run: facts gives the run of each fact");
}
