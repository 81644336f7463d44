import {
  type DeleteInput,
  estimateTokens,
  type HistoryInput,
  type ListInput,
  type Memory,
  type MemoryRecord,
  type Message,
  memoryFileHeader,
  questionOf,
  type SearchInput,
  SouvenirError,
} from "@souvenir/core";
import type { ChatModel } from "@souvenir/mistral";
import {
  given,
  toImportInput,
  toSetInput,
  toWireChange,
  toWireExport,
  toWireHit,
  toWireMemory,
  toWireStats,
} from "../api/convert.ts";
import { inRequest } from "../api/names.ts";
import type {
  ContextRequest,
  ContextResponse,
  ExportLine,
  FileHeader,
  ImportResponse,
  ListRequest,
  PinRequest,
  RememberedMemory,
  SearchRequest,
  TurnMessage,
} from "../api/wire.ts";
import { importAll } from "../import/import-all.ts";
import { allows } from "../keys/grants.ts";
import { type Caller, demand, demandEverything } from "./access.ts";
import { askHandler } from "./ask-handler.ts";
import type { SentFile } from "./body.ts";
import { type Call, defaultNamespace, type Handlers } from "./call.ts";
import { changesStream } from "./changes-stream.ts";
import { HttpError } from "./errors.ts";
import { factHandlers } from "./fact-handlers.ts";
import type { ServiceOperation } from "./service-handlers.ts";

