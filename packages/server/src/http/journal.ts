import type { AnsweredRequest, RequestsResponse, WireChange } from "../api/wire.ts";
import type { AuditEvent } from "./audit.ts";

/** Of each list. */
const keep = 500;

/** The last requests and changes of this process, for the console: bounded, without contents. */
export class Journal {
  readonly #requests: AnsweredRequest[] = [];
  readonly #changes: WireChange[] = [];

  answered(request: AnsweredRequest): void {
    push(this.#requests, request);
  }

  /** What is only begun is no change yet. */
  changed({ outcome, subject, ...event }: AuditEvent): void {
    if (outcome === "begun") return;
    push(this.#changes, { ...event, outcome, ...(subject === undefined ? {} : { subject }) });
  }

  read(): RequestsResponse {
    return { requests: this.#requests.toReversed(), changes: this.#changes.toReversed() };
  }
}

function push<Entry>(list: Entry[], entry: Entry): void {
  list.push(entry);
  if (list.length > keep) list.shift();
}
