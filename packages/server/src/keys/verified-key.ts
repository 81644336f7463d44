import type { Grant } from "../api/wire.ts";

/** A key that was presented and is valid now. */
export interface VerifiedKey {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  /** Requests a minute; absent: the server's default. */
  readonly rateLimit?: number;
  readonly quota?: { readonly requests_per_day?: number; readonly writes_per_day?: number };
}
