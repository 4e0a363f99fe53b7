/** The DuckDB that reads Parquet: it sees no network and little memory. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

const SETTINGS = {
  threads: "2",
  memory_limit: "256MB",
  // A file is read as it is: nothing is looked for on the network or in another file.
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  // With it a damaged file now and then read as the one that had been at its path before.
  enable_external_file_cache: "false",
};

let connection: Promise<DuckDBConnection> | undefined;

/** One database a process, in memory and empty. */
export function duckdb(): Promise<DuckDBConnection> {
  connection ??= DuckDBInstance.create(":memory:", SETTINGS).then((instance) => instance.connect());
  return connection;
}
