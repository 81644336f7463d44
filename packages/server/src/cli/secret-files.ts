import { readFileSync } from "node:fs";
import { UsageError } from "./usage-errors.ts";

/** What is secret in the environment. The key of an encrypted file may be bytes, and is read by the memory. */
const secrets = ["SOUVENIR_KEY", "SOUVENIR_STORE", "MISTRAL_API_KEY"] as const;

/**
 * Puts into the environment what stands in files that it names, as containers are given secrets: `SOUVENIR_KEY_FILE` for
 * `SOUVENIR_KEY`, and so for each of them. Line breaks at the end of a file are not of the secret.
 * @throws UsageError when a file cannot be read or is empty, or the secret is there, too.
 */
export function readSecretFiles(environment: Record<string, string | undefined>): void {
  for (const name of secrets) {
    const file = environment[`${name}_FILE`];
    if (!file) continue;
    if (environment[name]) throw new UsageError(`give one of ${name} and ${name}_FILE, not both`);
    let secret: string;
    try {
      secret = readFileSync(file, "utf8").trim();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new UsageError(
        `${name}_FILE: ${file} cannot be read (${code}): give the path of a file that this user may read`,
      );
    }
    if (secret === "") throw new UsageError(`${name}_FILE: ${file} is empty: put the secret into it`);
    environment[name] = secret;
    // Whoever asks again, in this process or in one that it starts, has it now.
    delete environment[`${name}_FILE`];
  }
}
