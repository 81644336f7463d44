import {
  atSequence,
  beginTurn,
  checkDate,
  checkDefined,
  checkOptions,
  type DateInput,
  type EntityCount,
  type FactFields,
  type HistoryInput,
  type ImportInput,
  isMemoryFileHeader,
  type Memory,
  type MemoryRecord,
  type Message,
  type NamespacesInput,
  optionNames,
  respelled,
  type Scanned,
  type Sequenced,
  type SetInput,
  SouvenirError,
} from "@souvenir/core";
import {
  fromWireChange,
  fromWireExport,
  fromWireFact,
  fromWireHit,
  fromWireMemory,
  fromWireRun,
  fromWireRunDetails,
  fromWireStats,
  given,
} from "../api/convert.ts";
import type * as wire from "../api/wire.ts";
import { inBatches } from "./batches.ts";
import { jsonLines } from "./json-lines.ts";
import { toJson } from "./to-json.ts";
import type { Call, Transport } from "./transport.ts";

type Input<Name extends keyof Memory> = Memory[Name] extends (...given: infer Given) => unknown
  ? Given[0]
  : never;
type Answer<Name extends keyof Memory> = Memory[Name] extends (...given: never[]) => infer Result
  ? Result
  : never;
type BatchOptions = NonNullable<Parameters<Memory["setMany"]>[1]>;

