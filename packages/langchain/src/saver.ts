import { isDeepStrictEqual } from "node:util";
import type { RunnableConfig } from "@langchain/core/runnables";
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  getCheckpointId,
  maxChannelVersion,
  type PendingWrite,
  type SerializerProtocol,
  TASKS,
  WRITES_IDX_MAP,
} from "@langchain/langgraph-checkpoint";
import { checkDefined, checkOptions, namesOf, SouvenirError } from "@souvenir/core";
import { type SqliteConnection, TablesFile } from "@souvenir/core/sqlite";
import {
  type ChannelRef,
  type CheckpointRow,
  eraseThread,
  findCheckpoint,
  getCheckpoint,
  getMetadata,
  getValue,
  hasValue,
  listCheckpoints,
  type Place,
  putCheckpoint,
  putValue,
  putWrite,
  refsOf,
  type Serialized,
  writesOf,
} from "./saver/rows.ts";
import { langchainTables } from "./saver/tables.ts";
import { checkCount } from "./store/checks.ts";

/** Where checkpoints are kept. */
export interface SouvenirSaverOptions {
  /** File of the store; the one of the memory fits. `":memory:"` for none. Default `./.souvenir/memory.db`. */
  path?: string;
  /** How checkpoints become bytes. Default: LangGraph's own, which is JSON. */
  serde?: SerializerProtocol;
}

const optionNames = namesOf<SouvenirSaverOptions>({ path: true, serde: true });

/**
 * LangGraph's checkpoints in the file of a Souvenir memory: what a thread said and did, to go on after an interrupt or a
 * restart, and to look back. Several processes may use one file; what a call wrote is on disk when it resolves.
 *
 * ```ts
 * const agent = createAgent({ model, checkpointer: new SouvenirSaver({ path: "memory.db" }) });
 * ```
 * @throws SouvenirError from its methods `INVALID_INPUT`, `STORE_CORRUPT`, `STORE_TOO_NEW`, `STORE_BUSY`, `STORE_FULL`,
 * `STORE_FAILED` or `CLOSED`
 */
export class SouvenirSaver extends BaseCheckpointSaver {
  readonly #file: TablesFile;

  /** Opens nothing: the first call does. @throws SouvenirError `INVALID_INPUT` */
  constructor(options: SouvenirSaverOptions = {}) {
    checkOptions(options, "SouvenirSaver", optionNames);
    super(options.serde);
    this.#file = new TablesFile({ path: options.path, tables: langchainTables });
  }

