import { basename, dirname, isAbsolute, resolve } from "node:path";

/** Where a memory is kept when nothing is said, as in `createMemory`. */
const defaultPath = "./.souvenir/memory.db";

/** Where Mastra's commands run the server: a folder that the build ships, or one that it empties. */
const serverFolder = /^(.+)[\\/](?:src[\\/]mastra[\\/]public|\.mastra[\\/]output(?:[\\/].+)?)$/;

/**
 * The file of a memory, in the project: `mastra dev` and `mastra start` run the server in folders of their own, and say in
 * `MASTRA_PROJECT_ROOT` where the project is, or its `.mastra`. An absolute path, one that begins with `..`, and
 * `":memory:"` stay as they are.
 */
export function projectPath(path: string = defaultPath): string {
  // What is no path at all is for others to refuse.
  if (typeof path !== "string" || path === ":memory:" || path.startsWith("file:")) return path;
  if (path.trim() === "" || isAbsolute(path) || /^\.\.([\\/]|$)/.test(path)) return path;
  const said = process.env.MASTRA_PROJECT_ROOT?.trim();
  if (said) return resolve(basename(said) === ".mastra" ? dirname(said) : said, path);
  const project = serverFolder.exec(process.cwd())?.[1];
  return project === undefined ? path : resolve(project, path);
}
