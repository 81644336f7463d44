// Bundles console/ and writes it as a module, so that the server serves it from memory on every runtime.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const source = new URL("../console/", import.meta.url);
const target = new URL("../src/console/files.generated.ts", import.meta.url);
const sheets = ["theme.css", "layout.css", "search.css", "memory.css", "pages.css", "views.css"];

const bundle = await rolldown({ input: fileURLToPath(new URL("main.ts", source)), platform: "browser" });
const { output } = await bundle.generate({ format: "es", minify: true });
await bundle.close();
if (output.length !== 1) throw new Error(`the console must be one script, not ${output.length} files`);

const css = await Promise.all(sheets.map((sheet) => readFile(new URL(sheet, source), "utf8")));
const files = {
  "": ["text/html; charset=utf-8", await readFile(new URL("index.html", source), "utf8")],
  "console.js": ["text/javascript; charset=utf-8", output[0].code],
  "console.css": ["text/css; charset=utf-8", withoutSpace(css.join("\n"))],
  "icon.svg": ["image/svg+xml", await readFile(new URL("icon.svg", source), "utf8")],
};

const entries = Object.entries(files).map(([name, [type, body]]) => {
  const tag = createHash("sha256").update(body).digest("base64url").slice(0, 16);
  return `  ${JSON.stringify(name)}: ${JSON.stringify({ type, tag, body })},\n`;
});
await mkdir(new URL(".", target), { recursive: true });
await writeFile(
  target,
  "// Written by scripts/embed-console.mjs from console/.\n" +
    "export const files: Record<string, { type: string; tag: string; body: string }> = {\n" +
    `${entries.join("")}};\n`,
);

/** Our own sheets hold no string with a comment or a run of spaces in it. */
function withoutSpace(text) {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,>]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/;}/g, "}")
    .trim();
}
