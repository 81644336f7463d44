/** Whole numbers from the first on and before the last. */
export interface NumberRange {
  from: number;
  before: number;
}

/** The whole numbers that pass all operators of Orama on a number; `undefined` for what is no operation on one. */
export function rangeOf(operation: unknown): NumberRange | undefined {
  if (typeof operation !== "object" || operation === null || Array.isArray(operation)) return undefined;
  const range = { from: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY };
  const least = (number: number) => {
    range.from = Math.max(range.from, Math.ceil(number));
  };
  const most = (number: number) => {
    range.before = Math.min(range.before, Math.floor(number) + 1);
  };
  const entries = Object.entries(operation);
  for (const [operator, value] of entries) {
    const [first, last] = operator === "between" && Array.isArray(value) ? value : [value, value];
    if (typeof first !== "number" || typeof last !== "number") return undefined;
    switch (operator) {
      case "gt":
        range.from = Math.max(range.from, Math.floor(first) + 1);
        break;
      case "gte":
        least(first);
        break;
      case "lt":
        range.before = Math.min(range.before, Math.ceil(first));
        break;
      case "lte":
        most(first);
        break;
      case "eq":
      case "between":
        least(first);
        most(last);
        break;
      default:
        return undefined;
    }
  }
  return entries.length === 0 ? undefined : range;
}
