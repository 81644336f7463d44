import type { StaticModel } from "@souvenir/static";
import { kindWords } from "../entities/kinds.ts";
import type { StoredRecord } from "../store/store.ts";

/** Terms of the static model that a memory has: those of its text, and of the words for what its entities are. */
export function termsOf(
  { value, entities }: Pick<StoredRecord, "value" | "entities">,
  model: StaticModel,
): readonly number[] {
  const words = kindWords(entities);
  const terms = model.read(value);
  return words === "" ? terms : [...terms, ...model.read(words)];
}
