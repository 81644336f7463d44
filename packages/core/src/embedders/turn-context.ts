import { idAlone, idWithPrevious, readsPrevious } from "../store/embedder-context.ts";
import type { EmbedderIdentity } from "../store/store.ts";
import type { Embedder } from "../types.ts";
import { pieces } from "./embed.ts";

/** What is embedded of a memory. */
export interface Said {
  value: string;
  thread: string | null;
  role: string | null;
}

/**
 * A longer turn before, in UTF-16 units, is not read with a turn: what it says would outweigh the turn. Measured on vectors
 * alone: without a bound, the long answers of an assistant cost far more than short turns gain.
 */
const longestPrevious = 300;

/** Roles that say who speaks and not who that is: no question asks for these words. */
const roles = /^(?:user|human|assistant|ai|model|bot|system|developer|tool|function)$/i;

/**
 * The texts that are embedded of a memory: its parts, long ones in pieces. A turn in one piece is read with the turn before
 * it where the embedder asks for that: `"Ben: In the attic.\nAnna: Where is it?"`, the names where roles are names. The turn
 * itself comes first: models weigh the beginning of a text most.
 * @param previous - The turn before it in its thread.
 */
export function documentTexts(
  said: Said,
  previous: Pick<Said, "value" | "role"> | undefined,
  embedder: Pick<Embedder, "context" | "maxCharacters" | "parts">,
): string[] {
  const alone = pieces(said.value, embedder);
  const [value] = alone;
  if (embedder.context !== "previous" || said.thread === null || value === undefined || alone.length > 1)
    return alone;
  const own = named({ value, role: said.role });
  const { maxCharacters = Number.POSITIVE_INFINITY } = embedder;
  const both =
    previous === undefined || previous.value.length > longestPrevious ? own : `${own}\n${named(previous)}`;
  return [[both, own].find((text) => text.length <= maxCharacters) ?? value];
}

function named({ value, role }: Pick<Said, "value" | "role">): string {
  const name = role?.trim() ?? "";
  return name === "" || roles.test(name) || value.startsWith(`${name}:`) ? value : `${name}: ${value}`;
}

/** Gives the vectors of a memory (none, one, or one for each piece), for an embedder that computes. */
export interface Computer {
  readonly identity: EmbedderIdentity;
  /** Whether it reads the turn before a turn too. */
  readonly readsPrevious: boolean;
  vectors(said: Said, previous: Pick<Said, "value" | "role"> | undefined): Float32Array[];
}

type Context = "none" | "previous";

/** What stands for an embedder with one context or the other. */
const variants = new WeakMap<Embedder, Map<Context, Embedder>>();
/** What it stands for. */
const originals = new WeakMap<Embedder, Embedder>();

/** An embedder under the id that stores keep its vectors under, with the context that it has, or another one. */
export function withContext(given: Embedder, context: Context = given.context ?? "none"): Embedder {
  const embedder = originalOf(given);
  if (context === "none" && (embedder.context ?? "none") === "none") return embedder;
  const known = variants.get(embedder) ?? new Map<Context, Embedder>();
  variants.set(embedder, known);
  const found = known.get(context) ?? variantOf(embedder, context);
  known.set(context, found);
  originals.set(found, embedder);
  return found;
}

/** The embedder as it was given. */
export function originalOf(embedder: Embedder): Embedder {
  return originals.get(embedder) ?? embedder;
}

/** Whether both ids are of one model, with one context or the other. */
export function sameModel(left: { id: string }, right: { id: string }): boolean {
  return idAlone(left.id) === idAlone(right.id);
}

/** The context that an id stands for. */
export function contextOf(identity: { id: string }): Context {
  return readsPrevious(identity) ? "previous" : "none";
}

function variantOf(embedder: Embedder, context: Context): Embedder {
  const { id, maxBatch, maxCharacters } = embedder;
  return {
    id: context === "previous" ? idWithPrevious(id) : id,
    context,
    get dimensions() {
      return embedder.dimensions;
    },
    ...(maxBatch === undefined ? {} : { maxBatch }),
    ...(maxCharacters === undefined ? {} : { maxCharacters }),
    ...(embedder.parts === undefined ? {} : { parts: (text) => embedder.parts?.(text) ?? [text] }),
    ...(embedder.load === undefined ? {} : { load: async () => embedder.load?.() }),
    ...(embedder.compute === undefined
      ? {}
      : { compute: (text, options) => embedder.compute?.(text, options) }),
    embed: (texts, options) => embedder.embed(texts, options),
  };
}
