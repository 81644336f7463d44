import type { Evidence, Found } from "./evidence.ts";

/** Why a document was found. */
export interface Reasons {
  /** Words of the query that the document has, in the order of the query. */
  terms: string[];
  /** Words of the query that it lacks and the turns beside it have. */
  contextTerms: string[];
  /** Document numbers of the turns beside it that have words of the query, most helpful first, at most 3. */
  neighbours: number[];
  /** Names of the query that it names, or under which its speaker goes; canonical. */
  entities: string[];
  /** How well it fits the time or the order in time that the query names, 0 to 1. Absent when the query names none. */
  time?: number;
  /** Of its nearest vector. Absent without vectors. */
  cosine?: number;
}

const mostNeighbours = 3;

/** @param ranked - Which of the documents that are ranked. */
export function reasonsOf(ranked: number, { documents, cosines, found }: Evidence): Reasons {
  const { windows, names, times } = found;
  const place = found.places[ranked] as number;
  const own = wordsAt(place, found);
  const beside = new Map<string, number>();
  const neighbours: { document: number; help: number }[] = [];
  for (let at = windows.start[place] as number; at < (windows.start[place + 1] as number); at++) {
    const neighbour = windows.beside[at] as number;
    let help = 0;
    for (const [word, weight] of wordsAt(neighbour, found)) {
      if (!own.has(word)) beside.set(word, weight);
      help += weight * (windows.shares[at] as number);
    }
    if (help > 0) neighbours.push({ document: windows.texts[neighbour] as number, help });
  }
  neighbours.sort((left, right) => right.help - left.help);
  const document = documents[ranked] as number;
  const cosine = cosines[ranked] as number;
  const matched = [...names.entities, ...names.speakers].filter((name) => name.documents.has(document));
  return {
    terms: [...own.keys()],
    contextTerms: [...beside.keys()],
    neighbours: neighbours.slice(0, mostNeighbours).map((neighbour) => neighbour.document),
    entities: [...new Set(matched.map(({ name }) => name))],
    ...(times === undefined ? {} : { time: times[ranked] as number }),
    ...(Number.isNaN(cosine) ? {} : { cosine }),
  };
}

/** The words of the query that a text has, with their weights. */
function wordsAt(place: number, { frequencies }: Found): Map<string, number> {
  const words = new Map<string, number>();
  for (const [term, { word, weight }] of frequencies.terms.entries())
    if ((frequencies.counts[term]?.[place] ?? 0) > 0) words.set(word, weight);
  return words;
}
