import { checkOptions, isMemoryFileHeader, respelled, SouvenirError } from "@souvenir/core";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import type { Operation, OperationId } from "../api/operations.ts";
import { sequenceHeader } from "../api/sequence.ts";
import type { ImportLine, WireMemory } from "../api/wire.ts";
import { type Caller, demand, demandEverything } from "./access.ts";
import type { AuditEvent } from "./audit.ts";
import { type BodyLimits, readFile, readJson, readLines, readOptionalJson, readQuery } from "./body.ts";
import { type Call, defaultNamespace, type Handlers } from "./call.ts";
import { asAsked, HttpError } from "./errors.ts";

export interface DispatchParts {
  handlers: Handlers;
  limits: BodyLimits;
  /** Whether the caller may still ask, before each part of a stream. @throws HttpError `UNAUTHORIZED` */
  askAgain: () => Promise<void>;
  /** Counts writes against a key's quota. @throws HttpError `RATE_LIMITED` */
  spend: (caller: Caller, writes: number) => Promise<void>;
  /** Told why a stream that had begun was broken off. */
  broken: (error: unknown) => void;
  /** Told what is about to be done, where nothing may be done that is not in the log. @throws HttpError `UNAVAILABLE` */
  begin: (event: Pick<AuditEvent, "key" | "operation" | "namespace">) => Promise<void>;
  /** Told what was done or refused; never fails. */
  record: (event: Omit<AuditEvent, "at" | "request">) => Promise<void>;
}

/** One request to one operation: input checked, permission asked, handler run, audit written, answer made. */
export async function dispatch(
  id: OperationId,
  operation: Operation,
  context: Context,
  caller: Caller,
  { handlers, limits, askAgain, spend, broken, begin, record }: DispatchParts,
): Promise<Response> {
  const request = context.req.raw;
  const events: Parameters<Call["wrote"]>[0][] = [];
  /** By namespace, the number that it has reached. */
  const reached = new Map<string, number>();
  const call: Call = {
    caller,
    get signal() {
      return request.signal;
    },
    file: () => readFile(request, limits, askAgain),
    askAgain,
    lines: ({ parts }) => checkedLines(operation, readLines(parts, limits)),
    largestEntry: limits.bodyBytes,
    spend: (writes) => spend(caller, writes),
    wrote: (what, { sequence } = {}) => {
      events.push(what);
      if (sequence !== undefined && what.namespace !== undefined) reached.set(what.namespace, sequence);
    },
  };
  const audited = async (outcome: AuditEvent["outcome"]) => {
    if (operation.audited !== true) return;
    for (const event of events)
      await record({ key: caller.key?.id ?? null, operation: id, outcome, ...event });
  };
  let answer: unknown;
  try {
    // Before the body is read: nobody sends us much for nothing.
    if (operation.needs === "everything") demandEverything(caller, "admin");
    const sent = seen(operation, request, await inputOf(operation, context, limits));
    const input = resumed(operation, request, sent);
    checkNamespaceHeader(operation, request, input);
    const { needs } = operation;
    if (needs === "read" || needs === "write" || needs === "admin")
      demand(caller, needs, (input.namespace as string | undefined) ?? defaultNamespace);
    if (operation.audited === true)
      await begin({ key: caller.key?.id ?? null, operation: id, ...namespaceOf(input) });
    answer = await (handlers[id] as (input: unknown, call: Call) => Promise<unknown>)(input, call);
  } catch (error) {
    // What an import had committed before it failed is done.
    await audited("done");
    if (SouvenirError.is(error)) throw asAsked(error, operation.names);
    if (error instanceof HttpError && error.code === "FORBIDDEN") {
      const { namespace } = error.details;
      events.splice(0, events.length, typeof namespace === "string" ? { namespace } : {});
      await audited("refused");
    }
    throw error;
  }
  await audited("done");
  // Of several namespaces there is no one number.
  const [sequence] = reached.values();
  if (sequence !== undefined && reached.size === 1) context.header(sequenceHeader, String(sequence));
  return respond(operation, context, answer, { askAgain, broken });
}

function namespaceOf({ namespace }: Record<string, unknown>): { namespace?: string } {
  return typeof namespace === "string" ? { namespace } : {};
}

/**
 * What a request says: in its path, its query or its body. What stands where the operation does not look is refused, because
 * it may name the namespace that was meant.
 */
