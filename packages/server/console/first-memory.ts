import { chooser, serverAddress } from "./connect-page.ts";
import { session } from "./session.ts";
import { type SnippetGroup, snippetGroups } from "./snippets.ts";

/** How a program stores its first memory, for a namespace that has none. */
export function firstMemory(namespace: string): HTMLElement {
  const [programs] = snippetGroups({ server: serverAddress(), namespace, withKey: session.mode === "key" });
  return chooser(programs as SnippetGroup);
}