/** What `connectMemory` answers: each call of `Memory` as a request. */
export class RemoteMemory implements Memory {
  readonly #transport: Transport;
  #closed = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async set(input: SetInput): Promise<MemoryRecord> {
    const body = toSetRequest(checkInput(input, "set"));
    const set = await this.#json<wire.SetResponse>("POST", "/v1/memory-set", { body, repeatable: false });
    return atSequence(fromWireMemory(set), set.sequence);
  }

  async setMany(inputs: Input<"setMany">, options: BatchOptions = {}): Promise<MemoryRecord[]> {
    const stored: MemoryRecord[] = [];
    await inBatches(
      inputs,
      options,
      (input: SetInput) => toJson(toSetRequest(checkInput(input, "set", "setMany"))),
      async (batch) => {
        const text = `{"memories":[${batch.join(",")}]}`;
        const { memories, sequence } = await this.#json<wire.BatchResponse>("POST", "/v1/memory/batch", {
          encoded: { type: "application/json", text },
          repeatable: false,
          signal: options.signal,
        });
        for (const memory of memories) stored.push(atSequence(fromWireMemory(memory), sequence));
      },
    );
    return stored;
  }

  async get(input: Input<"get">): Answer<"get"> {
    const { namespace } = checkInput(input, "get");
    const query = { namespace, key: checkText(input.key, "key"), min_sequence: input.minSequence };
    return this.#memory("GET", "/v1/memory", { query });
  }

  async touch(input: Input<"touch">): Answer<"touch"> {
    const { namespace, version, ifVersion } = checkInput(input, "touch");
    const body = {
      ...{ namespace, key: checkText(input.key, "key"), version, if_version: ifVersion },
      expires_at: input.expiresAt === null ? null : toMoment(input.expiresAt, "expiresAt"),
    };
    return this.#memory("POST", "/v1/memory/touch", { body });
  }

  pin(input: Input<"pin">): Answer<"pin"> {
    return this.#pin("pin", input);
  }

  unpin(input: Input<"unpin">): Answer<"unpin"> {
    return this.#pin("unpin", input);
  }

  async #pin(name: "pin" | "unpin", input: Input<"pin">): Answer<"pin"> {
    const { namespace, ifVersion } = checkInput(input, "pin", name);
    const body = { namespace, key: checkText(input.key, "key"), if_version: ifVersion };
    return this.#memory("POST", `/v1/memory/${name}`, { body });
  }

  async profile(input: Input<"profile">): Answer<"profile"> {
    const { namespace, tokenBudget } = checkInput(input, "profile");
    const query = { namespace, token_budget: tokenBudget };
    return this.#json<wire.ProfileResponse>("GET", "/v1/profile", { query });
  }

  async list(input: Input<"list">): Answer<"list"> {
    const { namespace, tags, where, thread, order, limit, cursor, minSequence, signal } = checkInput(
      input,
      "list",
    );
    const body = {
      ...{ namespace, tags, where, thread, order, limit, cursor },
      as_of: toMoment(input.asOf, "asOf"),
      known_at: toMoment(input.knownAt, "knownAt"),
      origin: listed(input.origin),
      held_back: input.heldBack,
      min_sequence: minSequence,
    };
    const answer = await this.#json<wire.ListResponse>("POST", "/v1/memories", { body, signal });
    return { records: answer.memories.map(fromWireMemory), ...given({ cursor: answer.cursor }) };
  }

  async delete(input: Input<"delete">): Answer<"delete"> {
    const { namespace, ...selectors } = checkInput(input, "delete") as Record<string, unknown> & {
      namespace: string;
    };
    const { key, keys, where, thread, ifVersion } = selectors;
    const body = { namespace, key, keys, where, thread, if_version: ifVersion };
    // Sent again, one that was done would meet a memory that is not there.
    const repeatable = ifVersion === undefined;
    return this.#deleted("POST", "/v1/memory/delete", { body, repeatable });
  }

  async clear(input: Input<"clear">): Answer<"clear"> {
    const { namespace } = checkInput(input, "clear");
    return this.#deleted("DELETE", "/v1/namespaces", { query: { namespace } });
  }

  async history(input: HistoryInput & { limit?: never; cursor?: never }): Promise<MemoryRecord[]>;
  async history(input: HistoryInput): Promise<{ records: MemoryRecord[]; cursor?: string }>;
  async history(input: HistoryInput): Promise<MemoryRecord[] | { records: MemoryRecord[]; cursor?: string }> {
    const { namespace, limit, cursor } = checkInput(input, "history");
    const query = { namespace, key: checkText(input.key, "key"), limit, cursor };
    const page = await this.#json<wire.HistoryResponse>("GET", "/v1/memory/history", { query });
    const records = page.versions.map(fromWireMemory);
    if (limit === undefined && cursor === undefined) return records;
    return { records, ...given({ cursor: page.cursor }) };
  }

  async search(input: Input<"search">): Answer<"search"> {
    const { namespace, query, limit, tags, where, entities, thread, signal, facets, prefix, explain } =
      checkInput(input, "search");
    const { since, until, minScore, deadlineMs } = input;
    const body = {
      ...{ namespace, query, limit, tags, where, entities, thread, facets, prefix, explain },
      since: toMoment(since, "since"),
      until: toMoment(until, "until"),
      as_of: toMoment(input.asOf, "asOf"),
      known_at: toMoment(input.knownAt, "knownAt"),
      origin: listed(input.origin),
      held_back: input.heldBack,
      min_score: minScore,
      min_sequence: input.minSequence,
      deadline_ms: deadlineMs,
    };
    const answer = await this.#json<wire.SearchResponse>("POST", "/v1/memory/search", { body, signal });
    return {
      results: answer.results.map(fromWireHit),
      ...given({ facets: answer.facets }),
      degraded: answer.degraded,
      tookMs: answer.took_ms,
    };
  }

  async entities(input: Input<"entities">): Promise<EntityCount[]> {
    const { namespace, type, prefix, limit } = checkInput(input, "entities");
    const query = {
      namespace,
      type: type === undefined ? undefined : checkText(type, "type"),
      prefix: prefix === undefined ? undefined : checkText(prefix, "prefix"),
      limit,
    };
    return (await this.#json<wire.EntitiesResponse>("GET", "/v1/entities", { query })).entities;
  }

  async remember(input: Input<"remember">): Answer<"remember"> {
    const { namespace, thread, messages, before, turnId } = checkInput(input, "remember");
    const body = {
      namespace,
      thread,
      turn_id: turnId,
      messages: toWireMessages(messages, "messages"),
      before: before === undefined ? undefined : toWireMessages(before, "before"),
    };
    const answer = await this.#json<wire.RememberTurnResponse>("POST", "/v1/remember-turn", { body });
    return atSequence({ stored: answer.stored }, answer.sequence);
  }

  async recall(input: Input<"recall">): Answer<"recall"> {
    const { namespace, query, thread, limit, tokenBudget, exclude, signal, deadlineMs } = checkInput(
      input,
      "recall",
    );
    if (exclude !== undefined && !Array.isArray(exclude))
      checkOptions(exclude, "exclude", optionNames.exclude);
    const body = {
      ...{ namespace, query, thread, limit, exclude, profile: input.profile },
      as_of: toMoment(input.asOf, "asOf"),
      known_at: toMoment(input.knownAt, "knownAt"),
      origin: listed(input.origin),
      token_budget: tokenBudget,
      min_sequence: input.minSequence,
      deadline_ms: deadlineMs,
    };
    const { text, memories, profile, degraded } = await this.#json<wire.ContextResponse>(
      "POST",
      "/v1/context",
      {
        body,
        signal,
      },
    );
    return { text, memories: memories.map(fromWireHit), ...given({ profile }), degraded };
  }

  beginTurn(input: Input<"beginTurn">): Answer<"beginTurn"> {
    return beginTurn(this, input);
  }

  async changes(input: Input<"changes">): Answer<"changes"> {
    const { namespace, since, limit } = checkInput(input, "changes");
    const body = { namespace, since: since === undefined ? undefined : `${since}`, limit };
    const { changes, ...page } = await this.#json<wire.ChangesResponse>("POST", "/v1/changes/page", { body });
    return { changes: changes.map(fromWireChange), ...page };
  }

  async namespaces(input?: NamespacesInput & { limit?: never; cursor?: never }): Promise<string[]>;
  async namespaces(input: NamespacesInput): Promise<{ namespaces: string[]; cursor?: string }>;
  async namespaces(
    input: NamespacesInput = {},
  ): Promise<string[] | { namespaces: string[]; cursor?: string }> {
    const {
      prefix: begins,
      limit,
      cursor,
    } = checkOptions(input, "namespaces", optionNames.namespaces) as NamespacesInput;
    const prefix = begins === "" ? undefined : begins;
    const pageAt = (page: wire.NamespacesQuery) =>
      this.#json<wire.NamespacesResponse>("GET", "/v1/namespaces", {
        query: { ...page, ...given({ prefix }) },
      });
    if (limit !== undefined || cursor !== undefined) {
      const page = await pageAt({ limit: limit ?? 100, ...given({ cursor }) });
      return { namespaces: page.namespaces, ...given({ cursor: page.cursor }) };
    }
    const names: string[] = [];
    let next: string | undefined;
    do {
      const page = await pageAt({ limit: 10_000, ...given({ cursor: next }) });
      for (const name of page.namespaces) names.push(name);
      next = page.cursor;
    } while (next !== undefined);
    return names;
  }

  async stats(input: NonNullable<Input<"stats">> = {}): Answer<"stats"> {
    const { namespace } = checkOptional(input, "stats");
    const query = { namespace };
    return fromWireStats(await this.#json<wire.StatsResponse>("GET", "/v1/stats", { query }));
  }

  async facts(input: Input<"facts">): Answer<"facts"> {
    const { namespace, subject, attribute, type, state, limit, cursor } = checkInput(input, "facts");
    const query = { namespace, subject, attribute, type, state, limit, cursor };
    const page = await this.#json<wire.FactsResponse>("GET", "/v1/facts", { query });
    return { facts: page.facts.map(fromWireFact), ...given({ cursor: page.cursor }) };
  }

  async consolidate(input: NonNullable<Input<"consolidate">> = {}): Answer<"consolidate"> {
    const { namespace, dryRun, signal } = checkOptional(input, "consolidate");
    const body = { namespace: checkText(namespace, "namespace, on a server"), dry_run: dryRun };
    const call = { body, repeatable: false, signal };
    const answer = await this.#json<wire.ConsolidateResponse>("POST", "/v1/consolidate", call);
    return { ...answer, runs: answer.runs.map(fromWireRunDetails) };
  }

  async dream(input: NonNullable<Input<"dream">> = {}): Answer<"dream"> {
    const { namespace, dryRun, signal } = checkOptional(input, "dream");
    const body = { namespace: checkText(namespace, "namespace, on a server"), dry_run: dryRun };
    const call = { body, repeatable: false, signal };
    const { runs, discarded } = await this.#json<wire.DreamResponse>("POST", "/v1/dream", call);
    return { runs: runs.map(fromWireRunDetails), discarded };
  }

  async runs(input: NonNullable<Input<"runs">> = {}): Answer<"runs"> {
    const { namespace, limit } = checkOptional(input, "runs");
    const query = { namespace: checkText(namespace, "namespace, on a server"), limit };
    return (await this.#json<wire.RunsResponse>("GET", "/v1/runs", { query })).runs.map(fromWireRun);
  }

  async run(id: string): Answer<"run"> {
    const query = placeOfRun(id);
    try {
      const run = await this.#json<wire.WireRunDetails>("GET", "/v1/runs/details", { query });
      return fromWireRunDetails(run);
    } catch (error) {
      if (SouvenirError.is(error) && error.code === "NOT_FOUND") return undefined;
      throw error;
    }
  }

  async undo(id: string): Answer<"undo"> {
    const body = placeOfRun(id);
    const { erased } = await this.#json<wire.UndoneResponse>("POST", "/v1/runs/undo", { body });
    return { erased };
  }

  async approve(input: Input<"approve">): Answer<"approve"> {
    const { namespace } = checkInput(input, "approve");
    const body = { namespace, key: checkText(input.key, "key") };
    return this.#memory("POST", "/v1/memory/approve", { body, repeatable: false });
  }

  async decline(input: Input<"decline">): Answer<"decline"> {
    const { namespace } = checkInput(input, "approve", "decline");
    const body = { namespace, key: checkText(input.key, "key") };
    return this.#deleted("POST", "/v1/memory/decline", { body });
  }

  async orama(): Answer<"orama"> {
    throw new SouvenirError(
      "UNSUPPORTED",
      "the database of a namespace is where the memory is: use search() and list() here, or createMemory() on its file",
    );
  }

  async flush(input: NonNullable<Input<"flush">> = {}): Answer<"flush"> {
    const { signal, deadlineMs, retry } = checkOptions(input, "flush", optionNames.flush) as NonNullable<
      Input<"flush">
    >;
    return this.#json<wire.FlushResponse>("POST", "/v1/flush", {
      query: { deadline_ms: deadlineMs, retry },
      signal,
      timeoutMs: Number.POSITIVE_INFINITY,
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async scan(input: NonNullable<Input<"scan">> = {}): Answer<"scan"> {
    const { namespace, fix, limit, cursor, onProgress, signal } = checkOptional(input, "scan");
    const body = { namespace: checkText(namespace, "namespace, on a server"), fix, limit };
    const all: Scanned = { scanned: 0, memories: 0, found: {}, fixed: 0 };
    for (let place = cursor; ; ) {
      const { cursor: next, ...page } = await this.#json<wire.ScanResponse>("POST", "/v1/scan", {
        body: { ...body, cursor: place },
        signal,
        timeoutMs: Number.POSITIVE_INFINITY,
      });
      for (const name of ["scanned", "memories", "fixed"] as const) all[name] += page[name];
      for (const [kind, number] of Object.entries(page.found) as [keyof Scanned["found"], number][])
        all.found[kind] = (all.found[kind] ?? 0) + number;
      onProgress?.({ done: all.scanned });
      if (next === undefined || limit !== undefined) return { ...all, ...given({ cursor: next }) };
      place = next;
    }
  }

  async backup(): Answer<"backup"> {
    throw new SouvenirError(
      "UNSUPPORTED",
      "a backup is made where the memory is: run souvenir backup there, or export what this key may read",
    );
  }

  async scrub(input: NonNullable<Input<"scrub">> = {}): Answer<"scrub"> {
    const { signal } = checkOptions(input, "scrub", optionNames.scrub) as NonNullable<Input<"scrub">>;
    const { scrubbed } = await this.#json<wire.ScrubResponse>("POST", "/v1/scrub", {
      signal,
      timeoutMs: Number.POSITIVE_INFINITY,
    });
    return { scrubbed };
  }

  /** Needs a key with admin on every namespace. */
  async cancelReembed(input: object = {}): Answer<"cancelReembed"> {
    checkOptions(input, "cancelReembed", []);
    const { cancelled } = await this.#json<wire.CancelReembedResponse>("POST", "/v1/cancel-reembed", {});
    return { cancelled };
  }

  async reembed(): Answer<"reembed"> {
    throw new SouvenirError(
      "UNSUPPORTED",
      "a memory on a server is re-embedded where it is: run souvenir reembed there, or createMemory() on its file",
    );
  }

  async *export(
    input: NonNullable<Input<"export">> = {},
  ): AsyncGenerator<MemoryRecord & { history?: MemoryRecord[] }> {
    const { namespace, prefix, history } = checkOptional(input, "export");
    this.#checkOpen();
    if (namespace === undefined && prefix !== undefined) {
      const rest = history === undefined ? {} : { history };
      for (const name of await this.namespaces({ prefix })) yield* this.export({ namespace: name, ...rest });
      return;
    }
    const body = await this.#transport.stream({
      method: "GET",
      path: "/v1/export",
      query: { namespace, history },
      repeatable: true,
    });
    for await (const line of jsonLines(body, (cause) => this.#transport.unavailable(cause)))
      if (!isMemoryFileHeader(line)) yield fromWireExport(line as wire.ExportLine);
  }

  async import(records: Input<"import">, options: BatchOptions = {}): Answer<"import"> {
    const total = { imported: 0, skipped: 0 };
    let ended = 0;
    // Lines of an export are skipped where they are already; others would be stored anew.
    let repeatable = true;
    const encode = (given: Exported): string | undefined => {
      if (isMemoryFileHeader(given)) return undefined;
      const record = respelled(given, "program") as Exported;
      const line = toJson(toImportLine(record));
      repeatable &&=
        record.key !== undefined && record.version !== undefined && record.updatedAt !== undefined;
      return line;
    };
    await inBatches(records, options, encode, async (batch) => {
      const {
        imported,
        skipped,
        expired = 0,
      } = await this.#json<wire.ImportResponse>("POST", "/v1/import", {
        encoded: { type: "application/x-ndjson", text: batch.join("\n") },
        repeatable,
        signal: options.signal,
      });
      total.imported += imported;
      total.skipped += skipped;
      ended += expired;
    });
    return { ...total, ...(ended === 0 ? {} : { expired: ended }) };
  }

  async #deleted(method: Call["method"], path: string, call: Partial<Call>): Answer<"delete"> {
    const { deleted, sequence } = await this.#json<wire.DeletedResponse>(method, path, call);
    return atSequence({ deleted }, sequence);
  }

  /** Undefined where the server has no such memory. */
  async #memory(
    method: Call["method"],
    path: string,
    call: Partial<Call>,
  ): Promise<MemoryRecord | undefined> {
    try {
      const memory = await this.#json<wire.WireMemory>(method, path, call);
      return atSequence(fromWireMemory(memory), memory.sequence);
    } catch (error) {
      if (SouvenirError.is(error) && error.code === "NOT_FOUND") return undefined;
      throw error;
    }
  }

  #json<Result extends object>(
    method: Call["method"],
    path: string,
    call: Partial<Call>,
  ): Promise<Result & Sequenced> {
    this.#checkOpen();
    return this.#transport.json({ method, path, repeatable: true, ...call });
  }

  #checkOpen(): void {
    if (this.#closed)
      throw new SouvenirError("CLOSED", "this memory was closed: connect again with connectMemory()");
  }
}

