import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";

/**
 * A program with all that it imports in one script, as it is deployed to an edge runtime: without Node, and with the
 * exports that packages have for such runtimes.
 * @param program - TypeScript. @param from - A file beside which it would stand: what it may import is seen from there.
 */
export async function edgeBundle(program: string, from: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-edge-"));
  try {
    const [bundle] = await build({
      config: false,
      entry: { edge: "virtual:program" },
      outDir: folder,
      format: "iife",
      platform: "browser",
      dts: false,
      silent: true,
      logLevel: "silent",
      noExternal: [/.*/],
      inlineOnly: false,
      inputOptions: {
        resolve: { conditionNames: ["@souvenir/source", "edge-light", "import", "default"] },
      },
      plugins: [
        {
          name: "program",
          resolveId(id: string) {
            return id === "virtual:program" ? fileURLToPath(new URL("program.ts", from)) : undefined;
          },
          load: (id: string) => (id.endsWith("program.ts") ? program : undefined),
        },
      ],
    } as Parameters<typeof build>[0]);
    const chunk = bundle?.chunks.find((each) => each.type === "chunk" && each.isEntry);
    return await readFile(join(folder, chunk!.fileName), "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
