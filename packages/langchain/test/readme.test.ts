import { readmePrograms } from "@souvenir/test/readme-programs";
import { expect } from "vitest";

readmePrograms(new URL("../README.md", import.meta.url), 75, [
  ["the first program remembers across threads", "Noted.\nI build with Rust, Axum, PostgreSQL and HTMX.\n"],
  [
    "the store finds by prefix, question and filter",
    ({ stdout }) =>
      expect(stdout.replace(/\s+/g, " ")).toBe(
        "cat [ 'memories', 'ada@example%2Ecom' ] [ [ 'memories', 'ada@example%2Ecom' ] ] ",
      ),
  ],
  [
    "history, retriever and tools",
    ({ stdout }) =>
      expect(stdout).toMatch(
        /^My cat is called Minou\. 0\.\d+\n\[ 'remember', 'recall', 'list', 'forget' \]\n$/,
      ),
  ],
  [
    "checkpoints in the same file",
    ({ stdout }) => expect(stdout).toMatch(/I build with Rust\.[\s\S]*Noted\./),
  ],
]);
