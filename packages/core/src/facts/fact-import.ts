import { documentMark } from "../documents/record.ts";
import { isGone } from "../records.ts";
import { factOf, withMark } from "../store/fact-mark.ts";
import { isHeldBack } from "../store/standing.ts";
import type { RecordWrite, Store, StoredRecord } from "../store/store.ts";
import type { FactSource } from "./fact-extractor.ts";
import { isPerson, saidIn } from "./fact-window.ts";
import { quoted } from "./quoted-words.ts";

/**
 * Facts of an import, each with those of its sources that are there and have the words: without any it is none.
 * @param writes - As they were read.
 */
export async function restingOnWords(
  store: Pick<Store, "get">,
  writes: readonly RecordWrite[],
): Promise<RecordWrite[]> {
  const resting: RecordWrite[] = [];
  for (const write of writes) {
    const keys = (write.sources ?? []).map(({ key }) => key);
    const found = new Map<string, StoredRecord>();
    for (const record of await store.get(write.namespace, keys))
      if (record !== undefined && isSource(record, write.now)) found.set(record.key, record);
    const rests = ({ key, quote }: FactSource) => {
      const source = found.get(key);
      return source !== undefined && quoted(saidIn(source), quote) !== undefined;
    };
    const fact = withSources(write, rests, (key) => found.get(key)?.version);
    if (fact === undefined) continue;
    const sources = factOf(fact.metadata)?.sources ?? [];
    resting.push({
      ...fact,
      sources: sources.map(({ key, version }) => ({ key, version })),
      // An earlier version has no words of what is not there either.
      history: (write.history ?? []).flatMap((earlier) => withSources(earlier, rests) ?? []),
    });
  }
  return resting;
}

/** Whether a fact may rest on it: a person said it. */
export function isSource(record: StoredRecord, now: number): boolean {
  const isSaid = isPerson(record.role) && !Object.hasOwn(record.metadata, documentMark);
  return isSaid && !isGone(record, now) && !isHeldBack(record);
}

function withSources<Version extends Pick<RecordWrite, "metadata">>(
  version: Version,
  rests: (source: FactSource) => boolean,
  versionOf: (key: string) => number | undefined = () => undefined,
): Version | undefined {
  const fact = factOf(version.metadata);
  const sources = fact?.sources.filter(rests) ?? [];
  if (fact === undefined || sources.length === 0) return undefined;
  // A summary is all of its words.
  if (fact.type === "summary" && sources.length < fact.sources.length) return undefined;
  const now = sources.map((source) => ({ ...source, version: versionOf(source.key) ?? source.version }));
  return { ...version, metadata: withMark(version.metadata, { ...fact, sources: now }) };
}
