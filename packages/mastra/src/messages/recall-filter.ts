import { type JsonValue, SouvenirError, type Where, type WhereOperators } from "@souvenir/core";

const operators: Readonly<Record<string, keyof WhereOperators>> = {
  $eq: "eq",
  $ne: "ne",
  $gt: "gt",
  $gte: "gte",
  $lt: "lt",
  $lte: "lte",
  $in: "in",
  $nin: "nin",
  $exists: "exists",
};

/**
 * `semanticRecall.filter`, in Mastra's filter language, as a filter of Souvenir. Fields are those of the thread's
 * metadata, and `message_id`, `thread_id`, `resource_id`, `role` and `created_at`.
 * @throws SouvenirError `INVALID_INPUT` for an operator that a message index does not have, such as `$regex`
 */
export function recallFilter(filter: object): { where?: Where } {
  const parts = conditions(filter);
  if (parts.length === 0) return {};
  return { where: parts.length === 1 ? (parts[0] as Where) : { and: parts } };
}

function conditions(filter: object): Where[] {
  return Object.entries(filter).flatMap(([name, operand]): Where[] => {
    switch (name) {
      case "$and":
        return branches(name, operand);
      case "$or":
        return [{ or: branches(name, operand) }];
      case "$nor":
        return [{ not: { or: branches(name, operand) } }];
      case "$not":
        return [{ not: all(operand) }];
      default:
        if (name.startsWith("$")) throw invalid(name);
        return onField(name, operand);
    }
  });
}

function branches(name: string, operand: unknown): Where[] {
  if (!Array.isArray(operand) || operand.length === 0) throw invalid(name, "needs a list of filters");
  return operand.map(all);
}

function all(filter: unknown): Where {
  const parts = typeof filter === "object" && filter !== null ? conditions(filter) : [];
  if (parts.length === 0) throw invalid("{}", "says nothing");
  return parts.length === 1 ? (parts[0] as Where) : { and: parts };
}

function onField(field: string, operand: unknown): Where[] {
  if (operand === undefined) return [];
  if (Array.isArray(operand)) return [{ [field]: { in: operand.map(scalar) } }];
  if (typeof operand !== "object" || operand === null || operand instanceof Date)
    return [{ [field]: scalar(operand) }];
  return Object.entries(operand).flatMap(([operator, value]): Where[] => {
    if (value === undefined) return [];
    if (operator === "$not") return onField(field, value).map((not) => ({ not }));
    if (operator === "$all" && Array.isArray(value)) return value.map((item) => ({ [field]: scalar(item) }));
    const known = operators[operator];
    if (known === undefined) throw invalid(operator);
    const compared = Array.isArray(value) ? value.map(scalar) : scalar(value);
    return [{ [field]: { [known]: compared } as WhereOperators }];
  });
}

function scalar(value: unknown): JsonValue {
  return value instanceof Date ? value.toISOString() : (value as JsonValue);
}

function invalid(operator: string, what = "is not known to semantic recall"): SouvenirError {
  return new SouvenirError(
    "INVALID_INPUT",
    `semanticRecall.filter: "${operator}" ${what}; there are ${Object.keys(operators).join(", ")}, $all, $and, $or, $nor and $not`,
    { details: { operator } },
  );
}
