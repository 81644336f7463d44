import { copyButton } from "./dialogs.ts";
import { h } from "./dom.ts";
import { session } from "./session.ts";

/** How a program stores its first memory, for a namespace that has none. */
export function firstMemory(namespace: string): HTMLElement {
  const server = new URL("..", document.baseURI).href.replace(/\/$/, "");
  const withKey = session.mode === "key";
  const value = "Camille takes her croissants without butter on Fridays.";
  const body = JSON.stringify({ namespace, value });
  const snippets: [title: string, code: string][] = [
    [
      "curl",
      [
        `curl ${server}/v1/memory-set \\`,
        ...(withKey ? ['  -H "Authorization: Bearer $SOUVENIR_KEY" \\'] : []),
        '  -H "Content-Type: application/json" \\',
        `  -d '${body.replaceAll("'", "'\\''")}'`,
      ].join("\n"),
    ],
    [
      "TypeScript",
      [
        'import { connectMemory } from "@souvenir/server/client";',
        "",
        withKey
          ? `const memory = connectMemory({ url: ${JSON.stringify(server)}, key: process.env.SOUVENIR_KEY });`
          : `const memory = connectMemory({ url: ${JSON.stringify(server)} });`,
        `await memory.set({ namespace: ${JSON.stringify(namespace)}, value: ${JSON.stringify(value)} });`,
      ].join("\n"),
    ],
    [
      "Python",
      [
        "import json, os, urllib.request",
        "",
        "request = urllib.request.Request(",
        `    ${JSON.stringify(`${server}/v1/memory-set`)},`,
        `    json.dumps({"namespace": ${JSON.stringify(namespace)}, "value": ${JSON.stringify(value)}}).encode(),`,
        withKey
          ? '    {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["SOUVENIR_KEY"]},'
          : '    {"Content-Type": "application/json"},',
        ")",
        "print(urllib.request.urlopen(request).read().decode())",
      ].join("\n"),
    ],
  ];
  return h(
    "div",
    { class: "snippets" },
    snippets.map(([title, code], at) =>
      h(
        "details",
        { name: "first-memory", open: at === 0 },
        h("summary", {}, title),
        copyButton(code, `the ${title} example`),
        h("pre", { tabindex: 0, role: "region", "aria-label": `${title} example` }, h("code", {}, code)),
      ),
    ),
  );
}