/** Each operation on memories as calls of `Memory`. That the caller may use the namespace is checked before. */
export function memoryHandlers(
  memory: Memory,
  {
    clock,
    follow,
    chat,
    countQuestion,
  }: {
    clock: () => number;
    /** How a namespace is followed, and whether the server goes on. */
    follow: { pollMs: number; followMs: number; accepting: () => boolean };
    chat: ChatModel | undefined;
    /** Counts a question to the model. @throws HttpError `RATE_LIMITED` */
    countQuestion: (caller: Caller) => Promise<void>;
  },
): Omit<Handlers, ServiceOperation> {
  /** What expires at once was meant to expire at another moment. */
  const checkExpiry = (request: { expires_at?: string | number | null | undefined }, where: string) => {
    const { expires_at: expiresAt } = request;
    if (expiresAt != null && new Date(expiresAt).getTime() <= clock())
      throw new HttpError("CONTRADICTION", `${where}: expected a moment to come, and it is over`);
  };
  const search = async (request: SearchRequest, call: Call) => {
    const { results, facets, degraded, tookMs } = await memory.search(toSearchInput(request, call));
    return { results: results.map(toWireHit), ...given({ facets }), degraded, took_ms: tookMs };
  };
  const pin =
    (name: "pin" | "unpin") =>
    async ({ namespace = defaultNamespace, key, if_version: ifVersion }: PinRequest, call: Call) => {
      await call.spend(1);
      const record = await memory[name]({ namespace, key, ...given({ ifVersion }) });
      if (record === undefined) throw new HttpError("NOT_FOUND", "there is no memory with this key");
      call.wrote({ namespace, count: 1, subject: key }, record);
      return toWireMemory(record);
    };
  const list = async (
    {
      as_of: asOf,
      known_at: knownAt,
      held_back: heldBack,
      min_sequence: minSequence,
      ...request
    }: ListRequest,
    { signal }: Call,
  ) => {
    const { records, cursor } = await memory.list({
      ...(request as ListInput),
      ...given({ asOf, knownAt, heldBack, minSequence }),
      signal,
    });
    return { memories: records.map(toWireMemory), ...given({ cursor }) };
  };

  const context = async (request: ContextRequest, { signal }: Call): Promise<ContextResponse> => {
    const started = performance.now();
    const { query, namespace = defaultNamespace, thread, limit, exclude } = request;
    const { text, memories, profile, degraded } = await memory.recall({
      query,
      namespace,
      signal,
      ...given({
        thread,
        limit,
        exclude,
        profile: request.profile,
        asOf: request.as_of,
        knownAt: request.known_at,
        origin: request.origin,
        tokenBudget: request.token_budget,
        minSequence: request.min_sequence,
        deadlineMs: request.deadline_ms,
      }),
    });
    return {
      text,
      tokens: estimateTokens(text),
      memories: memories.map(toWireHit),
      ...given({ profile }),
      degraded,
      took_ms: performance.now() - started,
    };
  };

  return {
    async memorySet(request, call) {
      checkExpiry(request, "expires_at");
      await call.spend(1);
      const record = await memory.set(toSetInput(request, defaultNamespace));
      call.wrote({ namespace: record.namespace, count: 1, subject: record.key }, record);
      return { success: true, ...toWireMemory(record) };
    },

    async memoryBatch({ memories, namespace = defaultNamespace }, call) {
      for (const [at, request] of memories.entries()) checkExpiry(request, `memories.${at}.expires_at`);
      const inputs = memories.map((request) => toSetInput(request, namespace));
      for (const name of new Set(inputs.map((input) => input.namespace))) demand(call.caller, "write", name);
      await call.spend(inputs.length);
      const records = await memory.setMany(inputs);
      for (const [name, members] of Map.groupBy(records, (record) => record.namespace))
        call.wrote({ namespace: name, count: members.length }, members.at(-1));
      return { success: true, memories: records.map(toWireMemory) };
    },

    async memoryGet({ namespace = defaultNamespace, key, min_sequence: minSequence }) {
      const record = await memory.get({ namespace, key, ...given({ minSequence }) });
      if (record === undefined) throw new HttpError("NOT_FOUND", "there is no memory with this key");
      return toWireMemory(record);
    },

    async memoryTouch(
      { namespace = defaultNamespace, key, expires_at: expiresAt, version, if_version: ifVersion },
      call,
    ) {
      checkExpiry({ expires_at: expiresAt }, "expires_at");
      if (version !== undefined && ifVersion !== undefined && version !== ifVersion)
        throw new HttpError("CONTRADICTION", "version and if_version: expected one of them, or the same");
      await call.spend(1);
      const record = await memory.touch({ namespace, key, expiresAt, ...given({ version, ifVersion }) });
      if (record === undefined)
        throw new HttpError("NOT_FOUND", "there is no memory with this key, or it is of another version");
      call.wrote({ namespace, count: 1, subject: key }, record);
      return toWireMemory(record);
    },

    memoryPin: pin("pin"),
    memoryUnpin: pin("unpin"),
    ...factHandlers(memory),
    profileGet: ({ namespace = defaultNamespace, token_budget: tokenBudget }) =>
      memory.profile({ namespace, ...given({ tokenBudget }) }),

    async memoryDelete({ namespace = defaultNamespace, key, if_version: ifVersion }, call) {
      await call.spend(1);
      const erased = await memory.delete({ namespace, key, ...given({ ifVersion }) });
      call.wrote({ namespace, count: erased.deleted, subject: key }, erased);
      return { success: true, deleted: erased.deleted };
    },

    async memoryDeleteMany({ namespace = defaultNamespace, if_version: ifVersion, ...selector }, call) {
      if (Object.keys(selector).length !== 1)
        throw new HttpError(
          "INVALID_INPUT",
          "the body: expected one of key, keys, where and thread; DELETE /v1/namespaces deletes all of a namespace",
        );
      await call.spend(1);
      const input = { namespace, ...selector, ...given({ ifVersion }) };
      const erased = await memory.delete(input as DeleteInput);
      call.wrote({ namespace, count: erased.deleted, subject: selector.key }, erased);
      return { success: true, deleted: erased.deleted };
    },

    async memoryHistory({ namespace = defaultNamespace, key, limit, cursor }) {
      if (limit === undefined && cursor === undefined)
        return { versions: (await memory.history({ namespace, key })).map(toWireMemory) };
      const page = await memory.history({ namespace, key, ...given({ limit, cursor }) } as HistoryInput);
      return { versions: page.records.map(toWireMemory), ...given({ cursor: page.cursor }) };
    },

    memorySearch: search,
    memorySearchAlias: search,
    memoriesList: list,
    memoriesFilter: list,

    async changesPage({ namespace = defaultNamespace, ...request }) {
      const { changes, ...page } = await memory.changes({ namespace, ...request });
      return { changes: changes.map(toWireChange), ...page };
    },

    async changes({ namespace = defaultNamespace, since }, { signal, askAgain }) {
      // Before anything is sent: a place that is none is said with a status.
      await memory.changes({ namespace, limit: 1, ...given({ since }) });
      const { pollMs, followMs, accepting } = follow;
      return changesStream(memory, {
        ...{ namespace, since, pollMs, followMs, signal },
        mayGoOn: async () => {
          if (!accepting()) return false;
          return askAgain().then(
            () => true,
            () => false,
          );
        },
      });
    },

    async namespacesList({ prefix, limit = 1000, cursor }, { caller, signal }) {
      const names: string[] = [];
      let after = cursor;
      // One more than is asked for says whether there is another page.
      do {
        signal.throwIfAborted();
        const page = await memory.namespaces({ limit: 1000, ...given({ prefix, cursor: after }) });
        for (const name of page.namespaces) if (allows(caller.grants, "read", name)) names.push(name);
        after = page.cursor;
      } while (names.length <= limit && after !== undefined);
      if (names.length <= limit) return { namespaces: names };
      return { namespaces: names.slice(0, limit), cursor: names[limit - 1] as string };
    },

    async namespaceDelete({ namespace }, call) {
      await call.spend(1);
      const erased = await memory.clear({ namespace });
      call.wrote({ namespace, count: erased.deleted }, erased);
      return { success: true, deleted: erased.deleted };
    },

    async entitiesList({ namespace = defaultNamespace, ...filter }) {
      return { entities: await memory.entities({ namespace, ...filter }) };
    },

    async statsGet({ namespace }, { caller }) {
      if (namespace === undefined) demandEverything(caller, "read");
      else demand(caller, "read", namespace);
      return toWireStats(await memory.stats(namespace === undefined ? {} : { namespace }));
    },

    async flush({ deadline_ms: deadlineMs, retry }, { caller, signal }) {
      // It may cost what was given up for good reasons, again and again.
      if (retry === true) demandEverything(caller, "admin");
      return memory.flush({ signal, ...given({ deadlineMs, retry }) });
    },

    async scan({ namespace = defaultNamespace, fix = false, limit = 10_000, cursor }, call) {
      if (fix) await call.spend(1);
      const { signal } = call;
      const scanned = await memory.scan({ namespace, fix, limit, signal, ...given({ cursor }) });
      if (fix) call.wrote({ namespace, count: scanned.fixed });
      return scanned;
    },

    async scrub(_, call) {
      const { scrubbed } = await memory.scrub({ signal: call.signal });
      call.wrote({ count: scrubbed });
      return { success: true, scrubbed };
    },

    async cancelReembed(_, call) {
      const { cancelled } = await memory.cancelReembed();
      call.wrote({ count: cancelled });
      return { success: true, cancelled };
    },

    async import({ namespace, dry_run: dryRun = false }, call) {
      const file = await call.file();
      return dryRun || file.isForeign
        ? importFile(memory, file, { namespace, dryRun, clock }, call)
        : importLines(memory, file, namespace ?? defaultNamespace, call);
    },

    async export({ namespace, history }, call) {
      const { caller } = call;
      if (namespace !== undefined) demand(caller, "read", namespace);
      const names =
        namespace === undefined
          ? (await memory.namespaces()).filter((name) => allows(caller.grants, "read", name))
          : [namespace];
      call.wrote(namespace === undefined ? {} : { namespace });
      return exportLines(memory, names, history ?? true);
    },

    async rememberTurn({ namespace = defaultNamespace, thread, messages, before, turn_id: turnId }, call) {
      await call.spend(messages.length);
      const remembered = await memory.remember({
        namespace,
        thread,
        messages: messages.map(fromWireMessage),
        ...given({ turnId, before: before?.map(fromWireMessage) }),
      });
      call.wrote({ namespace, count: remembered.stored, subject: turnId }, remembered);
      return { success: true, stored: remembered.stored };
    },

    context,
    ask: askHandler({ context, chat, count: countQuestion }),

    async remember({ content, namespace = defaultNamespace, tags, metadata }, call) {
      await call.spend(1);
      const record = await memory.set({ namespace, value: content, ...given({ tags, metadata }) });
      call.wrote({ namespace: namespace, count: 1, subject: record.key }, record);
      return toRemembered(record);
    },

    async recall({ threshold, query, ...request }, call) {
      const { results, tookMs } = await memory.search(
        toSearchInput(
          { ...request, query: questionOf(query), held_back: false, ...given({ min_score: threshold }) },
          call,
        ),
      );
      return {
        memories: results.map((hit) => ({ ...toRemembered(hit), score: hit.score })),
        total: results.length,
        query_time_ms: tookMs,
      };
    },

    async forget({ id, ids, namespace = defaultNamespace }, call) {
      if ((id === undefined) === (ids === undefined))
        throw new HttpError("INVALID_INPUT", "forget: expected one of id and ids");
      await call.spend(1);
      const erased = await memory.delete(
        ids === undefined ? { namespace, key: id as string } : { namespace, keys: ids },
      );
      call.wrote({ namespace, count: erased.deleted, subject: id }, erased);
      return { success: true, deleted: erased.deleted };
    },
  };
}

