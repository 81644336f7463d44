import { readFileSync } from "node:fs";
import type { Document, EvaluationSet, Group, Query } from "../evaluation/data.ts";

/**
 * What one knows of a person who has said only this: all of it, each half, each third, and some things alone. Of what people
 * ask, the less is known the less is answered.
 */
const parts = [
  { size: 1, step: 1 },
  { size: 1 / 2, step: 1 },
  { size: 1 / 3, step: 1 },
  { size: 1 / 12, step: 3 },
];
/** And of one who has said much more, and what others say of things that this one does not speak of. */
const households = [30];
const foreignPerGroup = 12;

/** Things so near to each other that a question about one may be answered by another. */
const alike: readonly (readonly string[])[] = [
  ["home", "hometown", "office", "timezone", "garden", "neighbour"],
  ["job", "company", "salary", "school", "exam", "boss", "office"],
  ["doctor", "dentist", "health", "allergy", "lawyer"],
  ["diet", "allergy", "drink", "cooking", "health"],
  ["vehicle", "commute"],
  ["music", "instrument"],
  ["sport", "hobby", "game", "instrument", "music", "reading", "film"],
  ["pet", "allergy", "fear"],
  ["bank", "money", "salary", "payment", "accountant", "investor"],
  ["children", "sibling", "partner", "roommate", "colleague", "nickname"],
  ["boss", "colleague", "company"],
  ["framework", "language", "database", "deploy", "system", "editor", "tests", "model", "style"],
  ["meeting", "deadline", "exam", "chat", "deploy"],
];

interface Known {
  topic: string;
  text: string;
  questions: readonly string[];
}

/**
 * Namespaces of a few memories each, with questions that hardly share a word with their answer, and questions about what
 * this person never spoke of. The sets of conversations have neither.
 */
export function everydaySet(): EvaluationSet {
  const people = read();
  const all = people.flat();
  const groups = people.flatMap((known, person) => {
    const others = [...people.slice(person + 1), ...people.slice(0, person)].flat();
    return [
      ...parts.flatMap(({ size, step }) => {
        const count = Math.ceil(known.length * size);
        const from = Array.from(
          { length: Math.ceil(known.length / count / step) },
          (_, at) => at * step * count,
        );
        return from.map((at) => groupOf(`${person}/${count}/${at}`, known.slice(at, at + count), all));
      }),
      ...households.map((size) => {
        const group = groupOf(`${person}/with ${size}`, household(known, others, size), all);
        return {
          ...group,
          queries: group.queries.filter(({ relevant }) =>
            [...relevant].every((id) => Number(id) < known.length),
          ),
        };
      }),
    ];
  });
  return { name: "everyday", groups };
}

/** Adds what others say, of each thing once. */
function household(known: readonly Known[], others: readonly Known[], size: number): Known[] {
  const all = [...known];
  for (const each of others)
    if (all.length < size && !all.some(({ topic }) => topic === each.topic)) all.push(each);
  return all;
}

function read(): Known[][] {
  const text = readFileSync(new URL("./everyday.txt", import.meta.url), "utf8");
  return text
    .split("\n\n")
    .map((person) => person.split("\n").filter((line) => line.includes(" | ")))
    .filter((lines) => lines.length > 0)
    .map((lines) =>
      lines.map((line) => {
        const [topic = "", text = "", ...questions] = line.split(" | ");
        return { topic, text, questions };
      }),
    );
}

function groupOf(name: string, known: readonly Known[], all: readonly Known[]): Group {
  const documents = known.map(({ text }, at): Document => ({ id: String(at), group: name, text }));
  const queries = known.flatMap(({ questions }, at) =>
    questions.map((text, which): Query => {
      const id = String(at);
      return { id: `${id}/${which}`, group: name, text, relevant: new Set([id]), grades: new Map([[id, 1]]) };
    }),
  );
  const near = new Set(
    known.flatMap(({ topic }) => [topic, ...alike.filter((each) => each.includes(topic)).flat()]),
  );
  const others = all.filter(({ topic }) => !near.has(topic)).flatMap(({ questions }) => questions);
  const from = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  const unanswerable = Array.from({ length: foreignPerGroup }, (_, at): Query => {
    const text = others[(from + at * 37) % others.length] as string;
    return { id: `foreign/${at}`, group: name, text, relevant: new Set(), grades: new Map() };
  });
  return { name, documents, queries, unanswerable };
}
