/** The results: a folder of Parquet parts, each there whole or not at all. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import { BetaguardError } from "../errors.js";
import type { ParameterName } from "../schema/parameters.js";
import { PLANT_PREFIX } from "./design.js";
import { OUTCOME_TYPES, type Outcome, type Row } from "./row.js";

interface Column {
  readonly name: string;
  readonly type: BasicType;
  readonly value: (row: Row) => unknown;
}

const text = (name: keyof Row): Column => ({ name, type: "STRING", value: (row) => row[name] });

const varied = (name: string): Column => ({
  name,
  type: "DOUBLE",
  value: name.startsWith(PLANT_PREFIX)
    ? ({ plant }) => plant[name.slice(PLANT_PREFIX.length) as ParameterName]
    : ({ parameters }) => parameters[name as ParameterName],
});

const outcome = (name: keyof Outcome): Column => ({
  name,
  type: OUTCOME_TYPES[name],
  value: (row) => row[name],
});

const partFile = (name: string): string => `part-${name}.parquet`;
const PARTIAL = ".partial";

/** Names of the parts that are there. Errors: E_REPORT_WRITE. */
export async function partsIn(directory: string): Promise<ReadonlySet<string>> {
  const files = await writing(directory, () => readdir(directory));
  return new Set(files.flatMap((file) => /^part-(\w+)\.parquet$/.exec(file)?.[1] ?? []));
}

/**
 * Writes rows as a part, under another name until it is whole and on the disk. Written again, it is the same file.
 * @param labels the varied parameters, as after --vary
 * @throws E_REPORT_WRITE
 */
export async function writePart(
  directory: string,
  name: string,
  rows: readonly Row[],
  labels: readonly string[],
): Promise<void> {
  const columns = [
    text("job"),
    ...labels.map(varied),
    ...(
      ["kind", "source", "sourceSha256", "profile", "profileSha256", "moduleSha256", "target"] as const
    ).map(text),
    ...(Object.keys(OUTCOME_TYPES) as (keyof Outcome)[]).map(outcome),
  ];
  const bytes = parquetWriteBuffer({
    columnData: columns.map(({ name: column, type, value }) => ({
      name: column,
      type,
      data: rows.map(value),
    })),
    rowGroupSize: rows.length,
  });
  await writeWhole(join(directory, partFile(name)), new Uint8Array(bytes));
}

/** A file that is there whole or not at all, whoever else writes the same one. Errors: E_REPORT_WRITE. */
export const writeWhole = (path: string, bytes: Uint8Array): Promise<void> =>
  writing(path, async () => {
    const temporary = `${path}.${randomBytes(6).toString("hex")}${PARTIAL}`;
    const file = await open(temporary, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path).catch((error) => {
      // A worker taken for dead may come last: the file is there, and what was left over has been removed.
      if (!existsSync(path)) throw error;
    });
  });

/** Makes the folder. Errors: E_REPORT_WRITE. */
export const makeResults = (directory: string): Promise<unknown> =>
  writing(directory, () => mkdir(directory, { recursive: true }));

/** Removes what writers that were killed left behind. */
export async function removePartials(directory: string): Promise<void> {
  for (const file of await readdir(directory))
    if (file.endsWith(PARTIAL)) await rm(join(directory, file), { force: true });
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new BetaguardError(
      "E_REPORT_WRITE",
      `expected to write ${path}, ${(cause as Error).message}; choose a folder that can be written, with room for the results`,
      { cause },
    );
  }
}
