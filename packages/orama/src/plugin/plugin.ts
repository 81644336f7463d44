import { type AnyDocument, type AnySchema, components, type OramaPluginSync } from "@orama/orama";
import { DocumentSet } from "../document-set.ts";
import { createDocumentsStore } from "./documents-store.ts";
import { createIndexComponent, type PluginTextOptions } from "./index-component.ts";
import type { LiveDocuments } from "./index-store.ts";
import { languageCode } from "./languages.ts";
import { createSorter } from "./sorter.ts";
import { createTokenizer } from "./tokenizer.ts";

/**
 * Puts the indexes of this package into an Orama database: `create({ schema, plugins: [souvenirPlugin()] })`. Everything
 * else of Orama stays as it is. Search with `search` of this package: Orama's own keeps the faults of its hybrid mode.
 *
 * The plugin brings the index, the tokenizer, the sorter and the document store, so `create` takes no `language`: give it here.
 */
export function souvenirPlugin(options: PluginTextOptions = {}): OramaPluginSync {
  return {
    name: "souvenir",
    getComponents: ((schema: AnySchema) => {
      const documents: LiveDocuments = { live: new DocumentSet() };
      return {
        index: createIndexComponent(options, documents),
        tokenizer: createTokenizer(options),
        documentsStore: createDocumentsStore(documents),
        sorter: createSorter(languageCode(options.language)),
        validateSchema: (document: AnyDocument) => faultyProperty(document, schema),
      };
    }) as unknown as NonNullable<OramaPluginSync["getComponents"]>,
  };
}

/** Orama's own check, and numbers that an index cannot hold: NaN, and vectors that are not finite. */
function faultyProperty(document: AnyDocument, schema: AnySchema): string | undefined {
  return components.validateSchema(document, schema) ?? notFinite(document, schema, "");
}

function notFinite(document: AnyDocument, schema: AnySchema, prefix: string): string | undefined {
  for (const [name, type] of Object.entries(schema)) {
    const value: unknown = document[name];
    if (value === undefined || value === null) continue;
    if (typeof type === "object" && !Array.isArray(type)) {
      const inner = notFinite(value as AnyDocument, type as AnySchema, `${prefix}${name}.`);
      if (inner !== undefined) return inner;
    } else if (components.isVectorType(type)) {
      if (!(value as number[]).every((number) => Number.isFinite(Math.fround(number)))) return prefix + name;
    } else if ([value].flat().some((number) => Number.isNaN(number))) return prefix + name;
  }
  return undefined;
}
