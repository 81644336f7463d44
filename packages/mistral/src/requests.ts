import type { Mistral } from "@mistralai/mistralai";

type Chat = Mistral["chat"];
type Agents = Mistral["agents"];
/** The request of `chat.complete`, `stream`, `parse` or `parseStream`, or of `agents.complete` or `stream`. */
export type ChatRequest =
  | Parameters<Chat["complete" | "stream" | "parse" | "parseStream"]>[0]
  | Parameters<Agents["complete" | "stream"]>[0];

type Conversations = Mistral["beta"]["conversations"];
type Start = Parameters<Conversations["start" | "startStream"]>[0];
type Append = Parameters<Conversations["append" | "appendStream"]>[0];
type Restart = Parameters<Conversations["restart" | "restartStream"]>[0];
/** The request of a method of `beta.conversations` that asks a model. */
export type ConversationRequest = Start | Append | Restart;

/** The request of a call with memory, as functions for its scope are given it. */
export type MistralRequest = ChatRequest | ConversationRequest;
