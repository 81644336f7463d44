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
import type { WorkflowRunState } from "@mastra/core/workflows";
import { SouvenirError } from "@souvenir/core";
import { type Condition, condition, jsonIs, type SqliteConnection } from "@souvenir/core/sqlite";
import type { Answer, Given } from "../contract.ts";
import type { MastraFile } from "../mastra-file.ts";
import { invalid, toTime } from "../values.ts";
import { runs, type StoredRun } from "./records.ts";
import { erase, prune } from "./retention.ts";

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
    await erase(this.#file, (db) => runs.remove(db));
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
  }: Given<WorkflowsStorage, "updateWorkflowResults">): Answer<WorkflowsStorage, "updateWorkflowResults"> {
    const db = await this.#file.open();
    return db.transaction(() => {
      const snapshot = this.#snapshot(db, { workflowName, runId }) ?? createEmptyWorkflowSnapshot(runId);
      const context = mergeWorkflowStepResult({ snapshot, stepId, result, requestContext });
      this.#put(db, { workflowName, runId, snapshot });
      return context;
    });
  }

  async updateWorkflowState({
    workflowName,
    runId,
    opts: { expectedStatus, ...state },
  }: Given<WorkflowsStorage, "updateWorkflowState">): Promise<WorkflowRunState | undefined> {
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
      this.#put(db, { workflowName, runId, snapshot });
      return snapshot;
    });
  }

  async persistWorkflowSnapshot(run: Given<WorkflowsStorage, "persistWorkflowSnapshot">): Promise<void> {
    const db = await this.#file.open();
    await db.transaction(() => this.#put(db, run));
  }

  async loadWorkflowSnapshot(run: RunName): Promise<WorkflowRunState | null> {
    return this.#snapshot(await this.#file.open(), run) ?? null;
  }

  async getWorkflowRunById({
    runId,
    workflowName,
  }: Partial<RunName> & { runId: string }): Promise<WorkflowRun | null> {
    const where = [condition("run = ?", runId)];
    if (workflowName !== undefined) where.push(condition("workflow = ?", workflowName));
    const order = "created_at DESC";
    return runs.list(await this.#file.open(), { where, order, limit: 1 }).map(toRun)[0] ?? null;
  }

  async deleteWorkflowRunById({ workflowName, runId }: RunName): Promise<void> {
    const where = [condition("workflow = ?", workflowName), condition("run = ?", runId)];
    await erase(this.#file, (db) => runs.remove(db, where));
  }

  /** Newest first; a page where both `page` and `perPage` are given. */
  async listWorkflowRuns(args: StorageListWorkflowRunsInput = {}): Promise<WorkflowRuns> {
    const { workflowName, fromDate, toDate, page, perPage, resourceId, threadId, status } = args;
    if (page !== undefined && !(Number.isSafeInteger(page) && page >= 0))
      throw invalid("page", "a whole number: page must be >= 0");
    const where: Condition[] = [];
    if (workflowName) where.push(condition("workflow = ?", workflowName));
    if (status) where.push(jsonIs("snapshot", "$.status", status));
    if (fromDate) where.push(condition("created_at >= ?", toTime(fromDate, "fromDate")));
    if (toDate) where.push(condition("created_at <= ?", toTime(toDate, "toDate")));
    if (resourceId) where.push(condition("resource = ?", resourceId));
    if (threadId) where.push(condition(inThread, threadId, threadId));
    const all = page === undefined || perPage === undefined;
    const limit = all ? -1 : normalizePerPage(perPage, Number.MAX_SAFE_INTEGER);
    const paged = { limit, offset: all ? 0 : page * limit };
    const db = await this.#file.open();
    return db.snapshot(() => ({
      total: runs.count(db, where),
      runs: runs.list(db, { where, order: "created_at DESC, rowid DESC", ...paged }).map(toRun),
    }));
  }

  #snapshot(db: SqliteConnection, { workflowName, runId }: RunName): WorkflowRunState | undefined {
    return runs.get(db, workflowName, runId)?.snapshot;
  }

  /** A run that is there keeps its owner and the time when it began. */
  #put(db: SqliteConnection, run: RunName & { snapshot: WorkflowRunState } & Partial<StoredRun>): void {
    const before = runs.get(db, run.workflowName, run.runId);
    const now = new Date(this.#clock());
    const { resourceId = before?.resourceId, updatedAt = now } = run;
    runs.put(db, { ...run, resourceId, createdAt: before?.createdAt ?? run.createdAt ?? now, updatedAt });
  }
}

function toRun({ resourceId, ...run }: StoredRun): WorkflowRun {
  return { ...run, ...(resourceId === undefined ? {} : { resourceId }) };
}
