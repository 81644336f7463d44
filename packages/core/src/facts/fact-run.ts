import { SouvenirError } from "../errors.ts";
import { runsThread, withMark } from "../store/fact-mark.ts";
import type { RecordWrite } from "../store/store.ts";
import type { JsonValue, Metadata, SetInput } from "../types.ts";
import type { FactDraft, Refused } from "./dispose.ts";
import { type ChangeMark, type FactChange, markOf } from "./fact-change.ts";
import type { FactUsage } from "./fact-extractor.ts";

/** What looking into one window came to, without any words of the memories. */
export interface RunMark {
  extractor: string;
  /** Keys of its facts. */
  facts: string[];
  /** What it changed of facts that were there already. Absent: nothing. */
  changed?: ChangeMark[];
  refused: Refused;
  usage: FactUsage;
  undoneAt?: number;
}

/** What looking into one window came to. `at` in milliseconds since 1970. */
export interface DraftedRun extends Omit<RunMark, "facts" | "changed"> {
  id: string;
  namespace: string;
  at: number;
  facts: FactDraft[];
  changes: FactChange[];
}

/** Whether there is nothing to tell of a run. */
export function isEmptyRun({ facts, changes, refused }: DraftedRun): boolean {
  return facts.length + changes.length + Object.keys(refused).length === 0;
}

/** With the namespace in its id: a run is found by that alone. */
export function draftedRun(run: Omit<DraftedRun, "id">): DraftedRun {
  return { ...run, id: `${crypto.randomUUID()}@${run.namespace}` };
}

/** @throws SouvenirError `INVALID_INPUT` for what is no id of a run */
export function placeOfRun(id: unknown): { namespace: string; key: string } {
  const at = typeof id === "string" ? id.indexOf("@") : -1;
  if (typeof id !== "string" || at < 1 || at === id.length - 1)
    throw new SouvenirError("INVALID_INPUT", "run: expected the id of a run, as runs() tells it");
  return { namespace: id.slice(at + 1), key: keyOfRun(id) };
}

function keyOfRun(id: string): string {
  return `run:${id.slice(0, id.indexOf("@"))}`;
}

/** The new facts of a run, and what the run did, as they are written. @param toWrite - Checks a memory and finds its entities. */
export function writesOf(run: DraftedRun, toWrite: (input: SetInput) => RecordWrite): RecordWrite[] {
  const facts = run.facts.map(
    ({ key, text, subject, attribute, type, origin, sources, supersedes, ...times }) => {
      const write = toWrite({
        namespace: run.namespace,
        key,
        value: text,
        ifVersion: 0,
        supersedes,
        ...times,
      });
      const fact = {
        subject,
        ...(attribute === undefined ? {} : { attribute }),
        type,
        origin,
        run: run.id,
        sources,
      };
      return {
        ...write,
        // What was concluded and not said is found only once somebody has approved it; what a summary says is said by turns.
        metadata: withMark(write.metadata, fact, origin === "inferred" || type === "summary"),
        sources: sources.map(({ key, version }) => ({ key, version })),
      };
    },
  );
  const { id, namespace, at, extractor, refused, usage } = run;
  const mark: RunMark = {
    ...{ extractor, facts: facts.map(({ key }) => key), refused, usage },
    ...(run.changes.length === 0 ? {} : { changed: run.changes.map(markOf) }),
  };
  return [...facts, runWrite({ namespace, key: keyOfRun(id), at, mark })];
}

/** The record of a run. */
export function runWrite({
  namespace,
  key,
  at,
  mark,
  ifVersion = 0,
}: {
  namespace: string;
  key: string;
  at: number;
  mark: RunMark;
  ifVersion?: number;
}): RecordWrite {
  return {
    namespace,
    key,
    // As harmless for an embedder as can be: it is no text of anybody.
    value: "run",
    tags: [],
    metadata: { souvenir: { withdrawn: true, run: mark as unknown as JsonValue } },
    entities: [],
    thread: runsThread,
    role: null,
    createdAt: at,
    expiresAt: null,
    now: at,
    existing: "replace",
    ifVersion,
    keepVersions: 0,
    tasks: [],
  };
}

export function runOf(metadata: Metadata): RunMark | undefined {
  const run = (Object(metadata.souvenir) as { run?: unknown }).run;
  return typeof run === "object" && run !== null ? (run as RunMark) : undefined;
}
