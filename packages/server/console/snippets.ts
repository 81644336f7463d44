/** How a program or an agent reaches this server. */
export interface Snippet {
  name: string;
  language: "sh" | "python" | "ts" | "json" | "toml" | "text";
  /** What to install first. */
  install?: string;
  /** Where it goes, or what it does. */
  about: string;
  code: string;
}

export interface SnippetGroup {
  title: string;
  snippets: Snippet[];
}

/** What is stored and asked in all of them. */
const said = "Camille takes her croissants without butter on Fridays.";
const question = "What does Camille take on Fridays?";

/** The key is read from the environment: nobody copies one into a file that is shared. */
const variable = "SOUVENIR_KEY";

/**
 * Every way to use a server, as programs and files that run as they are: the console shows them, the documentation has
 * them, and tests run them.
 * @param server - Its address, without a slash at the end.
 * @param withKey - Whether it asks for one.
 */
export function snippetGroups({
  server,
  namespace,
  withKey,
}: {
  server: string;
  namespace: string;
  withKey: boolean;
}): SnippetGroup[] {
  const name = JSON.stringify(namespace);
  const mcp = `${server}/mcp/${encodeURIComponent(namespace).replaceAll("%40", "@").replaceAll("%2F", "/")}`;
  const connect = withKey
    ? `connectMemory({ url: ${JSON.stringify(server)}, key: process.env.${variable} })`
    : `connectMemory({ url: ${JSON.stringify(server)} })`;
  const curl = (operation: string, body: object) =>
    [
      `curl ${server}/v1/${operation} \\`,
      ...(withKey ? [`  -H "Authorization: Bearer $${variable}" \\`] : []),
      '  -H "Content-Type: application/json" \\',
      `  -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`,
    ].join("\n");
  const header = (value: string) => (withKey ? { headers: { Authorization: `Bearer ${value}` } } : {});
  const json = (value: object) => JSON.stringify(value, null, 2);

  return [
    {
      title: "From a program",
      snippets: [
        {
          name: "curl",
          language: "sh",
          about: "Stores a memory, and gets the block for a prompt.",
          code: [
            curl("memory-set", { namespace, value: said }),
            curl("context", { namespace, query: question }),
          ].join("\n"),
        },
        {
          name: "Python",
          language: "python",
          about: "The standard library is enough. Any other client of HTTP does the same.",
          code: `import json
import os
import urllib.request


def souvenir(operation, **body):
    request = urllib.request.Request(
        f"${braces(server)}/v1/{operation}",
        json.dumps({"namespace": ${name}, **body}).encode(),
        {"Content-Type": "application/json"${withKey ? `, "Authorization": f"Bearer {os.environ['${variable}']}"` : ""}},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


souvenir("memory-set", value="${said}")
print(souvenir("context", query="${question}")["text"])`,
        },
        {
          name: "TypeScript",
          language: "ts",
          install: "npm install @souvenir/server",
          about: "The same interface as a memory in your own process.",
          code: `import { connectMemory } from "@souvenir/server/client";

const memory = ${connect};
await memory.set({ namespace: ${name}, value: "${said}" });
const { text } = await memory.recall({ namespace: ${name}, query: "${question}" });
console.log(text);
await memory.close();`,
        },
      ],
    },
    {
      title: "With a framework",
      snippets: [
        {
          name: "Mistral client",
          language: "ts",
          install: "npm install @souvenir/mistral @souvenir/server @souvenir/core @mistralai/mistralai",
          about: "The same client, which recalls before each call and keeps what is said.",
          code: `import { Mistral } from "@mistralai/mistralai";
import { withMemory } from "@souvenir/mistral";
import { connectMemory } from "@souvenir/server/client";

const memory = ${connect};
const mistral = new Mistral({ apiKey: process.env.MISTRAL_API_KEY ?? "" });
const client = withMemory(mistral, { memory, namespace: ${name} });

const say = async (thread: string, content: string) => {
  const request = { model: "mistral-small-latest", messages: [{ role: "user" as const, content }] };
  const { choices } = await client.chat.complete(request, { souvenir: { thread } });
  console.log(choices[0]?.message?.content);
};
await say("monday", "${said}");
await say("friday", "${question}"); // another conversation
await memory.close();`,
        },
        {
          name: "Mistral in Python",
          language: "python",
          install: "pip install mistralai requests",
          about: "Two requests around each call: the block before it, what was said after it.",
          code: pythonMistral(server, name, withKey),
        },
        {
          name: "LangChain",
          language: "ts",
          install:
            "npm install @souvenir/langchain @souvenir/server @souvenir/core @langchain/core langchain @langchain/langgraph-checkpoint @langchain/mistralai zod",
          about: "A middleware for agents. A store, a saver and a retriever are there, too.",
          code: `import { ChatMistralAI } from "@langchain/mistralai";
import { memoryMiddleware } from "@souvenir/langchain/middleware";
import { connectMemory } from "@souvenir/server/client";
import { createAgent } from "langchain";

const memory = ${connect};
const agent = createAgent({
  model: new ChatMistralAI({ model: "mistral-small-latest" }),
  middleware: [memoryMiddleware({ memory, namespace: ${name} })],
});

const say = async (thread_id: string, content: string) => {
  const { messages } = await agent.invoke(
    { messages: [{ role: "user", content }] },
    { configurable: { thread_id } },
  );
  console.log(messages.at(-1)?.text);
};
await say("monday", "${said}");
await say("friday", "${question}"); // another conversation
await memory.close();`,
        },
        {
          name: "AI SDK",
          language: "ts",
          install: "npm install @souvenir/ai-sdk @souvenir/server @souvenir/core ai @ai-sdk/mistral",
          about: "Any model of the AI SDK, with a memory.",
          code: `import { mistral } from "@ai-sdk/mistral";
import { withMemory } from "@souvenir/ai-sdk";
import { connectMemory } from "@souvenir/server/client";
import { generateText } from "ai";

const memory = ${connect};
const model = withMemory(mistral("mistral-small-latest"), { memory, namespace: ${name} });

await generateText({ model, prompt: "${said}" });
const { text } = await generateText({ model, prompt: "${question}" });
console.log(text);
await memory.close();`,
        },
        {
          name: "Mastra",
          language: "ts",
          install: "npm install @souvenir/mastra @souvenir/server @souvenir/core @mastra/core @mastra/memory",
          about:
            "Recall is the server's; the conversations themselves stay in a file of your project, or in its storage.",
          code: `import { Agent } from "@mastra/core/agent";
import { SouvenirMemory } from "@souvenir/mastra";
import { connectMemory } from "@souvenir/server/client";

const server = ${connect};
const memory = new SouvenirMemory({ memory: server, path: "conversations.db" });
const agent = new Agent({
  id: "assistant",
  name: "assistant",
  instructions: "You are a helpful assistant.",
  model: "mistral/mistral-small-latest",
  memory,
});

const say = async (thread: string, text: string) =>
  console.log((await agent.generate(text, { memory: { thread, resource: ${name} } })).text);
await say("monday", "${said}");
await say("friday", "${question}"); // another conversation
await memory.close();
await server.close();`,
        },
      ],
    },
    {
      title: "In an MCP host",
      snippets: [
        {
          name: "Mistral Vibe",
          language: "toml",
          about: "In ~/.vibe/config.toml or ./.vibe/config.toml.",
          code: [
            "[[mcp_servers]]",
            'name = "souvenir"',
            'transport = "streamable-http"',
            `url = ${JSON.stringify(mcp)}`,
            ...(withKey
              ? [
                  `api_key_env = "${variable}"`,
                  'api_key_header = "Authorization"',
                  'api_key_format = "Bearer {token}"',
                ]
              : []),
          ].join("\n"),
        },
        {
          name: "Le Chat, Claude, ChatGPT",
          language: "text",
          about:
            "The address alone: as a custom connector. They open a page where you paste a key. They call from the web, so the address has to be public, with TLS.",
          code: mcp,
        },
        {
          name: "Claude Code",
          language: "sh",
          about: "Once, in the folder of the project.",
          code: [
            `claude mcp add --transport http souvenir ${shellWord(mcp)}`,
            ...(withKey ? [`  --header "Authorization: Bearer $${variable}"`] : []),
          ].join(" \\\n"),
        },
        {
          name: "Cursor",
          language: "json",
          about: "In ~/.cursor/mcp.json or .cursor/mcp.json.",
          code: json({ mcpServers: { souvenir: { url: mcp, ...header(`\${env:${variable}}`) } } }),
        },
        {
          name: "VS Code",
          language: "json",
          about: "In .vscode/mcp.json. It asks for the key once, and keeps it.",
          code: json({
            ...(withKey
              ? {
                  inputs: [
                    {
                      type: "promptString",
                      id: "souvenir-key",
                      description: "Key of Souvenir",
                      password: true,
                    },
                  ],
                }
              : {}),
            servers: { souvenir: { type: "http", url: mcp, ...header("${input:souvenir-key}") } },
          }),
        },
        {
          name: "Others, with a program",
          language: "json",
          about:
            "Hosts with a file of mcpServers that start a program and speak with it: Claude Desktop, Windsurf, Zed.",
          code: json({
            mcpServers: {
              souvenir: {
                command: "npx",
                args: ["-y", "@souvenir/server", "mcp", "--namespace", namespace, "--url", server],
                ...(withKey ? { env: { [variable]: "svr_…" } } : {}),
              },
            },
          }),
        },
      ],
    },
  ];
}

