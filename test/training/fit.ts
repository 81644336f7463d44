/** A question with what is known of the memories that are ranked for it. */
export interface Ranked {
  /** `[rows][columns]`. */
  values: Float32Array;
  /** What share of the relevance each row has: sums to 1. `[rows]`. */
  target: Float64Array;
  /** How much the question counts. */
  weight: number;
}

/** One memory that was found, and whether it is relevant. */
export interface Found {
  /** `[columns]`. */
  values: Float32Array;
  relevant: boolean;
  /** How much it counts. */
  weight: number;
}

export interface FitOptions {
  /** Numbers of a row. */
  columns: number;
  /** How much sharper the order is than the probabilities: a relevant memory comes first although it is not certain. */
  sharpness: number;
  /** How much the probabilities count beside the order. */
  share: number;
  /** Of half the squared weights, `[columns + 1]`: the last is that of the constant. */
  penalties: Float64Array;
}

const mostSteps = 40;
/** Rows that cannot be first bend nothing. */
const least = 1e-5;

/**
 * One weight for each column, and a constant at the end, for two goals: relevant memories come first, and the sum is the
 * log-odds that a memory is relevant. Minimises the cross-entropy between relevance and the softmax of the sums (ListNet's
 * top-one loss: Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach", 2007), the log-loss of the
 * probabilities, and the squares of the weights, by Newton's method. The same to the bit at every run.
 * @param start - Where to begin, `[columns + 1]`.
 */
export function fit(
  ranked: readonly Ranked[],
  found: readonly Found[],
  options: FitOptions,
  start: Float64Array,
): Float64Array {
  const all = {
    ranked: ranked.reduce((sum, { weight }) => sum + weight, 0),
    found: found.reduce((sum, { weight }) => sum + weight, 0),
  };
  const size = options.columns + 1;
  let weights = start;
  let loss = lossOf(ranked, found, options, all, weights);
  for (let step = 0; step < mostSteps; step++) {
    const gradient = new Float64Array(size);
    const curvature = Array.from({ length: size }, () => new Float64Array(size));
    for (const question of ranked)
      addOrder(question, options, question.weight / all.ranked, weights, gradient, curvature);
    for (const memory of found)
      addProbability(memory, (options.share * memory.weight) / all.found, weights, gradient, curvature);
    for (let at = 0; at < size; at++) {
      gradient[at]! += options.penalties[at]! * weights[at]!;
      curvature[at]![at]! += options.penalties[at]!;
    }
    const direction = solve(curvature, gradient);
    let change = 0;
    for (let length = 1; length > 1e-4; length /= 2) {
      const next = weights.map((weight, at) => weight - length * direction[at]!);
      const nextLoss = lossOf(ranked, found, options, all, next);
      if (!(nextLoss < loss)) continue;
      change = loss - nextLoss;
      weights = next;
      loss = nextLoss;
      break;
    }
    if (change < 1e-7) break;
  }
  return weights;
}

/** The sum of each row, without the constant. */
function sumsOf(values: Float32Array, columns: number, weights: Float64Array): Float64Array {
  const sums = new Float64Array(values.length / columns);
  for (let row = 0, from = 0; row < sums.length; row++, from += columns) {
    let sum = 0;
    for (let at = 0; at < columns; at++) sum += values[from + at]! * weights[at]!;
    sums[row] = sum;
  }
  return sums;
}

/** The softmax of sums, and its logarithms. */
function softmax(sums: Float64Array, sharpness: number): { shares: Float64Array; logs: Float64Array } {
  let most = Number.NEGATIVE_INFINITY;
  for (const sum of sums) most = Math.max(most, sharpness * sum);
  let all = 0;
  for (const sum of sums) all += Math.exp(sharpness * sum - most);
  const logs = sums.map((sum) => sharpness * sum - most - Math.log(all));
  return { shares: logs.map(Math.exp), logs };
}

function lossOf(
  ranked: readonly Ranked[],
  found: readonly Found[],
  options: FitOptions,
  all: { ranked: number; found: number },
  weights: Float64Array,
): number {
  const { columns, sharpness, share, penalties } = options;
  let loss = 0;
  for (const { values, target, weight } of ranked) {
    const { logs } = softmax(sumsOf(values, columns, weights), sharpness);
    let own = 0;
    for (let row = 0; row < logs.length; row++) own -= target[row]! * logs[row]!;
    loss += (own * weight) / all.ranked;
  }
  for (const { values, relevant, weight } of found) {
    const sum = sumsOf(values, columns, weights)[0]! + weights[columns]!;
    const signed = relevant ? -sum : sum;
    const own = signed > 0 ? signed + Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed));
    loss += (share * own * weight) / all.found;
  }
  for (let at = 0; at <= columns; at++) loss += (penalties[at]! / 2) * weights[at]! * weights[at]!;
  return loss;
}

function addOrder(
  { values, target }: Ranked,
  { columns, sharpness }: FitOptions,
  weight: number,
  weights: Float64Array,
  gradient: Float64Array,
  curvature: readonly Float64Array[],
): void {
  const { shares } = softmax(sumsOf(values, columns, weights), sharpness);
  const mean = new Float64Array(columns);
  const bend = weight * sharpness * sharpness;
  for (let row = 0, from = 0; row < shares.length; row++, from += columns) {
    const share = shares[row]!;
    const excess = weight * sharpness * (share - target[row]!);
    for (let at = 0; at < columns; at++) gradient[at]! += excess * values[from + at]!;
    if (share < least) continue;
    for (let at = 0; at < columns; at++) {
      const value = share * values[from + at]!;
      if (value === 0) continue;
      mean[at]! += value;
      const line = curvature[at]!;
      for (let other = 0; other <= at; other++) line[other]! += bend * value * values[from + other]!;
    }
  }
  for (let at = 0; at < columns; at++)
    for (let other = 0; other <= at; other++) curvature[at]![other]! -= bend * mean[at]! * mean[other]!;
}

function addProbability(
  { values, relevant }: Found,
  weight: number,
  weights: Float64Array,
  gradient: Float64Array,
  curvature: readonly Float64Array[],
): void {
  const columns = values.length;
  const chance = 1 / (1 + Math.exp(-(sumsOf(values, columns, weights)[0]! + weights[columns]!)));
  const excess = weight * (chance - (relevant ? 1 : 0));
  const bend = weight * chance * (1 - chance);
  for (let at = 0; at <= columns; at++) {
    const value = at === columns ? 1 : values[at]!;
    gradient[at]! += excess * value;
    const line = curvature[at]!;
    for (let other = 0; other <= at; other++)
      line[other]! += bend * value * (other === columns ? 1 : values[other]!);
  }
}

/**
 * Solves a system of linear equations with a symmetric, positive definite matrix by Cholesky's decomposition.
 * @param matrix - Its lower half, which is overwritten.
 */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row]![column]!;
      for (let at = 0; at < column; at++) sum -= matrix[row]![at]! * matrix[column]![at]!;
      matrix[row]![column] =
        row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[column]![column]!;
    }
  const solution = right.slice();
  for (let row = 0; row < size; row++) {
    for (let at = 0; at < row; at++) solution[row]! -= matrix[row]![at]! * solution[at]!;
    solution[row]! /= matrix[row]![row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let at = row + 1; at < size; at++) solution[row]! -= matrix[at]![row]! * solution[at]!;
    solution[row]! /= matrix[row]![row]!;
  }
  return solution;
}
