import { mergeEntities } from "./entities/candidate.ts";
import { readFact } from "./facts/fact-reading.ts";
import type { Origin } from "./inputs-and-answers.ts";
import { optionNames } from "./option-names.ts";
import type { Screened } from "./safety/safety.ts";
import { isWithdrawn } from "./store/embedder-context.ts";
import { factOf, factState, withMark, withoutFact } from "./store/fact-mark.ts";
import { checkHistory } from "./store/record-versions.ts";
import { type Standing, standingOf, withoutStanding, withStanding } from "./store/standing.ts";
import type { RecordFields, RecordWrite, StoredRecord, Task } from "./store/store.ts";
import { isOrder } from "./trust/orders.ts";
import { checkOrigin, isForeign, originOfRole } from "./trust/origin.ts";
import type { Entity, Limits, MemoryRecord, Metadata, SetInput } from "./types.ts";
import {
  checkEntities,
  checkExpiry,
  checkFlag,
  checkInteger,
  checkKey,
  checkMetadata,
  checkNamespace,
  checkObject,
  checkOptions,
  checkTags,
  checkText,
  checkThread,
  invalid,
  optionalDate,
} from "./validation.ts";

/** Of an import: so many that later ones are whole numbers for ever. */
const largestVersion = 2 ** 40;
/** Memories that one takes the place of. */
const mostSuperseded = 64;

export interface WriteContext {
  limits: Limits;
  now: number;
  /** What is found at once, and the tasks to queue for the rest. */
  extract: (text: string) => { entities: Entity[]; tasks: Task[] };
  /** What of a memory may be kept: see `Safety`. @throws SouvenirError `CONTENT_BLOCKED` */
  screen?: ((namespace: string, fields: Screened) => Screened) | undefined;
  /** Where it comes from when it does not say so. Default: as its role says. */
  origin?: Origin;
}

/** Checks an input and finds its entities. @throws SouvenirError `INVALID_INPUT` */
export function toWrite(
  asGiven: SetInput,
  context: WriteContext,
  existing: RecordWrite["existing"] = "replace",
  pinnedAt?: number,
): RecordWrite {
  const input = checkObject(asGiven, "a memory") as unknown as SetInput;
  const { limits, now } = context;
  const namespace = checkNamespace(input.namespace);
  const key = input.key === undefined ? crypto.randomUUID() : checkKey(input.key, limits);
  if (typeof input.value === "object" && input.value !== null)
    throw invalid("value", "a string: JSON.stringify() it, or keep its fields in metadata", input.value);
  const given = {
    value: checkText(input.value, "value", limits.valueBytes, "valueBytes"),
    tags: checkTags(input.tags, limits),
    metadata: checkMetadata(input.metadata, limits),
    entities: checkEntities(input.entities),
  };
  const createdAt = optionalDate(input.createdAt, "createdAt");
  const expiresAt =
    input.expiresAt === undefined || input.expiresAt === null ? null : checkExpiry(input.expiresAt, now);
  if (input.ifVersion !== undefined) checkInteger(input.ifVersion, "ifVersion", 0, Number.MAX_SAFE_INTEGER);
  const { value, tags, entities, ...kept } = context.screen?.(namespace, given) ?? given;
  const role = input.role === undefined ? null : checkText(input.role, "role", 128);
  const metadata = withStanding(kept.metadata, {
    ...checkStanding(input, key, limits),
    pinnedAt,
    ...trustIn({ value, tags, role }, input.origin, context.origin),
  });
  if (factOf(metadata) !== undefined)
    throw invalid("metadata.souvenir.fact", "no such field: facts are made by consolidate()");
  // It would be acknowledged, and found nowhere.
  if (Object.hasOwn(Object(metadata.souvenir), "withdrawn"))
    throw invalid("metadata.souvenir.withdrawn", "no such field: delete() takes a memory away");
  const found = context.extract(value);
  return {
    namespace,
    key,
    value,
    tags,
    metadata,
    entities: mergeEntities(entities, found.entities),
    thread: input.thread === undefined ? null : checkThread(input.thread),
    role,
    ...(createdAt === undefined ? {} : { createdAt }),
    expiresAt,
    now,
    existing,
    tasks: found.tasks,
    keepVersions: limits.versions,
    ...(input.ifVersion === undefined ? {} : { ifVersion: input.ifVersion }),
  };
}

/** Where a memory comes from, and whether it is kept from models until somebody has looked at it. */
function trustIn(
  { value, tags, role }: Pick<RecordFields, "value" | "tags" | "role">,
  given: unknown,
  otherwise: Origin | undefined,
): Standing {
  const said = originOfRole(role);
  const origin = given === undefined ? (otherwise ?? said) : checkOrigin(given);
  return {
    ...(origin === said ? {} : { origin }),
    ...(isForeign(origin) && [value, ...tags].some(isOrder) ? { heldBack: true } : {}),
  };
}

