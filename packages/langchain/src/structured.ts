import { type BaseMessageLike, HumanMessage, SystemMessage } from "@langchain/core/messages";
import { type FactQuestion, given, SouvenirError } from "@souvenir/core";

/** What is needed of a LangChain chat model. */
export interface StructuredChatModel {
  /** The model that answers in this schema. */
  withStructuredOutput(
    schema: Record<string, unknown>,
    config: { name: string; includeRaw: true },
  ): {
    invoke(
      input: BaseMessageLike[],
      options?: { tags?: string[]; callbacks?: []; signal?: AbortSignal },
    ): Promise<StructuredAnswer>;
  };
}

type StructuredAnswer = { raw: unknown; parsed: unknown };

/**
 * Asks a model for JSON of a schema. It may run from the queue inside of an agent's run, whose stream is the user's: of
 * this, nothing is in it.
 */
export function askStructured(
  model: StructuredChatModel,
  name: string,
  asked: Pick<FactQuestion, "schema" | "instructions" | "prompt"> & { signal?: AbortSignal | undefined },
): Promise<StructuredAnswer> {
  const { schema, instructions, prompt, signal } = asked;
  const structured = model.withStructuredOutput(schema, { name, includeRaw: true });
  const messages: BaseMessageLike[] = [new SystemMessage(instructions), new HumanMessage(prompt)];
  return structured.invoke(messages, { tags: ["nostream"], callbacks: [], ...given({ signal }) });
}

/** @throws SouvenirError `INVALID_INPUT` for a model that is not one */
export function checkModel(model: StructuredChatModel, where: string): void {
  if (typeof model?.withStructuredOutput !== "function")
    throw new SouvenirError("INVALID_INPUT", `${where}: expected a chat model with structured output`);
}

/** Of the class and the model. */
export function modelName(model: object, ...more: string[]): string {
  const { model: name } = model as { model?: unknown };
  const named = typeof name === "string" ? [name] : [];
  return ["langchain", model.constructor.name, ...named, ...more].join(":");
}
