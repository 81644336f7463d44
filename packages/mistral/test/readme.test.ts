import { readmePrograms } from "@souvenir/test/readme-programs";
import { expect } from "vitest";

readmePrograms(new URL("../README.md", import.meta.url), 100, [
  [
    "the first program remembers across conversations",
    ({ stdout, standIn }) => {
      expect(stdout).toBe("Noted.\nI build with Rust, Axum, PostgreSQL and HTMX.\n");
      expect(standIn.embeddingsRequests()).not.toHaveLength(0);
    },
  ],
  ["one call has its own namespace, or no memory", "[ 'bob' ]\n"],
  ["a conversation knows what was said in another", "My sister Zoé studies chemistry.\n1\n"],
]);
