import type { Memory } from "@souvenir/core";

/** One promise of the `Memory` contract. The memory is empty, has the default embedder, and is closed afterwards. */
export type MemorySpec = (memory: Memory) => Promise<void>;

/** Names that something on the way may take for something else. */
export const trickyNames: readonly string[] = [
  ".",
  "..",
  "../other",
  "a/b",
  "a%2Fb",
  "a%252Fb",
  "a b+c",
  "a&namespace=b",
  "a#b?c=d",
  "é",
  "e\u0301",
  "日本語",
  "👩‍🚀",
  " ",
  "\u0000",
  "line\nbreak\r\n",
  "__proto__",
  "default",
  "A",
  '"quoted" \\ back',
];