async function inputOf(
  { path, query, body, lines, needs, respelled: plain = (sent) => sent }: Operation,
  context: Context,
  limits: BodyLimits,
): Promise<Record<string, unknown>> {
  const request = context.req.raw;
  // Whoever asks whether the server is there may add what keeps the answer out of caches.
  if (needs === "none") return {};
  const given = readQuery(request.url);
  const [name] = Object.keys(given);
  if (query === undefined && name !== undefined)
    throw new HttpError(
      "INVALID_INPUT",
      `the query: expected none, and ${JSON.stringify(name.slice(0, 64))} is there${body === undefined ? "" : ": send it in the body"}`,
    );
  if (body !== undefined && query === undefined)
    return check(body, plain(await readJson(request, limits)), "the body");
  if (lines === undefined) {
    const sent = await readOptionalJson(request, limits);
    if (sent !== undefined && body !== undefined) {
      if (name === undefined) return check(body, sent, "the body");
      throw new HttpError(
        "INVALID_INPUT",
        "expected a query or a body, and both are there: send one of them",
      );
    }
    // Some clients send an empty object with every request.
    if (sent !== undefined && JSON.stringify(sent) !== "{}")
      throw new HttpError(
        "INVALID_INPUT",
        `the body: expected none${query === undefined ? "" : ": send what it says in the query"}`,
      );
  }
  if (path !== undefined) return check(path, context.req.param(), "the path");
  return query === undefined ? {} : check(query, given, "the query");
}

async function* checkedLines(
  { lines }: Operation,
  values: AsyncIterable<{ number: number; value: unknown }>,
): AsyncGenerator<{ number: number; line: ImportLine }> {
  for await (const { number, value } of values) {
    let line: unknown;
    try {
      line = isMemoryFileHeader(value) ? undefined : respelled(value, "file");
    } catch (error) {
      if (!SouvenirError.is(error)) throw error;
      throw new HttpError("INVALID_INPUT", `line ${number}: ${error.message}`);
    }
    if (line !== undefined)
      yield { number, line: check(lines as z.ZodType, line, `line ${number}`) as unknown as ImportLine };
  }
}

/** @throws HttpError `INVALID_INPUT`, which says where and what was expected, and not what came: that may be a text. */
export function check(schema: z.ZodType, value: unknown, where: string): Record<string, unknown> {
  const { success, data, error } = schema.safeParse(withoutNulls(schema, value));
  if (success) return data as Record<string, unknown>;
  // A name that is not there says more than the one that is missing for it.
  const issue = error.issues.find(({ code }) => code === "unrecognized_keys") ?? error.issues[0];
  const place = [where, ...(issue?.path ?? []).map(String)].join(".").slice(0, 200);
  if (issue?.code === "unrecognized_keys") {
    const names = namesAt(schema, issue.path);
    const [given = ""] = issue.keys;
    // As the memory says it, with the nearest name.
    if (names !== undefined) checkOptions({ [given]: true }, place, names);
  }
  const others = error.issues.length - 1;
  const more = others === 0 ? "" : ` (and ${others} more)`;
  throw new HttpError("INVALID_INPUT", `${place}: ${worded(issue?.message ?? "not as expected")}${more}`);
}

/** What zod says of another kind or length, for whoever knows JSON. */
function worded(message: string): string {
  return message
    .replace(/^(?:Invalid input|Too small|Too big): (?=expected )/, "")
    .replace(/, received undefined$/, ", and it is missing")
    .replace(/, received /, ", got ");
}

/** A value without the members that are `null` where the schema wants something or nothing: many clients send them so. */
function withoutNulls(schema: z.ZodType, value: unknown): unknown {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) {
    const kind = Array.isArray(value) ? z.ZodArray : z.ZodObject;
    const options = (inner.options as z.ZodType[]).filter((each) => each instanceof kind);
    const [option] = options;
    if (option === undefined) return value;
    const kept = withoutNulls(option, value);
    if (typeof kept !== "object" || kept === null || Array.isArray(kept)) return kept;
    // Classes of clients have the members of all of them, and send `null` for those of the others.
    const ofOthers = options.flatMap((each) => Object.keys((each as z.ZodObject).shape));
    return Object.fromEntries(
      Object.entries(kept).filter(([name, member]) => member !== null || !ofOthers.includes(name)),
    );
  }
  if (inner instanceof z.ZodArray && Array.isArray(value))
    return value.map((element) => withoutNulls(inner.element as z.ZodType, element));
  if (!(inner instanceof z.ZodObject) || typeof value !== "object" || value === null || Array.isArray(value))
    return value;
  const kept: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    const field = Object.hasOwn(inner.shape, name) ? (inner.shape[name] as z.ZodType) : undefined;
    if (member === null && field !== undefined && !field.safeParse(null).success && isOptional(field))
      continue;
    kept.push([name, field === undefined ? member : withoutNulls(field, member)]);
  }
  return Object.fromEntries(kept);
}

function isOptional(field: z.ZodType): boolean {
  return (
    field instanceof z.ZodExactOptional || field instanceof z.ZodOptional || field instanceof z.ZodDefault
  );
}

/**
 * A header that says for proxies which namespace is meant says the same as the request, or the wrong one would be taken.
 * @throws HttpError `INVALID_INPUT`
 */
