import type { AnyOrama, AnySorterStore, ISorter, SorterConfig, SortType, SortValue } from "@orama/orama";
import type { DocumentIds } from "./live-documents.ts";
import { PluginError } from "./plugin-error.ts";
import { flattenSchema } from "./schema.ts";

export interface SorterStore extends AnySorterStore {
  enabled: boolean;
  types: Record<string, SortType>;
  ids: DocumentIds;
  /** By property the value of each document, at its number. */
  values: Map<string, (SortValue | undefined)[]>;
}

/** As Orama's own sorter saves itself, so that a database without this plugin can read it. */
interface SavedSorter {
  enabled: boolean;
  /** Of a database that sorts. */
  language?: string;
  isSorted?: boolean;
  sortableProperties?: string[];
  sortablePropertiesWithTypes?: Record<string, SortType>;
  sorts?: Record<
    string,
    { docs: Record<number, number>; orderedDocs: [document: number, value: SortValue][]; type: SortType }
  >;
}

/**
 * The `sorter` component of Orama, which compares the values of the matched documents when it is asked to. Orama's own
 * keeps every property in order, and loses that order when documents change. Those of the same value come in the order of
 * arrival, and in the opposite one when it goes down; documents without a value come last.
 *
 * @param locale Language by whose rules strings are sorted. Default: that of the root locale.
 */
export function createSorter(locale: string | undefined): ISorter<SorterStore> {
  const compare = (a: SortValue, b: SortValue) =>
    typeof a === "string" && typeof b === "string"
      ? collatorOf(locale ?? "und").compare(a, b)
      : Number(a) - Number(b);
  return {
    create(_: AnyOrama, ids: DocumentIds, schema: AnyOrama["schema"], config: SorterConfig = {}) {
      const denied = new Set(config.unsortableProperties);
      const types = flattenSchema(schema).filter(
        (entry): entry is [string, SortType] =>
          !denied.has(entry[0]) && ["string", "number", "boolean"].includes(entry[1] as string),
      );
      return {
        enabled: config.enabled !== false,
        types: Object.fromEntries(types),
        ids,
        values: new Map(types.map(([property]) => [property, []])),
      };
    },
    insert(sorter, property, id, value) {
      const values = sorter.values.get(property);
      if (sorter.enabled && values !== undefined) values[numberOf(sorter.ids, id)] = value;
    },
    remove(sorter, property, id) {
      delete sorter.values.get(property)?.[numberOf(sorter.ids, id)];
    },
    sortBy(sorter, documents, { property, order }) {
      if (!sorter.enabled) throw new PluginError("SORT_DISABLED", "Sorting is disabled for this database.");
      const values = sorter.values.get(property);
      if (values === undefined) {
        throw new PluginError(
          "UNABLE_TO_SORT_ON_UNKNOWN_FIELD",
          `The property "${property}" cannot be sorted by.`,
        );
      }
      const direction = order === "DESC" ? -1 : 1;
      return documents.sort(([first], [second]) => {
        const [left, right] = [numberOf(sorter.ids, first), numberOf(sorter.ids, second)];
        const [a, b] = [values[left], values[right]];
        if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
        return direction * (compare(a, b) || left - right);
      });
    },
    getSortableProperties: ({ enabled, types }) => (enabled ? Object.keys(types) : []),
    getSortablePropertiesWithTypes: ({ enabled, types }) => (enabled ? types : {}),
    save<R>({ enabled, types, values }: SorterStore): R {
      const sorts = Array.from(values, ([property, list]) => {
        const orderedDocs = present(list).sort(([left, a], [right, b]) => compare(a, b) || left - right);
        const docs = Object.fromEntries(orderedDocs.map(([document], place) => [document, place]));
        return [property, { docs, orderedDocs, type: types[property]! }] as const;
      });
      const saved: SavedSorter = enabled
        ? {
            enabled,
            language: "english",
            isSorted: true,
            sortableProperties: Object.keys(types),
            sortablePropertiesWithTypes: types,
            sorts: Object.fromEntries(sorts),
          }
        : { enabled };
      return saved as R;
    },
    load<R>(ids: DocumentIds, raw: R): SorterStore {
      const { enabled, sorts = {} } = raw as SavedSorter;
      const types: Record<string, SortType> = {};
      const values = new Map<string, (SortValue | undefined)[]>();
      for (const [property, { orderedDocs, type }] of Object.entries(sorts)) {
        const list: (SortValue | undefined)[] = [];
        for (const [document, value] of orderedDocs) list[document] = value;
        types[property] = type;
        values.set(property, list);
      }
      return { enabled, types, ids, values };
    },
  };
}

const collators = new Map<string, Intl.Collator>();

/** Made when something is sorted: to make one takes longer than to fill a small database. */
function collatorOf(locale: string): Intl.Collator {
  const collator = collators.get(locale) ?? new Intl.Collator(locale);
  collators.set(locale, collator);
  return collator;
}

function present(list: readonly (SortValue | undefined)[]): [document: number, value: SortValue][] {
  const pairs: [number, SortValue][] = [];
  list.forEach((value, document) => {
    if (value !== undefined) pairs.push([document, value]);
  });
  return pairs;
}

function numberOf(ids: DocumentIds, id: string | number): number {
  return typeof id === "number" ? id : (ids.idToInternalId.get(id) ?? 0);
}
