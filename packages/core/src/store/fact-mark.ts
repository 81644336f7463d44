import type { FactOrigin, FactSource, KeptFactType } from "../facts/fact-extractor.ts";
import type { JsonValue, Metadata } from "../types.ts";

/** What a fact says of itself beside its sentence, in `metadata.souvenir.fact`. */
export interface FactMark {
  subject: string;
  attribute?: string;
  type: KeptFactType;
  origin: FactOrigin;
  /** Id of the run that it comes from. */
  run: string;
  sources: FactSource[];
  /** Key of the fact that says the same: this one is put aside. */
  mergedInto?: string;
}

/**
 * The thread of the records that say what runs did, withdrawn ones without words of anybody. They are about the others of
 * their namespace, and go with the last of those.
 */
export const runsThread = "souvenir:runs";

/** Where the index has what a fact says of itself. */
export function factPath(name: string): string {
  return `souvenir.fact.${name}`;
}

export function factOf(metadata: Metadata): FactMark | undefined {
  const fact = Object(markOf(metadata)).fact as unknown;
  return typeof fact === "object" && fact !== null ? (fact as FactMark) : undefined;
}

export function isFact({ metadata }: { metadata: Metadata }): boolean {
  return factOf(metadata) !== undefined;
}

/** Whether it is the words of several memories, and so without one of them no more what it was. */
export function isSummary({ metadata }: { metadata: Metadata }): boolean {
  return factOf(metadata)?.type === "summary";
}

/** Whether a fact waits for approval, says what another one says, or is one like any memory. Summaries are in no search. */
export function factState(fact: FactMark, isWithdrawn: boolean): "active" | "proposed" | "merged" {
  if (!isWithdrawn || fact.type === "summary") return "active";
  return fact.mergedInto === undefined ? "proposed" : "merged";
}

/** The metadata of a fact. @param withdrawn - Whether it takes part in nothing, as one that waits. Default: as it is. */
export function withMark(metadata: Metadata, fact: FactMark, withdrawn?: boolean): Metadata {
  const { withdrawn: before, ...mark } = markOf(metadata);
  const is = withdrawn ?? before === true;
  return {
    ...metadata,
    souvenir: { ...mark, fact: fact as unknown as JsonValue, ...(is ? { withdrawn: true } : {}) },
  };
}

/** The metadata of what is drawn from several memories, without one of them. */
export function withoutSource(metadata: Metadata, key: string): Metadata {
  const fact = factOf(metadata);
  if (fact === undefined) return metadata;
  const sources = fact.sources.filter((source) => source.key !== key);
  return {
    ...metadata,
    souvenir: { ...markOf(metadata), fact: { ...fact, sources } as unknown as JsonValue },
  };
}

/** The metadata as it is shown of a fact, whose fields are those of the record. */
export function withoutFact(metadata: Metadata): Metadata {
  if (factOf(metadata) === undefined) return metadata;
  const { souvenir: _souvenir, ...others } = metadata;
  const { fact: _fact, withdrawn: _withdrawn, ...mark } = markOf(metadata);
  return Object.keys(mark).length === 0 ? others : { ...others, souvenir: mark };
}

function markOf(metadata: Metadata): Metadata {
  const mark = Object.hasOwn(metadata, "souvenir") ? metadata.souvenir : undefined;
  return typeof mark === "object" && mark !== null && !Array.isArray(mark) ? mark : {};
}
