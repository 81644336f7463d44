import MiniSearch from "minisearch";
import type { Subject } from "./subject.ts";

export function miniSearch(): Subject {
  const index = new MiniSearch({ fields: ["text"] });
  return {
    modes: ["text"],
    async add(items) {
      for (const { number, text } of items) index.add({ id: number, text });
    },
    async search({ text }) {
      return index.search(text).slice(0, 10);
    },
    async close() {},
  };
}
