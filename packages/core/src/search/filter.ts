import { canonicalName } from "../entities/canonical.ts";
import type { Origin } from "../inputs-and-answers.ts";
import type { Entity } from "../types.ts";
import type { Condition } from "../where.ts";
import { trueAt } from "./as-of.ts";
import type { Place } from "./document-table.ts";
import type { EntityCatalog } from "./entity-catalog.ts";
import { fromOrigin, heldBack as heldBackOrNot } from "./from-origin.ts";
import { type OramaWhere, whereOf } from "./metadata-filter.ts";

export interface Filter {
  tags?: readonly string[];
  where?: Condition;
  entities?: readonly (string | Entity)[];
  thread?: string;
  /** Leaves out the turns of this thread, or those of them after a place. */
  except?: readonly ExceptTurns[];
  since?: number;
  until?: number;
  /** Only what was true in the world at this moment. */
  asOf?: number;
  /** Only what came from one of these. */
  origin?: readonly Origin[];
  /** Only what is held back from recall, or only what is not. */
  heldBack?: boolean;
  /** Memories that expire at or before this moment are left out. */
  now: number;
}

/** Turns that are left out: of a thread, all of them or those after a place. */
export interface ExceptTurns {
  thread: string;
  after?: Place;
}

/** What Orama's `where` says of a filter: all of these. The rest is about what time it is, and where one stands. */
export function conditionsOf(
  { tags = [], entities = [], thread, where, since, until, asOf, origin, heldBack }: Filter,
  catalog: EntityCatalog,
): OramaWhere[] {
  const bounds = {
    ...(since === undefined ? {} : { gte: since }),
    ...(until === undefined ? {} : { lt: until }),
  };
  return [
    ...(tags.length === 0 ? [] : [{ tags: { containsAll: tags } }]),
    ...entities.map((entity) => naming(entity, catalog)),
    ...(thread === undefined ? [] : [{ thread }]),
    ...(where === undefined ? [] : [whereOf(where)]),
    ...(Object.keys(bounds).length === 0 ? [] : [{ createdAt: bounds }]),
    ...(asOf === undefined ? [] : trueAt(asOf)),
    ...(origin === undefined ? [] : [fromOrigin(origin)]),
    ...(heldBack === undefined ? [] : [heldBackOrNot(heldBack)]),
  ];
}

function naming(entity: string | Entity, catalog: EntityCatalog): OramaWhere {
  const name = canonicalName(typeof entity === "string" ? entity : entity.name);
  if (typeof entity === "string") return { entities: { containsAll: [name] } };
  return { forms: { containsAny: catalog.formsOf(name, entity.type) } };
}
