import { SouvenirError } from "../errors.ts";

/** What every method of a store rejects with once it is closed: `CLOSED`. */
export function closedError(): SouvenirError {
  return new SouvenirError("CLOSED", "this memory was closed: open it again with createMemory()");
}
