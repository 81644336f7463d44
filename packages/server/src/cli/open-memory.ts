import { existsSync } from "node:fs";
import {
  type Embedder,
  type EncryptionOptions,
  type Memory,
  type MemoryOptions,
  type SafetyOptions,
  SouvenirError,
} from "@souvenir/core";
import type { PostgresPool } from "@souvenir/postgres";
import { type StoredEmbedder, storedEmbedder } from "../doctor/store-file.ts";
import { makeEmbedder, nameOfEmbedder } from "../embedder-choice.ts";
import { makeFacts } from "../facts-choice.ts";
import { makeModerator } from "../moderator-choice.ts";
import { type DatabaseAddress, databaseAddress } from "../postgres/address.ts";
import type { Execution } from "./command.ts";
import type { Input } from "./input.ts";
import { defaultPath } from "./options.ts";
import type { Terminal } from "./terminal.ts";
import { count } from "./text.ts";
import { NotFoundError, UsageError } from "./usage-errors.ts";

/** Where a store is, and the key of a file. */
export type Place = { path: string; encryption?: EncryptionOptions } | { database: DatabaseAddress };
export type Target = Place | { url: string; key: string | undefined };

/** Where the memory is: what the options say, else the environment, else the default file. */
export function targetOf(input: Input): Target {
  const { SOUVENIR_PATH, SOUVENIR_STORE, SOUVENIR_URL, SOUVENIR_KEY } = process.env;
  const [path, store, url] = [input.text("path"), input.text("store"), input.text("url")];
  const named = [path, store, url].filter((each) => each !== undefined).length;
  if (named > 1) throw new UsageError("give one of --path, --store and --url, not both");
  const server = url ?? (named === 0 && SOUVENIR_URL ? SOUVENIR_URL : undefined);
  if (server !== undefined) {
    if (!URL.canParse(server) || !/^https?:/.test(server))
      throw new UsageError(
        `"${server}" is not the address of a server: give one as in http://127.0.0.1:7077`,
      );
    return { url: server, key: input.text("key") ?? (SOUVENIR_KEY || undefined) };
  }
  if (input.text("key") !== undefined) throw new UsageError("--key is for a server: give --url too");
  const keyFile = input.text("encryption-key-file");
  const database = store ?? (named === 0 && SOUVENIR_STORE ? SOUVENIR_STORE : undefined);
  if (database !== undefined) {
    if (keyFile !== undefined) throw new UsageError(`--encryption-key-file is for a file: ${databaseKeys}`);
    return { database: databaseAddress(database) };
  }
  return { path: path ?? (SOUVENIR_PATH || defaultPath), ...encryptionOf(keyFile) };
}

const databaseKeys = "encrypt the disk of the database instead, and leave the key out";

function encryptionOf(file: string | undefined): { encryption?: EncryptionOptions } {
  if (file !== undefined) return { encryption: { key: { file } } };
  const { SOUVENIR_ENCRYPTION_KEY, SOUVENIR_ENCRYPTION_KEY_FILE } = process.env;
  if (SOUVENIR_ENCRYPTION_KEY && SOUVENIR_ENCRYPTION_KEY_FILE)
    throw new UsageError("give one of SOUVENIR_ENCRYPTION_KEY and SOUVENIR_ENCRYPTION_KEY_FILE, not both");
  if (SOUVENIR_ENCRYPTION_KEY_FILE) return { encryption: { key: { file: SOUVENIR_ENCRYPTION_KEY_FILE } } };
  return SOUVENIR_ENCRYPTION_KEY ? { encryption: { key: { environment: "SOUVENIR_ENCRYPTION_KEY" } } } : {};
}

/** For commands that need the store itself. @throws UsageError when a server is named. */
export function placeOf(input: Input, command: string): Place {
  const target = targetOf(input);
  if (!("url" in target)) return target;
  throw new UsageError(
    `souvenir ${command} works on the store: run it where the store is, and give --path or --store, or unset SOUVENIR_URL`,
  );
}

/** For commands that need a file, and its key if one is named. @throws UsageError when something else is named. */
export function fileOf(input: Input, command: string): Extract<Place, { path: string }> {
  const place = placeOf(input, command);
  if ("path" in place) return place;
  throw new UsageError(
    `souvenir ${command} works on a file, and the store is in PostgreSQL: use what the database has for it, such as pg_dump for a backup`,
  );
}