/** Refused entries that an answer names. */
const mostRefused = 100;

/** Stores what another program wrote, as it arrives. */
async function importFile(
  memory: Memory,
  file: SentFile,
  { namespace, dryRun, clock }: { namespace: string | undefined; dryRun: boolean; clock: () => number },
  call: Call,
): Promise<ImportResponse> {
  const refusals: NonNullable<ImportResponse["refusals"]> = [];
  const { imported, skipped, refused, ...report } = await importAll(memory, [{ bytes: file.parts }], {
    ...(namespace === undefined ? {} : { namespace }),
    fallback: defaultNamespace,
    dryRun,
    clock,
    signal: call.signal,
    largestEntry: call.largestEntry,
    onWrite: async (counts) => {
      for (const [name, count] of counts) {
        demand(call.caller, "write", name);
        if (dryRun) continue;
        await call.spend(count);
        call.wrote({ namespace: name, count });
      }
    },
    onRefused: ({ where, reason }) => {
      if (refusals.length < mostRefused) refusals.push({ where, reason: inRequest(reason) });
    },
  });
  return { success: true, imported, skipped, refused, refusals, ...report };
}

/**
 * Stores the lines of a stream as they arrive. Those that were committed before a line that fails stay; how many, the
 * error says.
 */
async function importLines(
  memory: Memory,
  file: SentFile,
  namespace: string,
  call: Call,
): Promise<ImportResponse> {
  let index = 0;
  let stored = 0;
  let uncommitted = new Map<string, number>();
  /** Of those that are not committed yet. */
  let numbers: number[] = [];
  async function* inputs() {
    for await (const { number, line } of call.lines(file)) {
      numbers.push(number);
      const input = toImportInput(line, namespace);
      demand(call.caller, "write", input.namespace);
      await call.spend(1);
      uncommitted.set(input.namespace, (uncommitted.get(input.namespace) ?? 0) + 1);
      yield input;
      index++;
    }
  }
  try {
    const counts = await memory.import(inputs(), {
      signal: call.signal,
      // The memory takes no further line before the ones that it has are committed.
      onProgress: ({ done }) => {
        numbers = numbers.slice(done - stored);
        stored = done;
        for (const [name, count] of uncommitted) call.wrote({ namespace: name, count });
        uncommitted = new Map();
      },
    });
    return { success: true, ...counts };
  } catch (error) {
    if (SouvenirError.is(error) && typeof error.details.index === "number") {
      const line = numbers[error.details.index - stored];
      const message = error.message.replace(/^record \d+: /, line === undefined ? "" : `line ${line}: `);
      throw new SouvenirError(error.code, message, { details: error.details, cause: error });
    }
    // What is refused before the memory sees it does not say where yet. That it is of the store is kept: its words name files.
    if (SouvenirError.is(error))
      throw new SouvenirError(error.code, error.message, {
        details: { ...error.details, index, stored },
        cause: error,
      });
    if (!(error instanceof HttpError)) throw error;
    throw new HttpError(error.code, error.message, error.headers, { ...error.details, index, stored });
  }
}

