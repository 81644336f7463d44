import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MistralStandIn } from "./mistral-stand-in/stand-in.ts";
import { type SnippetRunner, snippetsOf, startSnippetRunner } from "./snippets.ts";

/** What a program wrote, and what it asked of the stand-in. */
export interface ProgramOutcome {
  stdout: string;
  stderr: string;
  standIn: MistralStandIn;
}

/**
 * Registers a test for each TypeScript program of a README, in order, and that there are no others; and that the page is
 * short.
 * @param programs - What each is about, and what it has to do. A string is all that it writes.
 */
export function readmePrograms(
  readme: URL,
  mostLines: number,
  programs: readonly (readonly [name: string, outcome: string | ((outcome: ProgramOutcome) => void)])[],
): void {
  let runner: SnippetRunner;
  beforeAll(async () => {
    runner = await startSnippetRunner();
  });
  afterAll(() => runner.close());

  for (const [index, [name, expected]] of programs.entries())
    test(name, async () => {
      const code = (await snippetsOf(readme))[index];
      const { stdout, stderr } = await runner.run(code as string);
      expect(stderr).toBe("");
      if (typeof expected === "string") expect(stdout).toBe(expected);
      else expected({ stdout, stderr, standIn: runner.standIn });
    });

  test("every program is run", async () => {
    expect(await snippetsOf(readme)).toHaveLength(programs.length);
  });

  test("it is short", async () => {
    expect((await readFile(readme, "utf8")).split("\n").length).toBeLessThanOrEqual(mostLines);
  });
}
