import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program is, or what is missing and how to get it: the reason why a test is skipped. */
export type FoundProgram = { readonly path: string } | { readonly missing: string };

/**
 * Looks for a program that some tests need; nothing is installed. What is missing is told on standard error, too, and
 * where `SOUVENIR_TEST_PROGRAMS` is `required`, as in CI, it is an error: nothing is skipped there unseen.
 * @param names - In order of preference: on PATH, or whole paths.
 * @param howToGet - Ends the message, as "apt-get install chromium".
 * @param works - Looks closer at one that was found, as at its version.
 */
export function findProgram(
  names: readonly string[],
  howToGet: string,
  works: (path: string) => boolean = () => true,
): FoundProgram {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const name of names)
    for (const path of name.includes("/") ? [name] : folders.map((folder) => join(folder, name)))
      if (isProgram(path) && works(path)) return { path };
  const missing = `there is no ${names.join(" or ")} here; ${howToGet}`;
  if (process.env.SOUVENIR_TEST_PROGRAMS === "required") throw new Error(missing);
  process.stderr.write(`SKIPPED: ${missing}\n`);
  return { missing };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