  /** The checkpoint that a config names, else the last one of its thread and namespace. */
  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    if (config.configurable?.thread_id === undefined) return undefined;
    const place = placeOf(config);
    const id = checkpointId(config);
    const db = await this.#file.open();
    return this.#tuple(db, () => findCheckpoint(db, place, id));
  }

  /**
   * Checkpoints of a thread, newest first; of all threads without a `thread_id`, of all namespaces without a
   * `checkpoint_ns`. `filter`: what their metadata holds.
   */
  async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { thread_id: thread, checkpoint_ns: namespace } = config.configurable ?? {};
    const filter = options.filter ?? {};
    checkDefined(filter, "filter");
    let left = checkCount(options.limit, "limit", Number.POSITIVE_INFINITY);
    const id = checkpointId(config);
    const end = checkpointId(options.before ?? {});
    const selection = {
      ...(thread === undefined ? {} : { thread: identity(thread, "thread_id") }),
      ...(namespace === undefined ? {} : { namespace: namespaceOf(namespace) }),
      ...(id === undefined ? {} : { id }),
      ...(end === undefined ? {} : { before: end }),
    };
    const wanted = Object.entries(filter);
    const db = await this.#file.open();
    for (const number of listCheckpoints(db, selection)) {
      if (left <= 0) return;
      if (wanted.length > 0) {
        const about = getMetadata(db, number);
        const metadata = about === undefined ? {} : ((await this.#load(about)) as Record<string, unknown>);
        if (!wanted.every(([name, value]) => isDeepStrictEqual(metadata[name], value))) continue;
      }
      const tuple = await this.#tuple(db, () => getCheckpoint(db, number));
      // It may have been deleted since it was listed.
      if (tuple === undefined) continue;
      left -= 1;
      yield tuple;
    }
  }

  /** Keeps a checkpoint; of its channels what `newVersions` names, the others are those of the one before it. */
  async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions = {},
  ): Promise<RunnableConfig> {
    const place = placeOf(config);
    const id = identity(checkpoint.id, "checkpoint.id");
    const parent = checkpointId(config);
    const db = await this.#file.open();
    for (;;) {
      const before = parent === undefined ? undefined : findCheckpoint(db, place, parent);
      const { inside, kept, changed } = divide(checkpoint, newVersions, {
        before: refsOf(before),
        // Only with a parent something can be unchanged that was never kept: its thread was deleted.
        lost: (channel, version) => parent !== undefined || hasValue(db, place, channel, version),
      });
      // All serialized before anything is awaited: the graph goes on with its objects.
      const dumps = await Promise.all([
        this.#dump({ ...checkpoint, channel_values: inside }),
        this.#dump(metadata),
        ...changed.map(([channel]) => this.#dump(checkpoint.channel_values[channel])),
      ]);
      const [body, about, ...values] = dumps as [Serialized, Serialized, ...Serialized[]];
      const done = await db.transaction(() => {
        // The values of its parent may have been deleted in the meantime.
        if (before !== undefined && findCheckpoint(db, place, before.id)?.channels !== before.channels)
          return false;
        const refs: ChannelRef[] = changed.map(([channel, version], index) => [
          channel,
          version,
          putValue(db, place, [channel, version], values[index] as Serialized),
        ]);
        putCheckpoint(db, {
          ...place,
          id,
          parent: parent ?? null,
          channels: JSON.stringify([...kept, ...refs]),
          body_type: body.type,
          body: body.value,
          metadata_type: about.type,
          metadata: about.value,
        });
        return true;
      });
      if (done) return configOf(place, id);
    }
  }

  /** Keeps what a task wrote. Written twice it is the first, except for errors, interrupts and the like. */
  async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = "",
  ): Promise<void> {
    const place = { ...placeOf(config), task: identity(taskId, "taskId"), path: taskPath };
    const checkpoint = identity(checkpointId(config), "checkpoint_id");
    const values = await Promise.all(writes.map(([, value]) => this.#dump(value)));
    const db = await this.#file.open();
    await db.transaction(() => {
      for (const [index, [channel]] of writes.entries()) {
        const special = Object.hasOwn(WRITES_IDX_MAP, channel) ? WRITES_IDX_MAP[channel] : undefined;
        putWrite(db, {
          ...place,
          checkpoint,
          channel,
          place: special ?? index,
          ...(values[index] as Serialized),
        });
      }
    });
  }

  /** Erases a thread: its checkpoints at once, then their values and writes; from the bytes as `scrub` says. */
  async deleteThread(threadId: string): Promise<void> {
    const thread = identity(threadId, "threadId");
    await eraseThread(await this.#file.open(), thread);
  }

  /** Removes the bytes of what was deleted from the file. Without it that is done later, and by `close`. */
  async scrub(): Promise<{ scrubbed: number }> {
    return (await this.#file.open()).scrub();
  }

  /** For good. A memory in the same file stays open. */
  close(): Promise<void> {
    return this.#file.close();
  }

  /** @param find - Reads the row, in one state of the file with all that belongs to it */
  async #tuple(
    db: SqliteConnection,
    find: () => CheckpointRow | undefined,
  ): Promise<CheckpointTuple | undefined> {
    const found = db.snapshot(() => {
      const row = find();
      if (row === undefined) return undefined;
      return {
        row,
        values: refsOf(row).flatMap(([channel, , number]) => {
          const value = getValue(db, number);
          return value === undefined ? [] : [{ channel, value }];
        }),
        writes: writesOf(db, row, row.id),
      };
    });
    if (found === undefined) return undefined;
    const { row } = found;
    const [checkpoint, metadata, values, pendingWrites] = await Promise.all([
      this.#load({ type: row.body_type, value: row.body }) as Promise<Checkpoint>,
      this.#load({ type: row.metadata_type, value: row.metadata }) as Promise<CheckpointMetadata>,
      Promise.all(
        found.values.map(async ({ channel, value }) => [channel, await this.#load(value)] as const),
      ),
      Promise.all(
        found.writes.map(
          async ({ task, channel, ...value }): Promise<CheckpointPendingWrite> => [
            task,
            channel,
            await this.#load(value),
          ],
        ),
      ),
    ]);
    // Not assigned one by one: a channel may be called `__proto__`.
    checkpoint.channel_values = { ...checkpoint.channel_values, ...Object.fromEntries(values) };
    if (checkpoint.v < 4 && row.parent !== null) {
      // Up to version 3 of the format what was sent to a node was among the writes of the checkpoint before.
      const sent = writesOf(db, row, row.parent).filter(({ channel }) => channel === TASKS);
      checkpoint.channel_values[TASKS] = await Promise.all(sent.map((write) => this.#load(write)));
      const versions = Object.values(checkpoint.channel_versions);
      checkpoint.channel_versions[TASKS] =
        versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
    }
    return {
      config: configOf(row, row.id),
      checkpoint,
      metadata,
      pendingWrites,
      ...(row.parent === null ? {} : { parentConfig: configOf(row, row.parent) }),
    };
  }

  async #dump(given: unknown): Promise<Serialized> {
    const [type, value]: [string, Uint8Array | string] = await this.serde.dumpsTyped(given);
    // Serializers of one's own may give a text, which they also take.
    return { type, value: typeof value === "string" ? new TextEncoder().encode(value) : value };
  }

  #load({ type, value }: Serialized): Promise<unknown> {
    return this.serde.loadsTyped(type, value);
  }
}

/** What of a checkpoint is kept in it (channels without a version), what is that of its parent, and what is new. */
function divide(
  { channel_values: values, channel_versions: versions }: Checkpoint,
  newVersions: ChannelVersions,
  {
    before,
    lost,
  }: { before: readonly ChannelRef[]; lost: (channel: string, version: string | number) => boolean },
): {
  inside: Record<string, unknown>;
  kept: readonly ChannelRef[];
  changed: readonly (readonly [channel: string, version: string | number])[];
} {
  const known = new Map(before.map((ref) => [ref[0], ref]));
  const inside: [string, unknown][] = [];
  const kept: ChannelRef[] = [];
  const changed: [string, string | number][] = [];
  for (const [channel, value] of Object.entries(values ?? {})) {
    const version = Object.hasOwn(versions ?? {}, channel) ? versions[channel] : undefined;
    const ref = known.get(channel);
    if (version === undefined) inside.push([channel, value]);
    else if (Object.hasOwn(newVersions, channel)) changed.push([channel, version]);
    else if (ref?.[1] === version) kept.push(ref);
    else if (lost(channel, version)) changed.push([channel, version]);
  }
  return { inside: Object.fromEntries(inside), kept, changed };
}

function placeOf({ configurable }: RunnableConfig): Place {
  return {
    thread: identity(configurable?.thread_id, "thread_id"),
    namespace: namespaceOf(configurable?.checkpoint_ns),
  };
}

function namespaceOf(given: unknown = ""): string {
  return given === "" ? given : identity(given, "checkpoint_ns");
}

function checkpointId(config: RunnableConfig): string | undefined {
  const given: unknown = getCheckpointId(config);
  return given === "" ? undefined : identity(given, "checkpoint_id");
}

function configOf({ thread, namespace }: Place, id: string): RunnableConfig {
  return { configurable: { thread_id: thread, checkpoint_ns: namespace, checkpoint_id: id } };
}

/** Any text tells threads apart, and a number is its text. */
function identity(given: unknown, name: string): string {
  if (typeof given === "number" && Number.isFinite(given)) return String(given);
  if (typeof given === "string" && given !== "") return given;
  throw new SouvenirError(
    "INVALID_INPUT",
    `${name}: expected a text that is not empty, as in { configurable: { thread_id: "monday" } }`,
  );
}