/** For commands that need the key of a file. @throws UsageError when none is named. */
export async function encryptedFileOf(
  input: Input,
): Promise<{ path: string; encryption: EncryptionOptions }> {
  const { path, encryption } = fileOf(input, "encryption");
  if (encryption === undefined)
    throw new UsageError(
      "give the key: --encryption-key-file FILE or SOUVENIR_ENCRYPTION_KEY; souvenir encryption new-key FILE makes one",
    );
  await requireStore({ path });
  return { path, encryption };
}

/** As people know it. It has no password. */
export function shownPlace(place: Place): string {
  return "path" in place ? place.path : place.database.shown;
}

export function namespaceOf(input: Input): string {
  return input.text("namespace") ?? (process.env.SOUVENIR_NAMESPACE || "default");
}

/**
 * Opens the memory that the command line names.
 * @param options.create - Whether a file that does not exist is created. Default false: reading from a mistyped path
 * must not leave an empty store there.
 * @param options.workers - Threads that search. Default 0: this one does.
 * @param options.readOnly - For a file that is not to be written to. Default false.
 * @param options.openNamespaces - Indexes that stay in memory. Default that of a memory.
 * @param options.pool - Connections to the database that is named. Default: its own.
 * @throws NotFoundError, UsageError, SouvenirError
 */
export async function openMemory(
  { input, terminal }: Execution,
  options: {
    create?: boolean;
    readOnly?: boolean;
    workers?: number;
    pool?: PostgresPool;
    openNamespaces?: number;
  } = {},
): Promise<Memory> {
  const target = targetOf(input);
  if ("url" in target) {
    if (input.text("embedder") !== undefined)
      throw new UsageError("the server has the embedder: leave --embedder out");
    if (input.text("safety") !== undefined)
      throw new UsageError("the server has the rules of what is kept: leave --safety out");
    if (input.text("facts") !== undefined)
      throw new UsageError("the server has what finds facts: leave --facts out");
    if (input.text("encryption-key-file") !== undefined)
      throw new UsageError("the server has the key of its file: leave --encryption-key-file out");
    const { connectMemory } = await import("../client/index.ts");
    return connectMemory({ url: target.url, ...(target.key === undefined ? {} : { key: target.key }) });
  }
  if (options.create !== true) await requireStore(target);
  const { createMemory } = await import("@souvenir/core");
  const rules = input.text("safety") ?? (process.env.SOUVENIR_SAFETY || undefined);
  const safety = rules === undefined ? undefined : await safetyOf(rules);
  const named = input.text("facts") ?? (process.env.SOUVENIR_FACTS || "none");
  const facts = await makeFacts(named, {
    tokensPerDay: input.integer("facts-tokens", 0, Number.MAX_SAFE_INTEGER),
    batch: input.flag("facts-batch"),
  });
  const { readOnly = false, workers = 0, openNamespaces } = options;
  const opened = await storeAt(target, options.pool);
  try {
    return await createMemory({
      ...opened.store,
      embedder: await embedderFor(opened.embedder, input, terminal),
      readOnly,
      workers,
      logger: warnings(terminal),
      ...(openNamespaces === undefined ? {} : { limits: { openNamespaces } }),
      ...(facts === undefined ? {} : { facts }),
      ...(safety === undefined ? {} : { safety }),
    });
  } catch (error) {
    await opened.store.store?.close();
    throw explainMismatch(error);
  }
}

