import type { AnyDocument, AnyIndexStore, components, SearchableType } from "@orama/orama";
import type { AttributeIndex, AttributeValue } from "../attributes/attribute-index.ts";
import type { DocumentSet } from "../document-set.ts";
import type { FrozenPart } from "../frozen-part.ts";
import { runSteps, type Steps } from "../steps.ts";
import type { TextIndex } from "../text/text-index.ts";
import { VectorIndex } from "../vectors/vector-index.ts";
import { freezeIndex, type IndexContents } from "./index-sections.ts";
import type { KeptProperty } from "./kept-property.ts";
import type { DocumentListener, LiveDocuments } from "./live-documents.ts";
import { PluginError } from "./plugin-error.ts";
import type { Ranker } from "./ranker.ts";
import { VectorNode } from "./vector-node.ts";
import { checkDefined, documentsWhere } from "./where.ts";

/** Orama's own index, which keeps the geopoints. */
export type StockIndex = components.index.Index;

/** What the maker of a database decides, besides its schema. */
export interface IndexSettings {
  /** String properties whose filters mean the whole text, as `tokenizeSkipProperties` says it. */
  whole?: ReadonlySet<string>;
  kept?: ReadonlyMap<string, KeptProperty>;
  /** Properties that hold values of any kind at paths that the schema does not name. */
  open?: readonly string[];
  rank?: Ranker | undefined;
  /** Whether the indexes know more documents than there are here. */
  isPart?: boolean;
}

export interface IndexParts extends IndexSettings {
  /** Paths of the schema with their types. */
  properties: readonly (readonly [path: string, type: SearchableType])[];
  places: StockIndex;
  documents: LiveDocuments;
  text: TextIndex;
  attributes: AttributeIndex;
  vectors: ReadonlyMap<string, VectorNode>;
}

interface Pending {
  doc: number;
  language: string | undefined;
  texts: Map<string, string>;
  attributes: [property: string, value: AttributeValue][];
}

/**
 * The index of a database: what `indexOf(db)` answers, and what a ranker reads. Orama hands over a document property by
 * property, so a document is gathered here and indexed as a whole when the next one comes or when somebody looks.
 *
 * A document that was removed is not in `live` at once. Its words go together with those of others, before the next
 * search of Orama, or when `settling` is called: for who removes many and may not stop the others.
 */
export class SouvenirIndex implements AnyIndexStore, DocumentListener {
  readonly searchableProperties: string[];
  readonly searchablePropertiesWithTypes: Record<string, SearchableType>;
  /** For Orama's own search: the vectors by property. */
  readonly vectorIndexes: AnyIndexStore["vectorIndexes"] = {};
  /** Read by Orama's own search by place. */
  readonly indexes: StockIndex["indexes"];
  readonly places: StockIndex;
  readonly documents: LiveDocuments;
  readonly vectorNodes: Map<string, VectorNode> = new Map();
  readonly kept: ReadonlyMap<string, KeptProperty>;
  readonly open: readonly string[];
  readonly ranker: Ranker | undefined;
  readonly #whole: ReadonlySet<string>;
  readonly #isPart: boolean;
  #text: TextIndex;
  #attributes: AttributeIndex;
  #pending: Pending | undefined;
  readonly #gone = new Set<number>();
  #settling: Steps | undefined;

  constructor(parts: IndexParts) {
    const { places, documents, properties, whole, kept, open, rank, isPart } = parts;
    this.places = places;
    this.indexes = places.indexes;
    this.documents = documents;
    this.kept = kept ?? new Map();
    this.open = open ?? [];
    this.ranker = rank;
    this.#whole = whole ?? new Set();
    this.#isPart = isPart ?? false;
    this.#text = parts.text;
    this.#attributes = parts.attributes;
    for (const [path, node] of parts.vectors) this.#enterVectors(path, node);
    this.searchableProperties = properties.map(([path]) => path);
    this.searchablePropertiesWithTypes = Object.fromEntries(properties);
  }

  /** The documents that exist, by their numbers. Not to be changed. */
  get live(): DocumentSet {
    return this.documents.live;
  }

  /** The words of all string properties, each a field by its path. */
  get text(): TextIndex {
    this.#flush();
    return this.#text;
  }

  /** The values of all other properties, each a field by its path. */
  get attributes(): AttributeIndex {
    this.#flush();
    return this.#attributes;
  }

  /** The vectors of a property; `undefined` when it is none of vectors. */
  vectors(property: string): VectorIndex | undefined {
    return this.vectorNodes.get(property)?.index;
  }

  /** Documents that are gone and have words here yet. */
  get unsettled(): number {
    return this.#gone.size;
  }

  /**
   * Removes the words of what is gone, in steps. Until it ends, `text` and `attributes` find some of it by some of its
   * words: `live` tells it apart.
   */
  settling(): Steps {
    this.#settling ??= this.#settle();
    return this.#settling;
  }

  *#settle(): Steps {
    try {
      this.#flush();
      while (this.#gone.size > 0) {
        const gone = [...this.#gone];
        yield* this.#text.removing(gone);
        yield* this.#attributes.removing(gone);
        for (const doc of gone) this.#gone.delete(doc);
      }
    } finally {
      this.#settling = undefined;
    }
  }

