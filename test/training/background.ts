import type { Embedder } from "@souvenir/core";
import type { Background, KnownBackground } from "../../packages/core/src/ranking/background.ts";
import { everydaySet } from "./everyday.ts";

/** Memories of the everyday set that may answer a question: of most things several people speak. */
const mostAnswers = 10;
const decimals = 4;

/**
 * What everyday questions and memories say of an embedder: how the cosines of questions and of memories that do not answer
 * them are spread, and how near memories are to questions in general. Some are near to whatever is asked: "hubs" (Radovanović
 * et al., "Hubs in Space", 2010).
 */
export async function backgroundOf(embedder: Embedder): Promise<KnownBackground> {
  const { groups } = everydaySet();
  const embed = async (texts: readonly string[], kind: "document" | "query") => {
    const vectors: Float32Array[] = [];
    for (const text of new Set(texts)) vectors.push((await embedder.embed([text], { kind }))[0]!);
    return vectors.filter((vector) => vector.some((number) => number !== 0));
  };
  const memories = await embed(
    groups.flatMap(({ documents }) => documents.map(({ text }) => text)),
    "document",
  );
  const questions = await embed(
    groups.flatMap(({ unanswerable }) => unanswerable.map(({ text }) => text)),
    "query",
  );
  const unrelated = questions.flatMap((question) =>
    memories
      .map((memory) => dot(memory, question))
      .sort((left, right) => left - right)
      .slice(0, -mostAnswers),
  );
  const sum = Float64Array.from(questions[0]!, (_, at) =>
    questions.reduce((all, question) => all + question[at]!, 0),
  );
  const length = Math.sqrt(dot(sum, sum));
  const centre = Array.from(sum, (each) => rounded(each / length));
  return {
    ...spreadOf(unrelated),
    questions: { centre, ...spreadOf(memories.map((memory) => dot(memory, centre))) },
  };
}

function spreadOf(cosines: readonly number[]): Background {
  const mean = cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
  const squares = cosines.reduce((sum, cosine) => sum + (cosine - mean) ** 2, 0);
  return { mean: rounded(mean), deviation: rounded(Math.sqrt(squares / cosines.length)) };
}

function dot(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += left[at]! * right[at]!;
  return sum;
}

function rounded(value: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