type Exported = (MemoryRecord | ImportInput) & {
  version?: number;
  updatedAt?: DateInput;
  pinnedAt?: DateInput;
  history?: MemoryRecord[];
} & Partial<Omit<FactFields, "origin">>;

/** The server takes a missing namespace for its default one; a caller of `Memory` never means that. */
function checkInput<Given extends { namespace?: string }>(
  input: Given,
  names: keyof typeof optionNames,
  where: string = names,
): Given & { namespace: string } {
  const { namespace, where: filter } = checkOptions(input, where, optionNames[names]) as {
    namespace?: string;
    where?: unknown;
  };
  checkText(namespace, "namespace");
  // JSON would leave out what is undefined, and the filter would take more than was meant.
  if (filter !== undefined) checkDefined(filter, "where");
  return input as Given & { namespace: string };
}

/** Of a call that may leave the namespace out, for all. */
function checkOptional<Given extends { namespace?: string }>(
  input: Given,
  names: keyof typeof optionNames,
): Given {
  checkOptions(input, names, optionNames[names]);
  if (input.namespace !== undefined) checkText(input.namespace, "namespace");
  return input;
}

function checkText(value: unknown, where: string): string {
  if (typeof value !== "string" || value === "")
    throw new SouvenirError("INVALID_INPUT", `${where}: expected a text that is not empty`);
  return value;
}

