import {
  createEmptyWorkflowSnapshot,
  matchesExpectedWorkflowStatus,
  mergeWorkflowStepResult,
  normalizePerPage,
  type PruneOptions,
  type PruneResult,
  type RetentionTablesDescriptor,
  type StorageListWorkflowRunsInput,
  type TableRetentionPolicy,
  type WorkflowRun,
  type WorkflowRuns,
  WorkflowsStorage,
} from "@mastra/core/storage";
import { safeStringify } from "@mastra/core/utils";
import type { WorkflowRunState } from "@mastra/core/workflows";
import { SouvenirError } from "@souvenir/core";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import type { MastraFile } from "../mastra-file.ts";
import { checkId, invalid, toTime } from "../values.ts";
import { erase, prune } from "./retention.ts";

interface RunRow {
  workflow: string;
  run: string;
  resource: string | null;
  /** JSON. */
  snapshot: string;
  created_at: number;
  updated_at: number;
}

interface RunName {
  workflowName: string;
  runId: string;
}

/** Where a suspended agent says in which thread it speaks: in a step that waits, or in its input. */
const inThread = `(json_extract(snapshot, '$.context.input.messageListState.memoryInfo.threadId') = ? OR EXISTS
  (SELECT 1 FROM json_each(snapshot, '$.context') AS step WHERE json_type(step.value) = 'object'
   AND json_extract(step.value, '$.suspendPayload.__streamState.messageList.memoryInfo.threadId') = ?))`;

/**
 * Runs of workflows in a Souvenir file, also those that agents are: what waits for an answer or an approval is there
 * after a restart. Each change reads and writes its run in one transaction.
 */
export class SouvenirWorkflowDomain extends WorkflowsStorage {
  static override readonly retentionTables: RetentionTablesDescriptor = {
    // By the last change, so that what waits is not taken for old.
    workflowSnapshot: {
      table: "mastra_workflow_runs",
      column: "updated_at",
      indexed: true,
      anchorType: "epoch-ms",
    },
  };
  readonly #file: MastraFile;
  readonly #clock: () => number;

  constructor(file: MastraFile, clock: () => number) {
    super();
    this.#file = file;
    this.#clock = clock;
  }

  override async init(): Promise<void> {
    await this.#file.open();
  }

