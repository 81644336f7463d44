// Files as other programs write them: by hand, in the shape that each of them has.

const at = (seconds: number) => 1_700_000_000 + seconds;
const node = (
  id: string,
  parent: string,
  children: string[],
  role: string,
  text: string,
  more: object = {},
) => ({
  [id]: {
    id,
    parent,
    children,
    message: {
      ...{
        id,
        author: { role, name: null, metadata: {} },
        create_time: at(id.endsWith("tool") ? 3.5 : Number(id.at(-1))),
        update_time: null,
      },
      ...{ content: { content_type: "text", parts: [text] }, status: "finished_successfully", weight: 1 },
      ...{ metadata: role === "assistant" ? { model_slug: "gpt-4o" } : {}, recipient: "all", ...more },
    },
  },
});

const conversation = (id: string) => ({
  ...{
    title: "Trip to Lyon",
    create_time: at(0),
    update_time: at(9),
    moderation_results: [],
    current_node: `${id}-4`,
  },
  mapping: {
    root: { id: "root", message: null, parent: null, children: [`${id}-0`] },
    ...node(`${id}-0`, "root", [`${id}-1`], "system", ""),
    ...node(`${id}-1`, `${id}-0`, [`${id}-2`, `${id}-3`], "user", `Where do we eat in Lyon, ${id}?`),
    ...node(`${id}-2`, `${id}-1`, [], "assistant", "An answer that was not liked."),
    ...node(`${id}-3`, `${id}-1`, [`${id}-tool`], "assistant", "At Le Garet, 7 rue du Garet."),
    ...node(`${id}-tool`, `${id}-3`, [`${id}-4`], "assistant", "search('Garet')", { recipient: "browser" }),
    ...node(`${id}-4`, `${id}-tool`, [], "user", 'Book it for "two" at 8 \\o/ 👩‍🚀.'),
  },
  ...{ conversation_id: id, id, is_archived: false, safe_urls: [] },
});
export const chatgpt: readonly object[] = [conversation("one"), conversation("two")];

export const claude: readonly object[] = [
  {
    ...{ uuid: "conv-1", name: "Bread", summary: "", account: { uuid: "acc" } },
    ...{ created_at: "2025-06-12T10:00:00.000000Z", updated_at: "2025-06-12T10:05:00.000000Z" },
    chat_messages: [
      ["m1", "human", "Which flour for a baguette?", "00000000-0000-4000-8000-000000000000"],
      ["m2", "assistant", "Rye, perhaps.", "m1"],
      ["m3", "assistant", "T65 from the mill.", "m1"],
    ].map(([uuid, sender, text, parent], index) => ({
      ...{
        uuid,
        sender,
        text,
        content: [
          { type: "thinking", thinking: "hm" },
          { type: "text", text, citations: [] },
        ],
      },
      ...{ created_at: `2025-06-12T10:0${index}:00.000000Z`, updated_at: "2025-06-12T10:05:00.000000Z" },
      ...{ attachments: [], files: [], parent_message_uuid: parent },
    })),
  },
  {
    conversations_memory: "The user bakes.",
    project_memories: { p1: "The oven is a Rofco." },
    account_uuid: "acc",
  },
  {
    uuid: "p",
    name: "Oven",
    description: "",
    prompt_template: "",
    docs: [
      {
        uuid: "d1",
        filename: "oven.md",
        content: "Bake at 250 degrees.",
        created_at: "2025-01-01T00:00:00Z",
      },
    ],
  },
];

export const fineTuning: readonly object[] = [
  {
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Capital of Norway?" },
      { role: "assistant", content: "Oslo." },
    ],
  },
  {
    messages: [
      { role: "user", content: "Capital of Norway?" },
      { role: "assistant", content: "Oslo, of course.", weight: 1 },
    ],
  },
];

export const responses: object = {
  ...{ id: "resp_1", object: "response", created_at: at(0), model: "gpt-5" },
  input: [
    { type: "message", role: "user", content: [{ type: "input_text", text: "My cat is called Mia." }] },
  ],
  output: [
    { id: "rs_1", type: "reasoning", summary: [] },
    { id: "fc_1", type: "function_call", name: "save", arguments: "{}", call_id: "c" },
    {
      id: "msg_1",
      type: "message",
      status: "completed",
      role: "assistant",
      content: [{ type: "output_text", text: "Noted: Mia.", annotations: [] }],
    },
  ],
};

