import { readmePrograms } from "@souvenir/test/readme-programs";
import { expect } from "vitest";

readmePrograms(new URL("../README.md", import.meta.url), 60, [
  [
    "the first program remembers, with vectors of Mistral",
    ({ stdout, standIn }) => {
      expect(stdout).toBe("I build with Rust, Axum, PostgreSQL and HTMX.\n");
      expect(standIn.embeddingsRequests()).not.toHaveLength(0);
    },
  ],
  [
    "users, the inspector and the tools do what is said",
    "true true\n[ 'remember', 'recall', 'list', 'forget' ]\n",
  ],
]);
