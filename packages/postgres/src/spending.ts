import type { Transaction } from "./database.ts";

/** What a day has cost, with these tokens: see `Store.spend`. */
export async function spend(
  transaction: Transaction,
  { day, tokens, most }: { day: number; tokens: number; most: number },
): Promise<number | undefined> {
  if (tokens !== 0)
    await transaction.run("INSERT INTO @spent (day, tokens) VALUES ($1, 0) ON CONFLICT DO NOTHING", [day]);
  const row = await transaction.get<{ tokens: number }>(
    "SELECT tokens FROM @spent WHERE day = $1 FOR UPDATE",
    [day],
  );
  const before = row?.tokens ?? 0;
  if (tokens === 0) return before;
  const spent = Math.max(0, before + tokens);
  if (tokens > 0 && spent > most) return undefined;
  await transaction.run("DELETE FROM @spent WHERE day <> $1", [day]);
  await transaction.run("UPDATE @spent SET tokens = $2 WHERE day = $1", [day, spent]);
  return spent;
}
