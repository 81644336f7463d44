import { respelled, SouvenirError } from "@souvenir/core";
import { readMoment } from "../api/moment.ts";

/** Members that are moments. */
const momentName = /^(?:created|updated|expires|pinned)At$|^valid(?:From|To)$/;

/**
 * A line of a file of memories as the memory takes it: with the names of programs, without what is `null`, which says
 * nothing, and with moments as a file has them, wherever it is read: without zone in UTC (to a program, text is of the zone of its machine), numbers in milliseconds.
 * @throws SouvenirError `INVALID_INPUT`, which names the member
 */
export function ownLine(line: object): Record<string, unknown> {
  return withMoments(respelled(line, "program") as object, "");
}

function withMoments(line: object, inside: string): Record<string, unknown> {
  return Object.fromEntries(
    said(line).map(([name, value]) => {
      if (name === "history" && Array.isArray(value))
        return [
          name,
          value.map((each, index) =>
            typeof each === "object" && each !== null ? withMoments(each, `history[${index}].`) : each,
          ),
        ];
      const isMoment = momentName.test(name) && (typeof value === "string" || typeof value === "number");
      if (!isMoment) return [name, value];
      const moment = readMoment(value);
      if (typeof moment === "string") return [name, moment];
      throw new SouvenirError("INVALID_INPUT", `${inside}${name}: ${moment.expected}`);
    }),
  );
}

function said(line: object): [string, unknown][] {
  return Object.entries(line).filter(([, value]) => value !== null);
}
