import type { SafetyCounts } from "./safety-options.ts";

/** What `scan` found. */
export interface Scanned {
  /** Memories that were looked at, each with its earlier versions. */
  scanned: number;
  /** Those that hold something. */
  memories: number;
  /** How often, by kind, in all their versions. */
  found: SafetyCounts;
  /** Those that hold it no more. */
  fixed: number;
  /** With `limit`: there are more, which the next call goes on with. */
  cursor?: string;
}
