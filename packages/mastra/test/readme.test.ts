import { readmePrograms } from "@souvenir/test/readme-programs";
import { expect } from "vitest";

readmePrograms(new URL("../README.md", import.meta.url), 60, [
  [
    "the first program remembers across threads",
    ({ stdout, standIn }) => {
      expect(stdout).toBe("Noted.\nI build with Rust, Axum, PostgreSQL and HTMX.\n[ 'build' ]\n");
      // By default with a key: Mistral's embedder.
      expect(standIn.embeddingsRequests().map(({ body }) => body.model)).toContain("mistral-embed");
    },
  ],
  ["processors, storage and vectors alone", "semantic-recall monday souvenir\n"],
]);
