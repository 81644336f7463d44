import type { Origin } from "../inputs-and-answers.ts";
import { factPath } from "../store/fact-mark.ts";
import { standingPath } from "../store/standing.ts";
import { rolesOf } from "../trust/origin.ts";
import { type OramaWhere, whereOf } from "./metadata-filter.ts";

const own = standingPath("origin");
const ofFact = factPath("origin");

/** What memories must meet to come from one of these: as `originOf` reads it. */
export function fromOrigin(wanted: readonly Origin[]): OramaWhere {
  // A fact that was stated rests on what people said.
  const facts = wanted.flatMap((origin) =>
    origin === "user" ? ["stated"] : origin === "inferred" ? ["inferred"] : [],
  );
  const roles = rolesOf(wanted);
  return {
    or: [
      whereOf({ kind: "some", field: own, values: wanted }),
      ...(facts.length === 0 ? [] : [whereOf({ kind: "some", field: ofFact, values: facts })]),
      ...(roles.length === 0
        ? []
        : [{ and: [{ not: whereOf({ kind: "exists", field: own }) }, { role: { in: roles } }] }]),
    ],
  };
}

/** Those that are held back, or those that are not. */
export function heldBack(wanted: boolean): OramaWhere {
  const held = whereOf({ kind: "some", field: standingPath("heldBack"), values: [true] });
  return wanted ? held : { not: held };
}