function checkStanding(
  { validFrom: from, validTo: to, supersedes }: SetInput,
  key: string,
  limits: Limits,
): Standing {
  const [validFrom, validTo] = [optionalDate(from, "validFrom"), optionalDate(to, "validTo")];
  if (validFrom !== undefined && validTo !== undefined && validTo <= validFrom)
    throw invalid("validTo", `a moment after validFrom, ${new Date(validFrom).toISOString()}`);
  if (supersedes === undefined) return { validFrom, validTo };
  if (!Array.isArray(supersedes)) throw invalid("supersedes", "an array of keys", supersedes);
  if (supersedes.length > mostSuperseded)
    throw invalid("supersedes", `at most ${mostSuperseded} keys`, supersedes.length);
  const keys = new Set(supersedes.map((each, place) => checkKey(each, limits, `supersedes[${place}]`)));
  if (keys.has(key)) throw invalid("supersedes", "keys of other memories than this one");
  return { validFrom, validTo, ...(keys.size === 0 ? {} : { supersedes: [...keys] }) };
}

/** A write with what was found in its text since it was checked. */
export function withFound(write: RecordWrite, found: ReturnType<WriteContext["extract"]>): RecordWrite {
  return { ...write, entities: mergeEntities(write.entities, found.entities), tasks: found.tasks };
}

/** A line of an export: the current version with the earlier ones inside, so that one line is one memory. */
export type ExportedRecord = MemoryRecord & { history?: MemoryRecord[] };

/** Checks a line of an export, or an input for `set`. Keeps version, times and entities as they were exported. */
export function toImportWrite(given: ExportedRecord | SetInput, context: WriteContext): RecordWrite {
  const record = checkOptions(given, "import", optionNames.record) as unknown as Partial<ExportedRecord> &
    Omit<SetInput, "origin">;
  const fields = importFields(record, context);
  if (record.history !== undefined && !Array.isArray(record.history))
    throw invalid("history", "an array of records", record.history);
  const write: RecordWrite = {
    ...fields,
    existing: "keepNewer",
    history: (record.history ?? []).map((earlier, index) => {
      checkOptions(earlier, `import: history[${index}]`, optionNames.record);
      const {
        tasks: _tasks,
        namespace: _namespace,
        now,
        existing: _existing,
        keepVersions: _keepVersions,
        ifVersion: _ifVersion,
        sources: _sources,
        ...write
      } = importFields(earlier, context);
      return {
        ...write,
        createdAt: write.createdAt ?? now,
        updatedAt: write.updatedAt ?? now,
        version: write.version ?? 1,
      } satisfies RecordFields;
    }),
  };
  checkHistory(write);
  return write;
}