/** The first program of the page about Python. */
function pythonMistral(server: string, name: string, withKey: boolean): string {
  return `import os

import requests
from mistralai.client import Mistral  # mistralai 1: from mistralai import Mistral

mistral = Mistral(api_key=os.environ["MISTRAL_API_KEY"])


def souvenir(operation, **body):
    response = requests.post(
        f"${braces(server)}/v1/{operation}",${withKey ? `\n        headers={"Authorization": f"Bearer {os.environ['${variable}']}"},` : ""}
        json={"namespace": ${name}, **body},
        timeout=30,
    )
    if not response.ok:
        raise RuntimeError(response.text)  # says what was expected
    return response.json()


def ask(thread, question):
    asked = {"role": "user", "content": question}
    known = souvenir("context", query=question, thread=thread)["text"]
    system = [{"role": "system", "content": known}] if known else []
    completion = mistral.chat.complete(model="mistral-small-latest", messages=[*system, asked])
    answer = completion.choices[0].message
    souvenir("remember-turn", thread=thread, messages=[asked, answer.model_dump(mode="json")])
    return answer.content


ask("monday", "My web shop runs on Rust, Axum and PostgreSQL.")
print(ask("thursday", "What database am I using?"))  # a conversation without a message of the first`;
}

/** As a literal in one of Python's formatted strings. */
const braces = (text: string): string => text.replaceAll("{", "{{").replaceAll("}", "}}");

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
