import type { Sequenced } from "@souvenir/core";
import type { OperationId } from "../api/operations.ts";
import type { ImportLine, Operations } from "../api/wire.ts";
import type { Caller } from "./access.ts";
import type { AuditEvent } from "./audit.ts";
import type { SentFile } from "./body.ts";

/** Where memories go when a request names no namespace. */
export const defaultNamespace = "default";

/** What a handler has besides its input. */
export interface Call {
  readonly caller: Caller;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Whether the caller may still ask, while an answer goes on. @throws HttpError `UNAUTHORIZED` */
  askAgain(): Promise<void>;
  /** The body that is a file, whose beginning was looked at. */
  file(): Promise<SentFile>;
  /** The checked lines of such a body of JSON Lines with their numbers from 1, as they arrive. */
  lines(file: SentFile): AsyncIterable<{ number: number; line: ImportLine }>;
  /** Most bytes of one entry of a file. */
  readonly largestEntry: number;
  /** Counts memories against the quota of the key, before they are written. @throws HttpError `RATE_LIMITED` */
  spend(writes: number): Promise<void>;
  /**
   * Notes for the audit log what was done.
   * @param answer - What the memory answered: the number that its namespace has reached is told in a header.
   */
  wrote(what: Pick<AuditEvent, "namespace" | "count" | "subject">, answer?: Sequenced): void;
}

export type Handlers = {
  readonly [Id in OperationId]: (
    input: Operations[Id]["takes"],
    call: Call,
  ) => Promise<Operations[Id]["answers"]>;
};
