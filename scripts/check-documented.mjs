// npm run check:documented: every name that a package exports, every method of what it exports and every option says what it
// is for.
// Reads the declarations that are published, after a build.
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
// The compiler's own interface for programs: that of TypeScript 7 has none.
const ts = createRequire(join(root, "packages/server/package.json"))("typescript");

const entries = globSync("packages/*/package.json", { cwd: root }).flatMap((file) => {
  const { exports, private: isPrivate } = JSON.parse(readFileSync(join(root, file), "utf8"));
  if (isPrivate) return [];
  return Object.values(exports).flatMap(({ types }) =>
    types?.includes("/dist/") ? [join(root, dirname(file), types)] : [],
  );
});
const program = ts.createProgram(entries, {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2024,
  skipLibCheck: true,
  noEmit: true,
});
const checker = program.getTypeChecker();
const missing = new Set();

const isDocumented = (symbol) =>
  symbol.getDocumentationComment(checker).length > 0 || symbol.getJsDocTags(checker).length > 0;

for (const entry of entries) {
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${relative(root, entry)} is missing or empty: build first`);
  const from = relative(root, entry).replace(/^packages\/|dist\/|\.d\.mts$/g, "");
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [declaration] = symbol.declarations ?? [];
    // What others make is documented by them.
    if (declaration === undefined || declaration.getSourceFile().fileName.includes("/node_modules/"))
      continue;
    if (!isDocumented(symbol)) missing.add(`${from}: ${exported.name}`);
    for (const member of symbol.members?.values() ?? []) {
      const [first] = member.declarations ?? [];
      const isPrivate = first && ts.getCombinedModifierFlags(first) & ts.ModifierFlags.Private;
      const isOption = member.flags & ts.SymbolFlags.Property && /(?:Options|Input)$/.test(exported.name);
      const isTold = member.flags & ts.SymbolFlags.Method || isOption;
      if (!isTold || isPrivate || member.name.startsWith("__") || isDocumented(member)) continue;
      missing.add(`${from}: ${exported.name}.${member.name}`);
    }
  }
}
if (missing.size > 0) {
  process.stderr.write(
    `${missing.size} public names say nothing about themselves:\n${[...missing].sort().join("\n")}\n`,
  );
  process.exitCode = 1;
}
