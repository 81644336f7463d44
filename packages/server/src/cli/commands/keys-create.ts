import type { Grant, Permission } from "../../api/wire.ts";
import type { Execution } from "../command.ts";
import { openKeys } from "../open-keys.ts";
import { placeOf } from "../open-memory.ts";
import { UsageError } from "../usage-errors.ts";

const permissions = ["read", "write", "admin"] as const;

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const place = placeOf(input, "keys");
  const [name] = input.positionals as [string];
  const permission = input.choice("allow", permissions) ?? "write";
  const grants = grantsOf(
    input.list("namespace"),
    input.list("prefix"),
    input.flag("everything"),
    permission,
  );
  const [expires, rate] = [input.moment("expires", 1), input.integer("rate-limit", 1, 1_000_000)];
  const [requests, writes] = [
    input.integer("requests-per-day", 1, Number.MAX_SAFE_INTEGER),
    input.integer("writes-per-day", 1, Number.MAX_SAFE_INTEGER),
  ];
  const keys = await openKeys(place);
  try {
    const created = await keys.create({
      name,
      grants,
      ...(expires === undefined ? {} : { expires_at: expires }),
      ...(rate === undefined ? {} : { rate_limit: rate }),
      ...(requests === undefined && writes === undefined
        ? {}
        : {
            quota: {
              ...(requests === undefined ? {} : { requests_per_day: requests }),
              ...(writes === undefined ? {} : { writes_per_day: writes }),
            },
          }),
    });
    if (terminal.json) await terminal.document(created);
    else {
      // Alone on stdout, so that KEY=$(souvenir keys create ...) has it.
      await terminal.line(created.key);
      terminal.note(
        `key ${created.id} for "${name}": shown this once and stored as a hash. Send it as: Authorization: Bearer KEY`,
      );
    }
  } finally {
    await keys.close();
  }
}

function grantsOf(
  namespaces: readonly string[] = [],
  prefixes: readonly string[] = [],
  everything: boolean,
  permission: Permission,
): Grant[] {
  const grants: Grant[] = [
    ...namespaces.map((namespace) => ({ namespace, permission })),
    ...prefixes.map((prefix) => ({ prefix, permission })),
    ...(everything ? [{ prefix: "", permission }] : []),
  ];
  if (grants.length === 0)
    throw new UsageError(
      "say what the key opens: --namespace NAME, --prefix PREFIX (both may be repeated), or --everything",
    );
  return grants;
}