async function* exportLines(
  memory: Memory,
  names: readonly string[],
  history: boolean,
): AsyncGenerator<FileHeader | ExportLine> {
  yield memoryFileHeader;
  for (const namespace of names)
    for await (const record of memory.export({ namespace, history })) yield toWireExport(record);
}

function toSearchInput(request: SearchRequest, { signal }: Call): SearchInput {
  const { query, namespace = defaultNamespace, limit, tags, where, entities, thread, since, until } = request;
  return {
    query,
    namespace,
    signal,
    ...given({
      limit,
      tags,
      where,
      entities,
      thread,
      since,
      until,
      asOf: request.as_of,
      knownAt: request.known_at,
      origin: request.origin,
      heldBack: request.held_back,
      minScore: request.min_score,
      facets: request.facets,
      prefix: request.prefix,
      explain: request.explain,
      minSequence: request.min_sequence,
      deadlineMs: request.deadline_ms,
    }),
  };
}

function fromWireMessage(message: TurnMessage, index: number): Message {
  const { role, content, created_at: createdAt, metadata, files, id } = message;
  if (role === undefined)
    throw new HttpError("INVALID_INPUT", `messages.${index}.role: expected who said it, as in "user"`);
  return { role, content, ...given({ createdAt, metadata, files, id }) };
}

function toRemembered(record: MemoryRecord): RememberedMemory {
  return {
    id: record.key,
    content: record.value,
    tags: record.tags,
    namespace: record.namespace,
    metadata: record.metadata,
    created_at: record.createdAt,
  };
}