export const mem0: object = {
  results: [
    {
      id: "a1",
      memory: "Dev works at TechCorp",
      user_id: "dev",
      hash: "x",
      metadata: { type: "work" },
      categories: ["work"],
      created_at: "2025-05-01T10:00:00-07:00",
      updated_at: "2025-05-02T10:00:00-07:00",
    },
    {
      id: "a2",
      memory: "Arjun prefers mornings",
      user_id: "arjun",
      hash: "y",
      metadata: null,
      categories: null,
      created_at: "2025-05-01T10:00:00-07:00",
      updated_at: null,
    },
  ],
};

export const graphiti: object = {
  nodes: [
    {
      uuid: "n1",
      name: "Kendra",
      group_id: "g1",
      labels: ["Entity", "Person"],
      summary: "Kendra runs.",
      created_at: "2025-01-01T00:00:00Z",
    },
  ],
  edges: [
    {
      uuid: "e1",
      group_id: "g1",
      source_node_uuid: "n1",
      target_node_uuid: "n2",
      name: "LOVES",
      fact: "Kendra loves Adidas shoes",
      episodes: ["ep1"],
      created_at: "2025-02-01T00:00:00Z",
      valid_at: "2024-08-20T00:00:00Z",
      invalid_at: "2025-03-01T00:00:00Z",
      expired_at: null,
      attributes: {},
    },
  ],
  episodes: [
    {
      uuid: "ep1",
      name: "msg",
      group_id: "g1",
      source: "message",
      source_description: "chat",
      content: "I love my Adidas",
      created_at: "2025-02-01T00:00:00Z",
      valid_at: "2024-08-20T00:00:00Z",
    },
  ],
};

export const langgraph: readonly object[] = [
  {
    namespace: ["memories", "ada/b"],
    key: "k1",
    value: { kind: "Memory", content: { content: "Ada likes tea" } },
    created_at: "2024-10-02T17:22:31.590602+00:00",
    updated_at: "2024-10-02T17:22:31.590605+00:00",
  },
  {
    namespace: ["memories", "ada/b"],
    key: "k2",
    value: { food_preference: "I like pizza" },
    created_at: "2024-10-02T17:22:31.590602+00:00",
    updated_at: "2024-10-02T17:22:31.590605+00:00",
    score: null,
  },
];

export const langchainMessages: readonly object[] = [
  {
    type: "human",
    data: {
      content: "I moved to Nantes.",
      additional_kwargs: {},
      response_metadata: {},
      type: "human",
      name: null,
      id: null,
      example: false,
    },
  },
  {
    lc: 1,
    type: "constructor",
    id: ["langchain", "schema", "messages", "AIMessage"],
    kwargs: { content: [{ type: "text", text: "Nice town." }], id: "run-1" },
  },
];

export const serverMemory: readonly object[] = [
  {
    type: "entity",
    name: "John_Smith",
    entityType: "person",
    observations: ["Speaks fluent Spanish", "John Smith runs"],
  },
  { type: "relation", from: "John_Smith", to: "Anthropic", relationType: "works_at" },
];

export const letta: object = {
  agents: [
    {
      ...{
        id: "agent-0",
        name: "Sam",
        agent_type: "letta_v1_agent",
        llm_config: {},
        block_ids: ["block-0"],
        in_context_message_ids: ["message-0"],
      },
      messages: [
        ["system", [{ type: "text", text: "You are Sam." }], null],
        [
          "user",
          [{ type: "text", text: '{"type":"user_message","message":"I sail on Sundays.","time":"x"}' }],
          null,
        ],
        [
          "assistant",
          [{ type: "text", text: "I should greet." }],
          [
            {
              id: "c",
              type: "function",
              function: { name: "send_message", arguments: '{"message":"Sailing, nice!"}' },
            },
          ],
        ],
      ].map(([role, content, tool_calls], index) => ({
        type: "message",
        id: `message-${index}`,
        role,
        content,
        tool_calls,
        created_at: `2025-10-31T22:56:5${index}.459100+00:00`,
      })),
    },
  ],
  ...{ groups: [], files: [], sources: [], tools: [] },
  blocks: [{ id: "block-0", label: "human", value: "\nFirst name: Chad\n", limit: 20_000 }],
};

export const note = `---
title: Summer
tags: [trip, "sea"]
date: 2024-05-03
---
Before any heading.

# Lisbon
We stay in #Alfama.

\`\`\`sh
# not a heading
\`\`\`
## Food
Grilled sardines at [[Casa da Mó]].
`;

export const lines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join("");
