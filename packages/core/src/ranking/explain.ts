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
}

const mostNeighbours = 3;

/** @param place - Where the document stands in the scene. */
export function reasonsOf(place: number, scene: Scene, timeFit: number): Reasons {
  const { documents, windows, frequencies, names, time } = scene;
  const document = documents[place] as number;
  const own = wordsAt(document, scene);
  const beside = new Set<string>();
  const neighbours: { document: number; help: number }[] = [];
  for (let at = windows.start[place] as number; at < (windows.start[place + 1] as number); at++) {
    const neighbour = windows.neighbours[at] as number;
    const at_ = frequencies.place(neighbour);
    let help = 0;
    for (const [term, { word, weight }] of frequencies.terms.entries()) {
      if (frequencies.at(term, at_) === 0) continue;
      if (!own.has(word)) beside.add(word);
      help += weight * (windows.shares[at] as number);
    }
    if (help > 0) neighbours.push({ document: neighbour, help });
  }
  neighbours.sort((left, right) => right.help - left.help);
  const matched = [...names.entities, ...names.speakers].filter((name) => name.documents.has(document));
  return {
    terms: [...own],
    contextTerms: [...beside],
    neighbours: neighbours.slice(0, mostNeighbours).map((neighbour) => neighbour.document),
    entities: [...new Set(matched.map(({ name }) => name))],
    ...(time === undefined ? {} : { time: timeFit }),
  };
}

function wordsAt(document: number, { frequencies }: Scene): Set<string> {
  const place = frequencies.place(document);
  const words = new Set<string>();
  for (const [term, { word }] of frequencies.terms.entries())
    if (frequencies.at(term, place) > 0) words.add(word);
  return words;
}
