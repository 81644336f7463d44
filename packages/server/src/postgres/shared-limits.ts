import type { PostgresTables } from "@souvenir/postgres";
import type { RateLimits, RateState } from "../http/rate-limit.ts";
import { Together } from "./together.ts";

interface Take {
  name: string;
  limit: number;
  count: number;
}

/** By the clock of the database, which all servers have in common. */
const now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/** The buckets of `RateLimiter`, for all servers that share a database: none lets more through than the limit says. */
export function sharedLimits(tables: PostgresTables): RateLimits {
  const takes = new Together<Take, RateState>(async (asked) => {
    const answers = new Map<Take, RateState>();
    for (const same of Map.groupBy(asked, ({ name, limit, count }) => `${count} ${limit} ${name}`).values()) {
      const [{ name, limit, count }] = same as [Take];
      const { tokens, granted } = await takeMany(tables, { name, limit, count, calls: same.length });
      for (const [index, take] of same.entries()) {
        const allowed = index < granted;
        const missing = allowed ? limit - tokens : count - tokens;
        const resetSeconds = Math.max(1, Math.ceil((missing * 60) / limit));
        answers.set(take, { allowed, limit, remaining: Math.floor(tokens), resetSeconds });
      }
    }
    return asked.map((take) => answers.get(take) as RateState);
  });
  return { take: (name, limit, count = 1) => takes.ask({ name, limit, count }) };
}

/** Takes `count` tokens for each of some calls, for as many of them as there are tokens for. */
async function takeMany(
  tables: PostgresTables,
  { name, limit, count, calls }: Take & { calls: number },
): Promise<{ tokens: number; granted: number }> {
  const granted = (available: string) =>
    `least($4::double precision, floor(${available} / $3::double precision))`;
  const row = await tables.get<{ tokens: number; granted: number }>(
    `INSERT INTO @server_buckets AS b (name, tokens, granted, at)
     VALUES ($1, $2::double precision - $3::double precision * ${granted("$2::double precision")}, ${granted("$2::double precision")}, ${now})
     ON CONFLICT (name) DO UPDATE SET (tokens, granted, at) = (
       SELECT f.available - $3::double precision * ${granted("f.available")}, ${granted("f.available")}, f.at FROM (
         SELECT least($2::double precision, b.tokens + greatest(0, excluded.at - b.at) * $2::double precision / 60000)
           AS available, greatest(b.at, excluded.at) AS at) f)
     RETURNING tokens, granted`,
    [name, limit, count, calls],
  );
  return row ?? { tokens: 0, granted: 0 };
}
