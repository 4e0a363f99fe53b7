/**
 * A profile gives every parameter of the firmware a value for one cell system, and every value its provenance.
 * Profiles are JSON files: the shipped ones lie beside this file, a user's own may extend one of them.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import { BetaguardError } from "../errors.js";
import { packageFile } from "../root.js";
import { type ParameterName, parameters } from "../schema/parameters.js";
import { didYouMean } from "./nearest.js";
import { type Provenance, provenanceSchema } from "./provenance.js";

export interface Profile {
  readonly id: string;
  readonly title: string;
  /** The plated metal, as a chemical symbol. */
  readonly metal: string;
  readonly system: string;
  /** The publication the system is described in. */
  readonly reference: string;
  readonly notes: readonly string[];
  readonly values: Readonly<Record<ParameterName, number>>;
  readonly provenance: Readonly<Record<ParameterName, Provenance>>;
  /** SHA-256 of the values and their provenance, in schema order: equal hashes, equal behaviour. */
  readonly hash: string;
}

/** Files that only others extend; they are no profiles themselves. */
const BASE_PREFIX = "base-";

const fileSchema = z.strictObject({
  id: z.string().min(1),
  title: z.string().min(1),
  metal: z.string().min(1).optional(),
  system: z.string().min(1).optional(),
  reference: z.string().min(1).optional(),
  /** Ids of shipped files or paths of JSON files; what comes later overrides what comes before. */
  extends: z.union([z.string(), z.array(z.string())]).optional(),
  notes: z.array(z.string()).optional(),
  parameters: z.record(z.string(), z.unknown()),
});

const entrySchema = z.strictObject({ value: z.number(), provenance: z.unknown().optional() });

const profileDirectory = packageFile("host", "profiles");
const byName = new Map<string, (typeof parameters)[number]>(parameters.map((p) => [p.name, p]));

interface Entry {
  readonly value: number;
  readonly provenance: Provenance;
}

/** What a file and everything it extends say, before it is known to be complete. */
interface Resolved {
  readonly header: Omit<z.infer<typeof fileSchema>, "parameters" | "extends">;
  readonly entries: ReadonlyMap<ParameterName, Entry>;
}

/** Ids of the shipped profiles, in alphabetical order. */
export function listProfiles(): string[] {
  return shippedFiles().filter((id) => !id.startsWith(BASE_PREFIX));
}

/**
 * The profile of that id, or of the JSON file at that path (a name ending in .json), with everything it extends.
 * @throws E_PROFILE_UNKNOWN, E_PROFILE_BAD_JSON, E_PROFILE_CYCLE, E_PROFILE_UNKNOWN_PARAMETER, E_PROFILE_UNMARKED,
 *   E_PROFILE_OUT_OF_RANGE, E_PROFILE_MISSING
 */
export function loadProfile(idOrPath: string): Profile {
  const { header, entries } = resolveFile(locate(idOrPath, process.cwd(), listProfiles()), []);
  const { id, title, metal, system, reference, notes = [] } = header;
  if (metal === undefined || system === undefined || reference === undefined) {
    throw new BetaguardError(
      "E_PROFILE_BAD_JSON",
      `profile ${id}: expected "metal", "system" and "reference", in it or in what it extends; add them`,
    );
  }
  const missing = parameters.filter((parameter) => !entries.has(parameter.name)).map(({ name }) => name);
  if (missing.length > 0) {
    throw new BetaguardError(
      "E_PROFILE_MISSING",
      `profile ${id}: expected all ${parameters.length} parameters, ${missing.length} are missing: ${missing.join(", ")}; give them a value and provenance, or extend a profile that does`,
    );
  }
  const ordered = parameters.map(({ name }) => [name, entries.get(name) as Entry] as const);
  return {
    id,
    title,
    metal,
    system,
    reference,
    notes,
    values: Object.fromEntries(ordered.map(([name, { value }]) => [name, value])) as Profile["values"],
    provenance: Object.fromEntries(
      ordered.map(([name, { provenance }]) => [name, provenance]),
    ) as Profile["provenance"],
    hash: createHash("sha256").update(JSON.stringify(ordered)).digest("hex"),
  };
}

const shippedFiles = (): string[] =>
  readdirSync(profileDirectory)
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"))
    .sort();

