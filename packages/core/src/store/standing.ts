import { SouvenirError } from "../errors.ts";
import type { Origin } from "../inputs-and-answers.ts";
import { origins } from "../trust/origin.ts";
import type { JsonValue, Metadata } from "../types.ts";
import type { StoredRecord } from "./store.ts";

/**
 * How a memory stands to the world and to other memories. It is a part of its metadata (`metadata.souvenir`), so that every
 * store, export, backup and earlier version has it, and filters find it. Times in milliseconds since 1970.
 */
export interface Standing {
  /** True in the world from this moment on … */
  validFrom?: number | undefined;
  /** … and before this one. */
  validTo?: number | undefined;
  /** Keys of the memories that it takes the place of. */
  supersedes?: readonly string[] | undefined;
  /** When it was pinned: it is in the profile of its namespace. */
  pinnedAt?: number | undefined;
  /** Where it came from, where its role does not say so. */
  origin?: Origin | undefined;
  /** `true`: it reads like an order to a model, nobody vouches for it, and it is in no recall; `false`: it was allowed. */
  heldBack?: boolean | undefined;
  /** What a moderator flagged it for. */
  flagged?: readonly string[] | undefined;
}

const names: readonly (keyof Standing)[] = [
  "validFrom",
  "validTo",
  "supersedes",
  "pinnedAt",
  "origin",
  "heldBack",
  "flagged",
];

/** Where the index has a part of it. */
export function standingPath(name: keyof Standing): string {
  return `souvenir.${name}`;
}

export function standingOf(metadata: Metadata): Standing {
  const mark = markOf(metadata);
  if (mark === undefined) return {};
  const moment = (value: JsonValue | undefined) => (typeof value === "number" ? value : undefined);
  const { supersedes, heldBack, flagged } = mark;
  const texts = (value: JsonValue | undefined) =>
    Array.isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
  return {
    validFrom: moment(mark.validFrom),
    validTo: moment(mark.validTo),
    supersedes: texts(supersedes),
    pinnedAt: moment(mark.pinnedAt),
    origin: origins.find((origin) => origin === mark.origin),
    heldBack: typeof heldBack === "boolean" ? heldBack : undefined,
    flagged: texts(flagged),
  };
}

/** The metadata without it. */
export function withoutStanding(metadata: Metadata): Metadata {
  const mark = markOf(metadata);
  if (mark === undefined || names.every((name) => !Object.hasOwn(mark, name))) return metadata;
  return withStanding(metadata, {});
}

/**
 * The metadata with another standing. The same makes the same text of JSON.
 * @throws SouvenirError `INVALID_INPUT` where its name is taken
 */
export function withStanding(metadata: Metadata, standing: Standing): Metadata {
  const { souvenir = {}, ...others } = metadata;
  const given = names.filter((name) => standing[name] !== undefined);
  const mark = markOf(metadata);
  if (mark === undefined && Object.hasOwn(metadata, "souvenir")) {
    if (given.length === 0) return metadata;
    throw new SouvenirError(
      "INVALID_INPUT",
      "metadata.souvenir: expected no such field, or an object: Souvenir keeps there what it knows of a memory. Give yours another name",
    );
  }
  const rest = Object.entries(souvenir as Metadata).filter(([name]) => !names.some((own) => own === name));
  const own = given.map((name) => [name, standing[name] as JsonValue] as const);
  const all = [...rest, ...own];
  return all.length === 0 ? others : { ...others, souvenir: Object.fromEntries(all) };
}

/** The metadata of a memory that is pinned, since when it was first, or not any more (`null`). */
export function pinned(metadata: Metadata, pinnedAt: number | null): Metadata {
  const standing = standingOf(metadata);
  return withStanding(metadata, {
    ...standing,
    pinnedAt: pinnedAt === null ? undefined : (standing.pinnedAt ?? pinnedAt),
  });
}

type Said = Pick<StoredRecord, "value" | "metadata">;

/**
 * What is written in the place of a memory is pinned as that was: a pin is for the key. What was allowed may be said again,
 * and what was flagged is so when it is, without being judged first.
 */
export function keepingStanding(before: Said | undefined, { value, metadata }: Said): Metadata {
  if (before === undefined) return metadata;
  const { pinnedAt, heldBack, flagged } = standingOf(before.metadata);
  const kept = pinnedAt === undefined ? metadata : pinned(metadata, pinnedAt);
  if (before.value !== value) return kept;
  const standing = standingOf(kept);
  if (flagged !== undefined && standing.flagged === undefined)
    return withStanding(kept, { ...standing, flagged, heldBack: heldBack ?? standing.heldBack });
  const isAllowed = heldBack === false && standing.heldBack === true;
  return isAllowed ? withStanding(kept, { ...standing, heldBack: false }) : kept;
}

/** Whether it is in no recall until somebody allows it. */
export function isHeldBack({ metadata }: Pick<StoredRecord, "metadata">): boolean {
  return standingOf(metadata).heldBack === true;
}

/** Keys that a memory names, now and in its earlier versions. */
export function supersededBy(versions: readonly { metadata: Metadata }[]): Set<string> {
  return new Set(versions.flatMap(({ metadata }) => standingOf(metadata).supersedes ?? []));
}

/** The metadata of a memory that does not name a key; the same object where it did not. */
export function withoutSuperseded(metadata: Metadata, key: string): Metadata {
  const standing = standingOf(metadata);
  if (!standing.supersedes?.includes(key)) return metadata;
  const left = standing.supersedes.filter((other) => other !== key);
  return withStanding(metadata, { ...standing, supersedes: left.length === 0 ? undefined : left });
}

type Dated = Pick<StoredRecord, "createdAt" | "metadata">;

/** From when on a memory speaks of the world: which of two is the newer. */
export function startOf({ createdAt, metadata }: Dated): number {
  return standingOf(metadata).validFrom ?? createdAt;
}

/**
 * Whether a memory is true at a moment. One that does not say from when on is true since it was said; one that only says
 * until when was so at any time before.
 */
export function isTrueAt({ createdAt, metadata }: Dated, moment: number): boolean {
  const { validFrom, validTo } = standingOf(metadata);
  const begun = (validFrom ?? (validTo === undefined ? createdAt : Number.NEGATIVE_INFINITY)) <= moment;
  return begun && (validTo === undefined || moment < validTo);
}

function markOf(metadata: Metadata): Metadata | undefined {
  const mark = Object.hasOwn(metadata, "souvenir") ? metadata.souvenir : undefined;
  return typeof mark === "object" && mark !== null && !Array.isArray(mark) ? mark : undefined;
}
