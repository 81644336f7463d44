import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

/** Packages that an entry reaches, by the text of its sources: types count, because declarations import them. */
async function packagesOf(entry: string): Promise<string[]> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = async (file: URL): Promise<void> => {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    const source = await readFile(file, "utf8");
    for (const [, name = ""] of source.matchAll(/^(?:import|export)\s[^;"]*?from\s"([^"]+)";$/gm)) {
      if (name.startsWith(".")) await visit(new URL(name, file));
      else
        packages.add(
          name
            .split("/")
            .slice(0, name.startsWith("@") ? 2 : 1)
            .join("/"),
        );
    }
  };
  await visit(new URL(`../src/${entry}`, import.meta.url));
  return [...packages].sort();
}

test("each entry needs what the README says", async () => {
  expect(await packagesOf("index.ts")).toEqual(["@langchain/core", "@souvenir/core"]);
  expect(await packagesOf("store.ts")).toEqual([
    "@langchain/core",
    "@langchain/langgraph-checkpoint",
    "@souvenir/core",
  ]);
  expect(await packagesOf("saver.ts")).toEqual([
    "@langchain/core",
    "@langchain/langgraph-checkpoint",
    "@souvenir/core",
    "node:util",
  ]);
  expect(await packagesOf("middleware.ts")).toEqual([
    "@langchain/core",
    "@souvenir/core",
    "langchain",
    "zod",
  ]);
});
