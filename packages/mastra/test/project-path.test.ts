import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SouvenirMemory, SouvenirStorage } from "../src/index.ts";

const started = process.cwd();
const said = process.env.MASTRA_PROJECT_ROOT;
let project: string;
beforeEach(async () => {
  delete process.env.MASTRA_PROJECT_ROOT;
  project = await realpath(await mkdtemp(join(tmpdir(), "souvenir-mastra-")));
});
afterEach(async () => {
  process.chdir(started);
  if (said === undefined) delete process.env.MASTRA_PROJECT_ROOT;
  else process.env.MASTRA_PROJECT_ROOT = said;
  await rm(project, { recursive: true });
});

/** Where the memory and its storage are, seen from the project. */
async function kept(options: { path?: string } = {}): Promise<string[]> {
  const memory = new SouvenirMemory({ ...options, embedder: false });
  await memory.createThread({ threadId: "monday", resourceId: "ada" });
  await memory.openMemory();
  await memory.close();
  const files = await readdir(project, { recursive: true });
  return files.filter((file) => file.endsWith(".db")).sort();
}

/** Where the command runs the server, and what it says of the project. */
const commands: Record<string, { folder: string; root?: string }> = {
  "mastra dev": { folder: "src/mastra/public", root: ".mastra" },
  "mastra dev --dir": { folder: "server/public", root: "" },
  "mastra start": { folder: ".mastra/output", root: "" },
  "a command that does not say where the project is": { folder: "src/mastra/public" },
  "a server that is started in the folder of the build": { folder: ".mastra/output/public" },
};
for (const [name, { folder, root }] of Object.entries(commands))
  test(`${name}: the file is in the project, not where the build takes it along or away`, async () => {
    await mkdir(join(project, folder), { recursive: true });
    process.chdir(join(project, folder));
    if (root !== undefined) process.env.MASTRA_PROJECT_ROOT = join(project, root);
    expect(await kept()).toEqual([".souvenir/memory.db"]);
    expect(await kept({ path: "data/ada.db" })).toEqual([".souvenir/memory.db", "data/ada.db"]);
  });

test("elsewhere a path is one of the folder that the program runs in, and one that names its place stays", async () => {
  process.chdir(project);
  expect(await kept()).toEqual([".souvenir/memory.db"]);
  await mkdir(join(project, "src/mastra/public"), { recursive: true });
  process.chdir(join(project, "src/mastra/public"));
  const storage = new SouvenirStorage({ path: "../beside.db" });
  await storage.init();
  await storage.close?.();
  expect(await readdir(join(project, "src/mastra"))).toContain("beside.db");
  expect(await kept({ path: join(project, "absolute.db") })).toContain("absolute.db");
});
