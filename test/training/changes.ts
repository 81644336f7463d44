import { readFileSync } from "node:fs";
import type { Document, EvaluationSet, Group, Query } from "../evaluation/data.ts";

const dayMs = 86_400_000;
const firstSaid = Date.UTC(2026, 0, 5, 9);
/** Between one and what is said later of the same. */
const laterMs = 200 * dayMs;

/** Grades of what was said of one thing: the newest holds. */
const newest = 2;
const older = 1;

/**
 * What people say of one thing at two times, and of two things that both hold: what is newer comes first where it takes the
 * place of the other, and nowhere else. The public sets have the first in English only, and hardly the second.
 */
export function changesSet(): EvaluationSet {
  const text = readFileSync(new URL("./changes.txt", import.meta.url), "utf8");
  const languages = text
    .split("\n\n")
    .map((language) => language.split("\n").filter((line) => /^(?:update|both) \| /.test(line)))
    .filter((lines) => lines.length > 0);
  return {
    name: "changes",
    groups: languages.flatMap((lines, at) => [
      groupOf(`${at}/all`, lines),
      ...lines.map((line, place) => groupOf(`${at}/${place}`, [line])),
    ]),
  };
}

function groupOf(name: string, lines: readonly string[]): Group {
  const documents: Document[] = [];
  const queries: Query[] = [];
  for (const [at, line] of lines.entries()) {
    const [kind, one = "", another = "", ...questions] = line.split(" | ");
    const ids = [`${at}/one`, `${at}/another`] as const;
    const createdAt = firstSaid + at * dayMs;
    documents.push({ id: ids[0], group: name, text: one, createdAt });
    documents.push({ id: ids[1], group: name, text: another, createdAt: createdAt + laterMs });
    for (const [which, question] of questions.entries()) {
      const grades: [string, number][] =
        kind === "update"
          ? [
              [ids[1], newest],
              [ids[0], older],
            ]
          : [[ids[which] as string, 1]];
      queries.push({
        id: `${at}/${which}`,
        group: name,
        text: question,
        relevant: new Set(grades.map(([id]) => id)),
        grades: new Map(grades),
      });
    }
  }
  return { name, documents, queries, unanswerable: [] };
}