function checkNamespaceHeader(
  { query, body }: Operation,
  { headers }: Request,
  input: Record<string, unknown>,
): void {
  const header = headers.get("x-souvenir-namespace");
  const names = [query, body].flatMap((schema) => (schema === undefined ? [] : (namesAt(schema, []) ?? [])));
  if (header === null || !names.includes("namespace")) return;
  const named = (input.namespace as string | undefined) ?? defaultNamespace;
  if (header === encodeURIComponent(named) || header === named) return;
  throw new HttpError(
    "INVALID_INPUT",
    "X-Souvenir-Namespace: expected the namespace that the query or the body names, URL-encoded: it is read by proxies only",
  );
}

/** What `If-Match` and `If-None-Match` say, as `if_version`. @throws HttpError `INVALID_INPUT` */
function seen(
  { conditional = false }: Operation,
  { headers, method }: Request,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const [match, noneMatch] = [headers.get("if-match"), headers.get("if-none-match")];
  if (match === null && noneMatch === null) return input;
  if (!conditional) {
    // Whoever reads may have it in a cache. A write would be done although it was meant for another version.
    if (method === "GET" || match === null) return input;
    throw new HttpError(
      "INVALID_INPUT",
      "If-Match: expected none here: where several memories are written, each says its own if_version",
    );
  }
  // A weak one is the same version: whoever compresses an answer on the way makes its tag weak.
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(match?.trim() ?? "")?.[1];
  if (match !== null ? version === undefined || noneMatch !== null : noneMatch?.trim() !== "*")
    throw new HttpError(
      "INVALID_INPUT",
      'expected If-Match: "3" (the ETag of the memory as you read it), or If-None-Match: * (only if there is none)',
    );
  const expected = Number(version ?? 0);
  if (input.if_version !== undefined && input.if_version !== expected)
    throw new HttpError(
      "INVALID_INPUT",
      "If-Match and if_version: expected one of them, or the same version",
    );
  return { ...input, if_version: expected };
}

/** A follower that comes again goes on from the last event that it had. @throws HttpError `INVALID_INPUT` */
function resumed(
  { follows = false, query }: Operation,
  { headers }: Request,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const last = headers.get("last-event-id") ?? "";
  if (!follows || query === undefined || last === "") return input;
  return { ...input, since: check(query, { since: last }, "Last-Event-ID").since };
}

/** What a schema is of that says what else there may be in its place. */
function unwrapped(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodExactOptional ||
    inner instanceof z.ZodNullable
  )
    inner = inner.unwrap() as z.ZodType;
  return inner;
}

/** What the object at this place of the input may be made of. */
function namesAt(schema: z.ZodType, [step, ...path]: readonly PropertyKey[]): string[] | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) return namesAt(inner.element as z.ZodType, path);
  if (!(inner instanceof z.ZodObject)) return undefined;
  if (step === undefined) return Object.keys(inner.shape);
  return namesAt(inner.shape[String(step)] as z.ZodType, path);
}

function respond(
  { type, status = 200, tagged = false }: Operation,
  context: Context,
  answer: unknown,
  parts: Pick<DispatchParts, "askAgain" | "broken">,
): Response {
  if (tagged) context.header("ETag", `"${(answer as WireMemory).version}"`);
  if (type === undefined) return sendJson(context, answer, status);
  const accept = context.req.header("accept") ?? "";
  const asBytes = /octet-stream/i.test(accept) && !/ndjson|\*\/\*|application\/\*/i.test(accept);
  context.header(
    "Content-Type",
    asBytes && type === "application/x-ndjson" ? "application/octet-stream" : type,
  );
  return context.body(
    typeof answer === "string" || answer instanceof ReadableStream
      ? answer
      : jsonLines(answer as AsyncIterable<unknown>, parts),
    status as ContentfulStatusCode,
  );
}

/** With its length where it is short, so that it is not compressed for nothing. */
export function sendJson(context: Context, answer: unknown, status: number): Response {
  const json = JSON.stringify(answer);
  context.header("Content-Type", "application/json");
  if (json.length < 1024) context.header("Content-Length", String(new TextEncoder().encode(json).length));
  return context.body(json, status as ContentfulStatusCode);
}

/** Made as it is read. A failure on the way breaks the connection, so that half a stream is not taken for a whole. */
function jsonLines(
  values: AsyncIterable<unknown>,
  { askAgain, broken }: Pick<DispatchParts, "askAgain" | "broken">,
): ReadableStream<Uint8Array> {
  const iterator = values[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const nextLines = async (): Promise<{ lines: string; done: boolean }> => {
    let lines = "";
    while (lines.length < 16_384) {
      const { done = false, value } = await iterator.next();
      if (done) return { lines, done };
      lines += `${JSON.stringify(value)}\n`;
    }
    return { lines, done: false };
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          await askAgain();
          const { lines, done } = await nextLines();
          if (lines !== "") controller.enqueue(encoder.encode(lines));
          if (done) controller.close();
        } catch (error) {
          broken(error);
          // What failed is for the log only: whoever serves the stream may print or send this one.
          controller.error(new Error("the stream broke off: the log says why"));
        }
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