/** As core reads it: in a program, a time without zone is that of the machine; for the server it would be UTC. */
function toMoment(value: DateInput | undefined | null, where: string): string | undefined {
  return value === undefined || value === null ? undefined : new Date(checkDate(value, where)).toISOString();
}

function toSetRequest(input: SetInput): object {
  const { namespace, value, key, tags, metadata, entities, thread, role, origin, supersedes } = input;
  return {
    ...{ namespace, value, key, tags, metadata, entities, thread, role, origin, supersedes },
    created_at: toMoment(input.createdAt, "createdAt"),
    expires_at: toMoment(input.expiresAt, "expiresAt"),
    valid_from: toMoment(input.validFrom, "validFrom"),
    valid_to: toMoment(input.validTo, "validTo"),
    if_version: input.ifVersion,
  };
}

function toImportLine(record: Exported): object {
  const { kind, subject, attribute, type, sources, origin, state, run } = record;
  return {
    ...toSetRequest(checkInput(record, "record", "import") as SetInput),
    version: record.version,
    updated_at: toMoment(record.updatedAt, "updatedAt"),
    pinned_at: toMoment(record.pinnedAt, "pinnedAt"),
    held_back: record.heldBack,
    flagged: record.flagged,
    ...{ kind, subject, attribute, type, sources, origin, run },
    // That another one takes its place is said by the other one.
    state: state === "superseded" ? "active" : state,
    merged_into: record.mergedInto,
    history: Array.isArray(record.history) ? record.history.map(toImportLine) : record.history,
  };
}

function toWireMessages(messages: unknown, list: string): wire.TurnMessage[] {
  if (!Array.isArray(messages))
    throw new SouvenirError("INVALID_INPUT", `${list}: expected an array of messages`);
  return messages.map((message: Message, index) => {
    const { role, content, createdAt, metadata, files, id } = checkOptions(
      message,
      `${list}[${index}]`,
      optionNames.message,
    ) as Message;
    return {
      role,
      content,
      created_at: toMoment(createdAt, "createdAt"),
      metadata,
      files,
      id,
    } as wire.TurnMessage;
  });
}

/** One, or a list of them, as a list. */
function listed<Each>(given: Each | readonly Each[] | undefined): Each[] | undefined {
  return given === undefined ? undefined : Array.isArray(given) ? [...given] : [given as Each];
}

/** The id of a run has its namespace in it. */
function placeOfRun(id: unknown): { namespace: string; id: string } {
  const run = checkText(id, "run");
  const at = run.indexOf("@");
  if (at < 1 || at === run.length - 1)
    throw new SouvenirError("INVALID_INPUT", "run: expected the id of a run, as runs() tells it");
  return { namespace: run.slice(at + 1), id: run };
}
