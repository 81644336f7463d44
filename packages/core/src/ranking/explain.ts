import type { Scene } from "./scene.ts";

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
  /** How well it fits the time that the query names, 0 to 1. Absent when the query names none. */
  time?: number;
  /** Of its nearest vector. Absent without vectors. */
  cosine?: number;
}

const mostNeighbours = 3;

/** @param place - Where the document stands in the scene. */
export function reasonsOf(place: number, scene: Scene, timeFit: number): Reasons {
  const { documents, windows, names, time, vector } = scene;
  const own = wordsAt(place, scene);
  const beside = new Map<string, number>();
  const neighbours: { document: number; help: number }[] = [];
  for (let at = windows.start[place] as number; at < (windows.start[place + 1] as number); at++) {
    const neighbour = windows.beside[at] as number;
    let help = 0;
    for (const [word, weight] of wordsAt(neighbour, scene)) {
      if (!own.has(word)) beside.set(word, weight);
      help += weight * (windows.shares[at] as number);
    }
    if (help > 0) neighbours.push({ document: windows.texts[neighbour] as number, help });
  }
  neighbours.sort((left, right) => right.help - left.help);
  const document = documents[place] as number;
  const cosine = vector?.cosines[place] ?? Number.NaN;
  const matched = [...names.entities, ...names.speakers].filter((name) => name.documents.has(document));
  return {
    terms: [...own.keys()],
    contextTerms: [...beside.keys()],
    neighbours: neighbours.slice(0, mostNeighbours).map((neighbour) => neighbour.document),
    entities: [...new Set(matched.map(({ name }) => name))],
    ...(time === undefined ? {} : { time: timeFit }),
    ...(Number.isNaN(cosine) ? {} : { cosine }),
  };
}

/** The words of the query that a text has, with their weights. */
function wordsAt(place: number, { frequencies }: Scene): Map<string, number> {
  const words = new Map<string, number>();
  for (const [term, { word, weight }] of frequencies.terms.entries())
    if ((frequencies.counts[term]?.[place] ?? 0) > 0) words.set(word, weight);
  return words;
}
