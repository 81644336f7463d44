import type { InputProcessor } from "@mastra/core/processors";

const opening = "<working_memory_data>\n";
const closing = "\n</working_memory_data>";
/** Of Mastra's own system messages about memory. */
const tag = "memory";

/**
 * What Mastra says of the working memory to the model, repaired: nothing known is nothing, not the word `null`, and what
 * is known cannot end the block that it stands in.
 */
export function repairedInstruction(instruction: string): string {
  const start = instruction.indexOf(opening) + opening.length;
  const end = instruction.lastIndexOf(closing);
  if (start < opening.length || end < start) return instruction;
  const data = instruction.slice(start, end);
  const repaired = data === "null" ? "" : data.replace(/<(?=\/?\s*working_memory_data\b)/gi, "&lt;");
  return instruction.slice(0, start) + repaired + instruction.slice(end);
}

/** Mastra's processors of working memory, made for this run alone, with what they say repaired. */
export function repairWorkingMemory(processors: readonly InputProcessor[]): void {
  repairStateSignal(processors.find(({ id }) => id === "working-memory-state"));
  const processor = processors.find(({ id }) => id === "working-memory");
  const original = processor?.processInput?.bind(processor);
  if (processor === undefined || original === undefined) return;
  processor.processInput = async (args) => {
    const result = await original(args);
    const { messageList } = args;
    const written = messageList.getSystemMessages(tag);
    const repaired = written.map((message) =>
      message.role === "system" ? { ...message, content: repairedInstruction(message.content) } : message,
    );
    if (repaired.some(({ content }, index) => content !== written[index]?.content)) {
      messageList.clearSystemMessages(tag);
      messageList.addSystem(repaired, tag);
    }
    return result;
  };
}

/**
 * As a state signal, working memory is a message of the user, which Mistral refuses after the result of a tool. The model
 * that has just written it knows it; it is told with the user's next message.
 */
function repairStateSignal(processor: InputProcessor | undefined): void {
  const original = processor?.computeStateSignal?.bind(processor);
  if (processor === undefined || original === undefined) return;
  processor.computeStateSignal = (args) =>
    args.messages.at(-1)?.role === "assistant" ? undefined : original(args);
}
