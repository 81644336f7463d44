import { TablesFile } from "@souvenir/core/sqlite";
import { projectPath } from "./project-path.ts";
import { mastraTables } from "./tables.ts";

/** The file with the tables of Mastra. Opened by the first use; closed for good. */
export class MastraFile extends TablesFile {
  constructor(path?: string) {
    super({ path: projectPath(path), tables: mastraTables });
  }
}
