import { unsearched } from "../documents/record.ts";
import { harmless, raceAbort } from "../embedders/embed.ts";
import { SouvenirError } from "../errors.ts";
import { type Job, QueueWorker } from "../queue/worker.ts";
import { isGone, standingAnew } from "../records.ts";
import { isWithdrawn } from "../store/embedder-context.ts";
import { isFact } from "../store/fact-mark.ts";
import { standingOf, withStanding } from "../store/standing.ts";
import type { QueueEntry, RecordWrite, Store, StoredRecord, Task } from "../store/store.ts";
import type { Limits, Logger } from "../types.ts";
import type { ModerationAction, Moderator } from "./moderator.ts";

/** Categories of one text, and letters of the name of one, that are kept. */
const mostCategories = 32;
const longestCategory = 64;
/** Changes of a memory, such as a pin, that come between the look at it and its mark. */
const attempts = 10;

export interface ModerationParts {
  moderator: Moderator;
  store: Store;
  clock: () => number;
  logger: Logger;
  limits: Limits;
  /** What is done with what is flagged in a namespace. */
  actionIn: (namespace: string) => ModerationAction;
  /** Told that a memory was marked. */
  onFlagged: (namespace: string, categories: readonly string[]) => void;
}

/** Has what is written judged, later and by a model, and marks what that flags. */
export class Moderation {
  readonly task: Task;
  readonly worker: QueueWorker<string[]>;
  readonly #parts: ModerationParts;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
    this.task = `moderate:${parts.moderator.id}`;
    const { store, clock, logger } = parts;
    this.worker = new QueueWorker({ store, clock, logger, job: this.#job() });
  }

  /** A write that is judged once it is done. What is drawn from others, or is as it was, is not said anew. */
  queued(write: RecordWrite): RecordWrite {
    const isSaid = write.inPlace === undefined && !isFact(write) && !isWithdrawn(write);
    if (!isSaid || this.#parts.actionIn(write.namespace) === "off") return write;
    return { ...write, tasks: [...write.tasks, this.task] };
  }

  #job(): Job<string[]> {
    const { moderator } = this.#parts;
    return {
      task: this.task,
      batch: moderator.maxBatch ?? 1,
      perform: async (entries, signal) => {
        // Of what is not searched no model is asked, nor of a namespace whose rules were changed.
        const asked = entries.filter(
          ({ value, namespace }) => value !== unsearched && this.#parts.actionIn(namespace) !== "off",
        );
        const judged = await this.#judge(
          asked.map(({ value }) => value),
          signal,
        );
        const flagged = new Map(asked.map((entry, index) => [entry, judged[index] as string[]]));
        return entries.map((entry) => ({ result: flagged.get(entry) ?? [] }));
      },
      save: async (items) => {
        await Promise.all(items.map(({ entry, result }) => this.#keep(entry, result)));
      },
      probe: async (signal) => {
        await this.#judge([harmless], signal);
      },
    };
  }

  async #judge(texts: readonly string[], signal: AbortSignal): Promise<string[][]> {
    if (texts.length === 0) return [];
    const { moderator } = this.#parts;
    const judged: unknown = await raceAbort(Promise.resolve(moderator.moderate(texts, { signal })), signal);
    if (
      !Array.isArray(judged) ||
      judged.length !== texts.length ||
      !judged.every((each) => Array.isArray(each) && each.every(isCategory))
    )
      throw new SouvenirError(
        "MODERATOR_FAILED",
        `${moderator.id}: expected a list of names of categories for each of ${texts.length} texts, and got something else`,
        { details: { moderator: moderator.id, texts: texts.length } },
      );
    return judged.map((each: string[]) => [...new Set(each)].sort().slice(0, mostCategories));
  }

  /** Takes an entry from the queue, and marks its memory, in one commit. What was written or erased since is left alone. */
  async #keep(entry: QueueEntry, categories: readonly string[]): Promise<void> {
    const { store, actionIn, onFlagged, clock } = this.#parts;
    const action = categories.length === 0 ? "off" : actionIn(entry.namespace);
    for (let attempt = 1; ; attempt++) {
      const [record] = action === "off" ? [] : await store.read(entry.namespace, [entry.id]);
      const isThere = record !== undefined && !isGone(record, clock());
      try {
        await store.write(isThere ? [this.#flagged(record, categories, action)] : [], {
          done: { task: this.task, entries: [entry] },
        });
      } catch (error) {
        if (!SouvenirError.is(error) || error.code !== "VERSION_CONFLICT") throw error;
        // The entry is another one now, or none; else the memory was pinned or the like meanwhile.
        if ("record" in error.details) return;
        if (attempt === attempts) throw error;
        continue;
      }
      if (isThere) onFlagged(entry.namespace, categories);
      return;
    }
  }

  #flagged(record: StoredRecord, flagged: readonly string[], action: ModerationAction): RecordWrite {
    const standing = standingOf(record.metadata);
    // What somebody has allowed stays so, as long as it says the same.
    const heldBack = standing.heldBack ?? (action === "hold" ? true : undefined);
    const metadata = withStanding(record.metadata, { ...standing, flagged, heldBack });
    return standingAnew(record, metadata, [], { now: this.#parts.clock(), limits: this.#parts.limits });
  }
}

function isCategory(name: unknown): boolean {
  return typeof name === "string" && name !== "" && name.length <= longestCategory;
}