/** What a memory is opened with, and the embedder that its vectors are of. */
export async function storeAt(
  place: Place,
  pool?: PostgresPool,
): Promise<{
  store: Pick<MemoryOptions, "path" | "store" | "encryption">;
  embedder: StoredEmbedder | undefined;
}> {
  if ("path" in place)
    return {
      store: place,
      embedder: existsSync(place.path) ? await storedEmbedder(place.path) : undefined,
    };
  // Nobody is to think that it is.
  const { SOUVENIR_ENCRYPTION_KEY, SOUVENIR_ENCRYPTION_KEY_FILE } = process.env;
  if (SOUVENIR_ENCRYPTION_KEY || SOUVENIR_ENCRYPTION_KEY_FILE)
    throw new UsageError(
      `SOUVENIR_ENCRYPTION_KEY is for a file, and the store is in PostgreSQL: ${databaseKeys}`,
    );
  const { postgresStore } = await import("@souvenir/postgres");
  const { connectionString, schema } = place.database;
  const store = postgresStore(
    pool === undefined ? { connectionString, schema } : { pool, schema, listen: connectionString },
  );
  try {
    const { inUse, current } = await store.embedders();
    return { store: { store }, embedder: inUse.find((each) => each !== null) ?? current ?? undefined };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** `secrets=redact,cards=block` as an object: what is not right in it, the memory says. */
async function safetyOf(text: string): Promise<SafetyOptions> {
  const rules = text.split(",").map((rule) => rule.split("=").map((part) => part.trim()));
  if (rules.some((rule) => rule.length !== 2))
    throw new UsageError(`--safety: expected rules as in secrets=redact,cards=block, got "${text}"`);
  const given = Object.fromEntries(rules) as SafetyOptions;
  const { moderation = "off" } = given;
  return moderation === "off" ? given : { ...given, moderator: await makeModerator() };
}

/** Whether there is a store in a place. Makes nothing there. */
export async function storeExists(place: Place): Promise<boolean> {
  if ("path" in place) return existsSync(place.path);
  const { postgresExists } = await import("@souvenir/postgres");
  const { connectionString, schema } = place.database;
  return postgresExists({ connectionString, schema });
}

/** @throws NotFoundError when there is none: a look at a mistyped place makes nothing there */
export async function requireStore(place: Place): Promise<void> {
  if (await storeExists(place)) return;
  throw new NotFoundError(
    `there is no store at ${shownPlace(place)}: give ${"path" in place ? "--path" : "--store"}, or create one with souvenir set, import or serve`,
  );
}

/** The embedder that was asked for, else the one that the store's vectors are of. */
async function embedderFor(
  stored: StoredEmbedder | undefined,
  input: Input,
  terminal: Terminal,
): Promise<Embedder | false> {
  const asked = input.text("embedder") ?? (process.env.SOUVENIR_EMBEDDER || undefined);
  if (asked !== undefined) return makeEmbedder(asked);
  if (stored === undefined) return makeEmbedder("static");
  const name = nameOfEmbedder(stored.id);
  if (name === undefined) {
    terminal.note(
      `the vectors of this store are of "${stored.id}", which only the program that made it has: searching by words, names and conversation`,
    );
    return false;
  }
  return makeEmbedder(name);
}

/** Core names its own calls; here the remedy is a command. */
function explainMismatch(error: unknown): unknown {
  if (!SouvenirError.is(error) || error.code !== "EMBEDDER_MISMATCH") return error;
  const { stored, given } = error.details;
  if (typeof stored !== "string" || typeof given !== "string") return error;
  const named = (id: string) => nameOfEmbedder(id) ?? id;
  return new SouvenirError(
    "EMBEDDER_MISMATCH",
    `the vectors of this store are of "${stored}" and "${given}" was asked for: leave --embedder out to go on with the former, or change the store with: souvenir reembed --embedder ${named(given)}`,
    { details: error.details, cause: error },
  );
}

export function warnings(terminal: Terminal): { warn(message: string): void; error(message: string): void } {
  const note = (message: string) => terminal.note(`${terminal.paintNote("yellow", "warning:")} ${message}`);
  return { warn: note, error: note };
}

/** Milliseconds that a finished command waits for vectors; the rest is made by whoever opens the file next. */
const waitMs = 10_000;
const pollMs = 500;

/**
 * Lets what is queued for a model be done, so that the next search finds by meaning: for a little while, or with
 * `patient` until all is done, the provider fails, or Ctrl-C. A server does that by itself.
 */
export async function settle(
  memory: Memory,
  { input, terminal }: Execution,
  { patient = false }: { patient?: boolean } = {},
): Promise<void> {
  if ("url" in targetOf(input)) return;
  const total = (await memory.stats()).queue.embedding.pending;
  if (total > 0) {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const limit = patient ? undefined : setTimeout(resolve, waitMs);
    if (patient) terminal.interruption().addEventListener("abort", () => resolve(), { once: true });
    const progress = terminal.progress("embedding");
    const look = () =>
      memory.stats().then(
        ({ queue }) => progress.update({ done: total - queue.embedding.pending, total }),
        // The memory was closed meanwhile.
        () => undefined,
      );
    const poll = setInterval(() => void look(), pollMs);
    // When the time is over, the memory is closed under the work that goes on.
    await Promise.race([memory.flush().catch(() => undefined), over]);
    clearTimeout(limit);
    clearInterval(poll);
    progress.clear();
  }
  const { pending, failed, lastError = "no answer yet" } = (await memory.stats()).queue.embedding;
  if (pending + failed > 0)
    terminal.note(
      `stored and found by words; ${count(pending + failed, "memory has", "memories have")} no vector yet (${lastError}); the next souvenir that opens the store tries again`,
    );
}
