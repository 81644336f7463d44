import { checkText, invalid } from "../validation.ts";

/** What people write into a path that no system reads so, and what they mean. The first that fits is told. */
const slips: readonly [RegExp, string][] = [
  [/^~(?:[/\\]|$)/, 'a path without "~", which only shells replace: join(homedir(), "memory.db")'],
  [
    /^(?:\$\{?\w+\}?|%\w+%)(?:[/\\]|$)/,
    "a path without variables, which only shells replace: process.env.NAME",
  ],
  [/^(?:undefined|null|NaN|\[object Object\])(?:[/\\]|$)/, "a path: what it was made of was not set"],
  [/^https?:/i, "a path: for a memory on a server, connectMemory({ url }) of @souvenir/server/client"],
  [
    /^postgres(?:ql)?:/i,
    "a path: for PostgreSQL, store: postgresStore({ connectionString }) of @souvenir/postgres",
  ],
  [/^(?:mysql|mongodb|redis|libsql):/i, "a path: for a database, store: a Store for it"],
  // A drive of Windows has one letter.
  [/^[a-z][a-z\d+.-]+:/i, 'a path and not a URL: "./memory.db", or fileURLToPath() of a file\'s URL'],
  [/^:/, 'a path, or ":memory:" with a colon at each end'],
  [/[/\\]$/, "the path of a file, not of a folder: add memory.db"],
];

/**
 * The path of a store's file, or `":memory:"`.
 * @throws SouvenirError `INVALID_INPUT` for what would become a file that nobody looks for
 */
export function checkFilePath(value: unknown, where = "path"): string {
  if (value instanceof URL) throw invalid(where, "a path: fileURLToPath() of the URL", value);
  const path = checkText(value, where, 4096);
  if (path === ":memory:") return path;
  for (const [slip, meant] of slips) if (slip.test(path)) throw invalid(where, meant, path);
  return path;
}
