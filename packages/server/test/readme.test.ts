import { readFile } from "node:fs/promises";
import { readmePrograms } from "@souvenir/test/readme-programs";
import { expect, test } from "vitest";
import { operations } from "../src/api/operations.ts";

readmePrograms(new URL("../README.md", import.meta.url), 60, [
  ["a server in a program, and a client with a key", "The shop runs on Rust, Axum and PostgreSQL. false\n"],
]);

test("the page on the API names every path, and no other", async () => {
  const page = await readFile(new URL("../../../docs/http-api.md", import.meta.url), "utf8");
  const named = [...page.matchAll(/`(?:[A-Z]+ )?(\/(?:v1\/|healthz|readyz|metrics|openapi)[^`?]*)/g)].map(
    ([, path]) => path,
  );
  const paths = Object.values(operations).map(({ route }) => route.split(" ")[1]);
  expect([...new Set(named)].sort()).toEqual([...new Set(paths)].sort());
});
