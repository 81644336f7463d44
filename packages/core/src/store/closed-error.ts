import { SouvenirError } from "../errors.ts";

export function closedError(): SouvenirError {
  return new SouvenirError("CLOSED", "this memory was closed: open it again with createMemory()");
}