  /** The same at once, unless somebody is at it in steps. */
  settle(): void {
    if (this.#gone.size > 0 && this.#settling === undefined) runSteps(this.settling());
  }

  /** Of some documents, or all, those that can be an answer; `undefined` when nothing has to be left out. */
  acceptable(among?: DocumentSet): DocumentSet | undefined {
    if (this.#gone.size === 0 && !this.#isPart) return among;
    return among === undefined ? this.live.clone() : among.intersect(this.live);
  }

  /**
   * The documents that pass a `where` of Orama: a new set. While some are unsettled it may hold documents that are gone.
   * @throws PluginError `UNKNOWN_FILTER_PROPERTY`, `INVALID_FILTER_OPERATION`
   */
  documentsWhere(where: Readonly<Record<string, unknown>>, language?: string): DocumentSet {
    checkDefined(where, "where");
    return documentsWhere(this, where, language);
  }

  /** What the ranker of the database says; `undefined` when it has none. */
  ranking(question: Parameters<Ranker>[0]): ReturnType<Ranker> | undefined {
    return this.ranker?.(question, this);
  }

  /**
   * Gives a document that was inserted its vectors in a property, instead of those it had: for vectors that come later,
   * and for texts that have several. A search compares with the best of them.
   * @param vectors As for `VectorIndex`; none takes those away that it had.
   * @throws PluginError `UNKNOWN_VECTOR_PROPERTY`; what `VectorIndex` throws.
   */
  setVectors(doc: number, property: string, vectors: readonly Float32Array[]): void {
    const index = this.vectors(property);
    if (index === undefined)
      throw new PluginError("UNKNOWN_VECTOR_PROPERTY", `Unknown vector property "${property}".`);
    if (vectors.length === 0) index.remove(doc);
    else if (this.live.has(doc)) index.add(doc, vectors);
  }

  /**
   * Another embedder: the property holds vectors of so many numbers from now on, and none of those that it held; without
   * `dimensions` it holds none any more. The schema of the database need not have named it.
   */
  useVectors(property: string, dimensions: number | undefined): void {
    if (dimensions === undefined) {
      this.vectorNodes.delete(property);
      delete this.vectorIndexes[property];
    } else this.#enterVectors(property, new VectorNode(new VectorIndex({ dimensions }), this));
  }

  /** The sections of a snapshot, made while they are read: the index may change meanwhile. See `freezeSnapshot`. */
  freeze(): Map<string, readonly FrozenPart[]> {
    return freezeIndex(this);
  }

  /** Puts what an `IndexReader` has read of a snapshot in the place of what is here. */
  replace({ text, attributes, vectors }: IndexContents): void {
    this.#pending = undefined;
    this.#gone.clear();
    this.#text = text;
    this.#attributes = attributes;
    for (const [property, index] of vectors) this.#enterVectors(property, new VectorNode(index, this));
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

  /** Whether a path leads to a value of any kind; see `open`. */
  isOpen(path: string): boolean {
    return this.open.some((property) => path.startsWith(`${property}.`));
  }

  /** Takes a text in for a document. */
  addText(doc: number, property: string, text: string, language: string | undefined): void {
    this.#pendingOf(doc, language).texts.set(property, text);
  }

  /** Takes values of attributes in for a document. */
  addValues(doc: number, property: string, values: AttributeValue | readonly AttributeValue[]): void {
    const { attributes } = this.#pendingOf(doc, undefined);
    if (!isList(values)) attributes.push([property, values]);
    else for (const value of values) attributes.push([property, value]);
  }

  /** A document was put in. */
  stored(doc: number, document: AnyDocument): void {
    // The words of the one that had the number go first.
    if (this.#gone.has(doc)) runSteps(this.settling());
    for (const property of this.open)
      if (document[property] !== undefined)
        gather(property, document[property], this.#pendingOf(doc, undefined).attributes);
  }

  /** A document was taken out. */
  removed(doc: number): void {
    this.#flush();
    this.#gone.add(doc);
    // Who only writes must not fill the memory.
    if (this.#gone.size >= mostGone) this.settle();
    for (const { index } of this.vectorNodes.values()) index.remove(doc);
  }

  #flush(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    if (pending.texts.size > 0) this.#text.add(pending.doc, pending.texts, { language: pending.language });
    if (pending.attributes.length > 0) this.#attributes.addAll(pending.doc, pending.attributes);
  }

  #pendingOf(doc: number, language: string | undefined): Pending {
    if (this.#pending?.doc !== doc) {
      this.#flush();
      this.#pending = { doc, language, texts: new Map(), attributes: [] };
    }
    this.#pending!.language ??= language;
    return this.#pending!;
  }

  #enterVectors(property: string, node: VectorNode): void {
    this.vectorNodes.set(property, node);
    this.vectorIndexes[property] = { type: "Vector", isArray: false, node } as never;
  }
}

/** Documents that are gone and have words yet, at most. */
const mostGone = 50_000;

/** Deeper than any document is, so that one which holds itself comes to an end. */
const deepest = 64;

/** The scalars of a value, each under its path `a.b`; the elements of an array under the path of the array. */
function gather(path: string, value: unknown, into: Pending["attributes"], depth = 0): void {
  if (typeof value === "string" || typeof value === "boolean" || value === null) into.push([path, value]);
  else if (typeof value === "number") {
    if (!Number.isNaN(value)) into.push([path, value]);
  } else if (typeof value !== "object" || depth > deepest) return;
  else if (Array.isArray(value)) for (const item of value) gather(path, item, into, depth + 1);
  else
    for (const name of Object.keys(value)) gather(`${path}.${name}`, memberOf(value, name), into, depth + 1);
}

function memberOf(value: object, name: string): unknown {
  return (value as Record<string, unknown>)[name];
}

function isList<Value>(value: Value | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}
