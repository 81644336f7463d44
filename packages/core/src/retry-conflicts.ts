import { SouvenirError } from "./errors.ts";

/** Each conflict is somebody else's success; so many in a row are no chance. */
const attempts = 100;

/**
 * Reads and writes again, from the reading on, as often as somebody else wrote in between: for what decides by a memory
 * that it has read, and writes with the version of it in `ifVersion`.
 * @throws SouvenirError `VERSION_CONFLICT` when that was so 100 times
 */
export async function retryConflicts<Result>(readAndWrite: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (!SouvenirError.is(error) || error.code !== "VERSION_CONFLICT" || attempt === attempts) throw error;
    }
  }
}
