import { type CompiledFilter, compileFilter, SouvenirError } from "@souvenir/core";

/**
 * Mastra's filter language on the metadata of a vector or message: `compileFilter` of core, where an object is conditions
 * on its fields, a list means one of its values, and `null` also what is absent. `undefined` for a filter of nothing.
 * @throws SouvenirError `INVALID_INPUT`, with the status that Mastra's server answers
 */
export function metadataFilter(filter: unknown): CompiledFilter | undefined {
  if (filter === undefined || filter === null) return undefined;
  try {
    const compiled = compileFilter(filter, "conditions");
    return Object.keys(filter).length === 0 ? undefined : compiled;
  } catch (error) {
    if (!SouvenirError.is(error)) throw error;
    throw new SouvenirError(error.code, error.message, { details: { ...error.details, status: 400 } });
  }
}
