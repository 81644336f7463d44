import { isMemoryFileHeader } from "@souvenir/core";
import type { ImportFormat } from "../format.ts";
import { fieldsOf, isObject } from "../values.ts";

/** Our own: lines of an export, or as little as `{"value": "..."}`. */
export const souvenir: ImportFormat = {
  name: "Souvenir",
  recognises: ({ value }) =>
    isObject(value) && ("souvenir" in value || typeof value.value === "string") && !("label" in value),
  *read({ value }) {
    if (!isMemoryFileHeader(value)) yield { record: fieldsOf(value) };
  },
};
