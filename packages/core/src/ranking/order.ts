import type { TimePreference } from "../time/time.ts";

/** Of the documents that are ranked, which is the earliest or latest: 1 for it, 0 for the last in this order. */
export function orderOf(createdAt: Float64Array, time: TimePreference | undefined): Float64Array {
  const order = new Float64Array(createdAt.length);
  if (time?.order === undefined) return order;
  const moments = [...new Set(createdAt)].sort((left, right) => left - right);
  if (moments.length < 2) return order;
  const places = new Map(moments.map((moment, at) => [moment, at / (moments.length - 1)]));
  return createdAt.map((moment) => {
    const late = places.get(moment) as number;
    return time.order === "latest" ? late : 1 - late;
  });
}