  async dangerouslyClearAll(): Promise<void> {
    await erase(this.#file, (db) => db.run("DELETE FROM mastra_workflow_runs").changes);
  }

  override prune(
    policies: Record<string, TableRetentionPolicy>,
    options?: PruneOptions,
  ): Promise<PruneResult[]> {
    const tables = SouvenirWorkflowDomain.retentionTables;
    return prune({ file: this.#file, clock: this.#clock, domain: "workflows", tables }, policies, options);
  }

  supportsConcurrentUpdates(): boolean {
    return true;
  }

  async updateWorkflowResults({
    workflowName,
    runId,
    stepId,
    result,
    requestContext,
  }: Parameters<WorkflowsStorage["updateWorkflowResults"]>[0]): ReturnType<
    WorkflowsStorage["updateWorkflowResults"]
  > {
    const db = await this.#file.open();
    return db.transaction(() => {
      const snapshot = this.#snapshot(db, { workflowName, runId }) ?? createEmptyWorkflowSnapshot(runId);
      const context = mergeWorkflowStepResult({ snapshot, stepId, result, requestContext });
      this.#put(db, { workflowName, runId }, snapshot);
      return context;
    });
  }

  async updateWorkflowState({
    workflowName,
    runId,
    opts: { expectedStatus, ...state },
  }: Parameters<WorkflowsStorage["updateWorkflowState"]>[0]): Promise<WorkflowRunState | undefined> {
    const db = await this.#file.open();
    return db.transaction(() => {
      const before = this.#snapshot(db, { workflowName, runId });
      if (before === undefined || !matchesExpectedWorkflowStatus(before.status, expectedStatus))
        return undefined;
      if (!before.context)
        throw new SouvenirError("STORE_CORRUPT", `the workflow run ${runId} has no context: delete it`, {
          details: { runId },
        });
      const snapshot = { ...before, ...state } as WorkflowRunState;
      this.#put(db, { workflowName, runId }, snapshot);
      return snapshot;
    });
  }

  async persistWorkflowSnapshot({
    workflowName,
    runId,
    snapshot,
    ...rest
  }: Parameters<WorkflowsStorage["persistWorkflowSnapshot"]>[0]): Promise<void> {
    const db = await this.#file.open();
    await db.transaction(() => this.#put(db, { workflowName, runId }, snapshot, rest));
  }

  async loadWorkflowSnapshot(run: RunName): Promise<WorkflowRunState | null> {
    return this.#snapshot(await this.#file.open(), run) ?? null;
  }

  async getWorkflowRunById({
    runId,
    workflowName,
  }: Partial<RunName> & { runId: string }): Promise<WorkflowRun | null> {
    const db = await this.#file.open();
    const row = db.get<RunRow>(
      "SELECT * FROM mastra_workflow_runs WHERE run = ? AND workflow = coalesce(?, workflow) ORDER BY created_at DESC",
      runId,
      workflowName ?? null,
    );
    return row === undefined ? null : toRun(row);
  }

  async deleteWorkflowRunById({ workflowName, runId }: RunName): Promise<void> {
    await erase(
      this.#file,
      (db) =>
        db.run("DELETE FROM mastra_workflow_runs WHERE workflow = ? AND run = ?", workflowName, runId)
          .changes,
    );
  }

  /** Newest first; a page where both `page` and `perPage` are given. */
  async listWorkflowRuns(args: StorageListWorkflowRunsInput = {}): Promise<WorkflowRuns> {
    const { workflowName, fromDate, toDate, page, perPage, resourceId, threadId, status } = args;
    if (page !== undefined && !(Number.isSafeInteger(page) && page >= 0))
      throw invalid("page", "a whole number: page must be >= 0");
    const conditions = ["TRUE"];
    const values: (string | number)[] = [];
    const where = (condition: string, ...of: (string | number)[]) => {
      conditions.push(condition);
      values.push(...of);
    };
    if (workflowName) where("workflow = ?", workflowName);
    if (status) where("json_extract(snapshot, '$.status') = ?", status);
    if (fromDate) where("created_at >= ?", toTime(fromDate, "fromDate"));
    if (toDate) where("created_at <= ?", toTime(toDate, "toDate"));
    if (resourceId) where("resource = ?", resourceId);
    if (threadId) where(inThread, threadId, threadId);
    const from = `FROM mastra_workflow_runs WHERE ${conditions.join(" AND ")}`;
    const limit =
      page === undefined || perPage === undefined ? -1 : normalizePerPage(perPage, Number.MAX_SAFE_INTEGER);
    const db = await this.#file.open();
    return db.snapshot(() => ({
      total: db.get<{ n: number }>(`SELECT count(*) AS n ${from}`, ...values)?.n ?? 0,
      runs: db
        .all<RunRow>(
          `SELECT * ${from} ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?`,
          ...values,
          limit,
          limit < 0 ? 0 : (page ?? 0) * limit,
        )
        .map(toRun),
    }));
  }

  #snapshot(db: SqliteConnection, { workflowName, runId }: RunName): WorkflowRunState | undefined {
    const row = db.get<RunRow>(
      "SELECT * FROM mastra_workflow_runs WHERE workflow = ? AND run = ?",
      workflowName,
      runId,
    );
    return row === undefined ? undefined : (JSON.parse(row.snapshot) as WorkflowRunState);
  }

  /** A run that is there keeps its owner and the time when it began. */
  #put(
    db: SqliteConnection,
    { workflowName, runId }: RunName,
    snapshot: WorkflowRunState,
    { resourceId, createdAt, updatedAt }: { resourceId?: string; createdAt?: Date; updatedAt?: Date } = {},
  ): void {
    const now = this.#clock();
    db.run(
      `INSERT INTO mastra_workflow_runs (workflow, run, resource, snapshot, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (workflow, run) DO UPDATE SET resource = coalesce(excluded.resource, resource),
       snapshot = excluded.snapshot, updated_at = excluded.updated_at`,
      checkId(workflowName, "workflowName"),
      checkId(runId, "runId"),
      resourceId ?? null,
      safeStringify(snapshot),
      createdAt === undefined ? now : toTime(createdAt, "createdAt"),
      updatedAt === undefined ? now : toTime(updatedAt, "updatedAt"),
    );
  }
}

function toRun({ workflow, run, resource, snapshot, created_at, updated_at }: RunRow): WorkflowRun {
  return {
    workflowName: workflow,
    runId: run,
    ...(resource === null ? {} : { resourceId: resource }),
    snapshot: JSON.parse(snapshot) as WorkflowRunState,
    createdAt: new Date(created_at),
    updatedAt: new Date(updated_at),
  };
}
