import { expect, test } from "vitest";
import { canonicalName } from "../src/entities/canonical.ts";
import { kindsAskedBy, kindsOf } from "../src/entities/kinds.ts";

test.each([
  ["What database am I using?", ["database"]],
  ["Quelle base de données utilise-t-on ?", ["database"]],
  ["Auf welcher Datenbank läuft es?", ["database"]],
  ["我们用什么数据库？", ["database"]],
  ["어떤 데이터베이스 쓰고 있어?", ["database"]],
  ["Which web framework and which programming language?", ["framework", "programming language"]],
  ["Quel est l'hébergeur ?", ["cloud"]],
  ["When is the dentist?", []],
  ["", []],
])("%s", (question, kinds) => {
  expect(kindsAskedBy(question).map(({ kind }) => kind)).toEqual(kinds);
});

test("a name has its kinds whatever its spelling", () => {
  expect(kindsOf(canonicalName("postgresql"))).toEqual(["database"]);
  expect(kindsOf(canonicalName("Next.js"))).toEqual(["framework"]);
  expect(kindsOf(canonicalName("Camille"))).toEqual([]);
  expect(kindsOf("constructor")).toEqual([]);
});