function importFields(
  record: Partial<MemoryRecord> & Omit<SetInput, "origin">,
  context: WriteContext,
): RecordWrite {
  // What was exported has its entities already; anything else gets them as a new memory does.
  const exported = record.version !== undefined && record.entities !== undefined;
  // What was exported says itself where it came from, and a fact in its own words.
  const { origin, ...others } = record;
  const isKnown = record.version !== undefined || record.kind !== undefined;
  const { origin: otherwise, ...rest } = context;
  const write = toWrite(
    origin === undefined || record.kind === "fact" ? others : { ...others, origin: origin as Origin },
    {
      ...(isKnown || otherwise === undefined ? rest : { ...rest, origin: otherwise }),
      ...(exported ? { extract: () => ({ entities: [], tasks: [] }) } : {}),
    },
    "keepNewer",
    optionalDate(record.pinnedAt, "pinnedAt"),
  );
  if (record.heldBack !== undefined) checkFlag(record.heldBack, "heldBack");
  const flagged = checkTags(record.flagged, context.limits, "flagged");
  const isAllowed = exported && record.heldBack === false;
  const isHeld = flagged.length > 0 && record.heldBack === true;
  const updatedAt = optionalDate(record.updatedAt, "updatedAt");
  if (record.version !== undefined) checkInteger(record.version, "version", 1, largestVersion);
  const fact = readFact(record);
  return {
    ...write,
    ...(isAllowed || flagged.length > 0
      ? {
          metadata: withStanding(write.metadata, {
            ...standingOf(write.metadata),
            ...(flagged.length > 0 ? { flagged } : {}),
            ...(isAllowed || isHeld ? { heldBack: isHeld } : {}),
          }),
        }
      : {}),
    ...(fact === undefined
      ? {}
      : { metadata: withMark(write.metadata, fact.fact, fact.isWithdrawn), sources: fact.fact.sources }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(record.version === undefined ? {} : { version: record.version }),
  };
}

let latest = { time: 0, text: new Date(0).toISOString() };
/** A time as a text. Records that were written together have the same. */
function iso(time: number): string {
  if (time !== latest.time) latest = { time, text: new Date(time).toISOString() };
  return latest.text;
}

/** Whether a message was said in another conversation than what stood before it in its thread: nobody else's concern. */
export function isApart({ metadata }: Pick<StoredRecord, "metadata">): boolean {
  return Object.hasOwn(metadata, "souvenir") && Object(metadata.souvenir).apart === true;
}

function shown(stored: Metadata): Metadata {
  const metadata = withoutFact(withoutStanding(stored));
  if (!isApart({ metadata })) return metadata;
  const { souvenir, ...others } = metadata;
  const { apart: _apart, ...mark } = Object(souvenir) as Metadata;
  return Object.keys(mark).length === 0 ? others : { ...others, souvenir: mark };
}

/** The public form of a stored record. */
export function toRecord(stored: StoredRecord): MemoryRecord {
  const { validFrom, validTo, supersedes, pinnedAt, heldBack, flagged, ...standing } = standingOf(
    stored.metadata,
  );
  const origin = standing.origin ?? originOfRole(stored.role);
  const fact = factOf(stored.metadata);
  return {
    namespace: stored.namespace,
    key: stored.key,
    value: stored.value,
    tags: stored.tags,
    metadata: shown(stored.metadata),
    entities: stored.entities,
    ...(stored.thread === null ? {} : { thread: stored.thread }),
    ...(stored.role === null ? {} : { role: stored.role }),
    version: stored.version,
    createdAt: iso(stored.createdAt),
    updatedAt: iso(stored.updatedAt),
    ...(stored.expiresAt === null ? {} : { expiresAt: iso(stored.expiresAt) }),
    ...(validFrom === undefined ? {} : { validFrom: iso(validFrom) }),
    ...(validTo === undefined ? {} : { validTo: iso(validTo) }),
    ...(supersedes === undefined ? {} : { supersedes: [...supersedes] }),
    ...(pinnedAt === undefined ? {} : { pinnedAt: iso(pinnedAt) }),
    ...(origin === undefined ? {} : { origin }),
    ...(heldBack === undefined ? {} : { heldBack }),
    ...(flagged === undefined ? {} : { flagged: [...flagged] }),
    ...(fact === undefined ? {} : { kind: "fact", ...fact, state: factState(fact, isWithdrawn(stored)) }),
  };
}

/**
 * A turn that its conversation has gone another way from takes part in nothing any more; what it said stays in its
 * history. The same in another version, so that no change is lost on an index that follows.
 */
export function withdrawal(
  stored: StoredRecord,
  { now, limits }: Pick<WriteContext, "now" | "limits">,
): RecordWrite {
  const { souvenir } = stored.metadata;
  const mark = { ...(Object(souvenir) as Metadata), withdrawn: true };
  return { ...again(stored, { now, limits }), metadata: { ...stored.metadata, souvenir: mark } };
}

/** A fact that was concluded, as one like others. @param sources - What it rests on, as it is now. */
export function approval(
  stored: StoredRecord,
  sources: readonly StoredRecord[],
  context: Pick<WriteContext, "now" | "limits">,
): RecordWrite {
  const { withdrawn: _withdrawn, ...mark } = Object(stored.metadata.souvenir) as Metadata;
  return {
    ...again(stored, context),
    metadata: { ...stored.metadata, souvenir: mark },
    sources: sources.map(({ key, version }) => ({ key, version })),
  };
}

/** A memory that was held back, as one like others. */
export function allowance(stored: StoredRecord, context: Pick<WriteContext, "now" | "limits">): RecordWrite {
  const { ifVersion: _ifVersion, ...write } = again(stored, context);
  const metadata = withStanding(stored.metadata, { ...standingOf(stored.metadata), heldBack: false });
  return { ...write, metadata, inPlace: { sequence: stored.sequence } };
}

/** How a memory stands to others, changed in its place. @param sources - What it is drawn from, as that is now. */
export function standingAnew(
  stored: StoredRecord,
  metadata: Metadata,
  sources: readonly Pick<StoredRecord, "key" | "version">[],
  context: Pick<WriteContext, "now" | "limits">,
): RecordWrite {
  const { ifVersion: _ifVersion, ...write } = again(stored, context);
  return {
    ...write,
    metadata,
    sources: sources.map(({ key, version }) => ({ key, version })),
    inPlace: { sequence: stored.sequence },
  };
}

/** The same memory with another date. */
export function redated(
  stored: StoredRecord,
  createdAt: number,
  context: Pick<WriteContext, "now" | "limits">,
): RecordWrite {
  return { ...again(stored, context), createdAt };
}

/** What is stored, as a write: only in the place of the version that was seen. */
function again(stored: StoredRecord, { now, limits }: Pick<WriteContext, "now" | "limits">): RecordWrite {
  const { id: _id, sequence: _sequence, updatedAt: _updatedAt, version, ...fields } = stored;
  return {
    ...fields,
    now,
    existing: "replace",
    ifVersion: version,
    keepVersions: limits.versions,
    tasks: [],
  };
}

export { isWithdrawn };

/** Whether a record is there for the store only. */
export function isGone(stored: StoredRecord, now: number): boolean {
  return isExpired(stored, now) || isWithdrawn(stored);
}

export function isExpired(stored: StoredRecord, now: number): boolean {
  return stored.expiresAt !== null && stored.expiresAt <= now;
}
