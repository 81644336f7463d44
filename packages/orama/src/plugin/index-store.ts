import type { AnyIndexStore, components, SearchableType } from "@orama/orama";
import type { AttributeIndex } from "../attributes/attribute-index.ts";
import type { DocumentSet } from "../document-set.ts";
import type { TextIndex } from "../text/text-index.ts";
import type { VectorNode } from "./vector-node.ts";

/** Orama's own index, which keeps the geopoints. */
export type StockIndex = components.index.Index;

/** Orama's table of document ids and their numbers. */
export type DocumentIds = components.internalDocumentIDStore.InternalDocumentIDStore;

/** The documents that exist, kept by the document store of the same database. */
export interface LiveDocuments {
  live: DocumentSet;
}

export interface IndexParts {
  /** Paths of the schema with their types. */
  properties: readonly (readonly [path: string, type: SearchableType])[];
  places: StockIndex;
  documents: LiveDocuments;
  text: TextIndex;
  attributes: AttributeIndex;
  vectors: ReadonlyMap<string, VectorNode>;
  /** String properties whose filters mean the whole text, as `tokenizeSkipProperties` says it. */
  whole: ReadonlySet<string>;
}

interface Pending {
  doc: number;
  language: string | undefined;
  texts: Map<string, string>;
  attributes: [property: string, value: string | number | boolean][];
}

/**
 * The index of a database. Orama hands over a document property by property, so a document is gathered here and indexed
 * as a whole when the next one comes or when somebody searches.
 */
export class IndexStore implements AnyIndexStore {
  readonly searchableProperties: string[];
  readonly searchablePropertiesWithTypes: Record<string, SearchableType>;
  /** Vector properties by path. */
  readonly vectors: ReadonlyMap<string, VectorNode>;
  /** The same for Orama's own search. */
  readonly vectorIndexes: AnyIndexStore["vectorIndexes"];
  /** Read by Orama's own search by place. */
  readonly indexes: StockIndex["indexes"];
  readonly places: StockIndex;
  readonly documents: LiveDocuments;
  readonly #whole: ReadonlySet<string>;
  #text: TextIndex;
  #attributes: AttributeIndex;
  #pending: Pending | undefined;

  constructor(parts: IndexParts) {
    const { places, documents, text, attributes, vectors, properties, whole } = parts;
    this.places = places;
    this.indexes = places.indexes;
    this.documents = documents;
    this.#whole = whole;
    this.#text = text;
    this.#attributes = attributes;
    this.vectors = vectors;
    this.vectorIndexes = Object.fromEntries(
      Array.from(vectors, ([path, node]) => [path, { type: "Vector", isArray: false, node }]),
    ) as unknown as AnyIndexStore["vectorIndexes"];
    this.searchableProperties = properties.map(([path]) => path);
    this.searchablePropertiesWithTypes = Object.fromEntries(properties);
  }

  /** Type of a property of the schema. */
  typeOf(property: string): SearchableType | undefined {
    return Object.hasOwn(this.searchablePropertiesWithTypes, property)
      ? this.searchablePropertiesWithTypes[property]
      : undefined;
  }

  /** Whether a filter on a string property means the whole text, which stands among its attributes then. */
  isWhole(property: string): boolean {
    return this.#whole.has(property);
  }

  get text(): TextIndex {
    this.flush();
    return this.#text;
  }

  get attributes(): AttributeIndex {
    this.flush();
    return this.#attributes;
  }

  addText(doc: number, property: string, text: string, language: string | undefined): void {
    this.#pendingOf(doc, language).texts.set(property, text);
  }

  addValues(doc: number, property: string, values: readonly (string | number | boolean)[]): void {
    const { attributes } = this.#pendingOf(doc, undefined);
    for (const value of values) attributes.push([property, value]);
  }

  /** Forgets a document, except its place, which Orama removes by value. */
  remove(doc: number): void {
    this.flush();
    this.#text.remove(doc);
    this.#attributes.remove(doc);
    for (const node of this.vectors.values()) node.remove(doc);
  }

  flush(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    if (pending.texts.size > 0) this.#text.add(pending.doc, pending.texts, { language: pending.language });
    if (pending.attributes.length > 0) this.#attributes.addAll(pending.doc, pending.attributes);
  }

  #pendingOf(doc: number, language: string | undefined): Pending {
    if (this.#pending?.doc !== doc) {
      this.flush();
      this.#pending = { doc, language, texts: new Map(), attributes: [] };
    }
    this.#pending!.language ??= language;
    return this.#pending!;
  }
}