/** Path of a profile or base; a relative path is taken from `directory`. */
function locate(idOrPath: string, directory: string, known: readonly string[]): string {
  if (idOrPath.endsWith(".json")) {
    const path = resolve(directory, idOrPath);
    if (existsSync(path)) return path;
    throw new BetaguardError(
      "E_PROFILE_UNKNOWN",
      `expected a profile file, found none at ${path}; check the path, or name a shipped profile: ${known.join(", ")}`,
    );
  }
  if (known.includes(idOrPath)) return resolve(profileDirectory, `${idOrPath}.json`);
  throw new BetaguardError(
    "E_PROFILE_UNKNOWN",
    `expected one of ${known.join(", ")} or a path ending in .json, found ${JSON.stringify(idOrPath)}${didYouMean(idOrPath, known)}`,
  );
}

/** `trail` holds the files that lead here, so that a file extending itself is found. */
function resolveFile(path: string, trail: readonly string[]): Resolved {
  if (trail.includes(path)) {
    const names = [...trail.slice(trail.indexOf(path)), path].map((file) => basename(file));
    throw new BetaguardError(
      "E_PROFILE_CYCLE",
      `expected profiles that end in a base, found a circle: ${names.join(" extends ")}; take one "extends" out`,
    );
  }
  const { parameters: own, extends: parents = [], ...header } = readJson(path);
  const bases = [parents]
    .flat()
    .map((parent) => resolveFile(locate(parent, dirname(path), shippedFiles()), [...trail, path]));
  return {
    header: {
      ...Object.assign({}, ...bases.map((base) => base.header)),
      ...header,
      notes: [...bases.flatMap((base) => base.header.notes ?? []), ...(header.notes ?? [])],
    },
    entries: new Map([
      ...bases.flatMap((base) => [...base.entries]),
      ...Object.entries(own).map(([name, raw]) => readEntry(basename(path), name, raw)),
    ]),
  };
}

function readJson(path: string): z.infer<typeof fileSchema> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new BetaguardError("E_PROFILE_BAD_JSON", `${path}: expected JSON, ${(cause as Error).message}`, {
      cause,
    });
  }
  const parsed = fileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new BetaguardError(
    "E_PROFILE_BAD_JSON",
    `${path}: ${describe(parsed.error)}; docs/profiles.md shows the form`,
  );
}

function readEntry(file: string, name: string, raw: unknown): [ParameterName, Entry] {
  const parameter = byName.get(name);
  if (!parameter) {
    throw new BetaguardError(
      "E_PROFILE_UNKNOWN_PARAMETER",
      `${file}: no parameter is called ${name}${didYouMean(name, [...byName.keys()])}; docs/parameters.md lists them`,
    );
  }
  const entry = entrySchema.safeParse(raw);
  if (!entry.success) {
    throw new BetaguardError(
      "E_PROFILE_BAD_JSON",
      `${file}: ${name}: ${describe(entry.error)}; expected {"value": number, "provenance": …}`,
    );
  }
  const { value } = entry.data;
  const provenance = provenanceSchema.safeParse(entry.data.provenance);
  if (!provenance.success) {
    throw new BetaguardError(
      "E_PROFILE_UNMARKED",
      `${file}: ${name} = ${value} does not say where it comes from (${describe(provenance.error)}); mark it published (source, grade), fitted (case) or assumed (range, why)`,
    );
  }
  requireRange(file, parameter, value, [parameter.min, parameter.max], "expected");
  if (provenance.data.kind === "assumed") {
    // A sweep may use all of the range, so all of it must be a value the module takes.
    for (const end of provenance.data.range) {
      requireRange(file, parameter, end, [parameter.min, parameter.max], "assumed range: expected within");
    }
    requireRange(file, parameter, value, provenance.data.range, "expected in its own assumed range");
  }
  return [parameter.name, { value, provenance: provenance.data }];
}

function requireRange(
  file: string,
  { name, unit }: { name: string; unit: string },
  value: number,
  [low, high]: readonly [number, number],
  expected: string,
): void {
  if (value >= low && value <= high) return;
  throw new BetaguardError(
    "E_PROFILE_OUT_OF_RANGE",
    `${file}: ${name}: ${expected} ${low} … ${high} ${unit}, found ${value} ${unit}; change the value`,
  );
}

const describe = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": ")).join("; ");
