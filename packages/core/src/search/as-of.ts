import { standingPath } from "../store/standing.ts";
import { type OramaWhere, valueAt, whereOf } from "./metadata-filter.ts";

const [from, to] = [standingPath("validFrom"), standingPath("validTo")];
const exists = (field: string) => whereOf({ kind: "exists", field });

/** What memories must meet to be true at a moment, all of these: as `isTrueAt`. */
export function trueAt(moment: number): OramaWhere[] {
  const said = { or: [exists(to), { createdAt: { lte: moment } }] };
  return [
    {
      or: [
        whereOf({ kind: "range", field: from, bounds: { lte: moment } }),
        { and: [{ not: exists(from) }, said] },
      ],
    },
    { or: [{ not: exists(to) }, whereOf({ kind: "range", field: to, bounds: { gt: moment } })] },
  ];
}

/** The fields that have to be in order for it: best sorted in steps. */
export const trueAtRanges: readonly string[] = [valueAt(from), valueAt(to)];
