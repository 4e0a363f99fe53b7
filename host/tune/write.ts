/** A chosen point as files: a profile that says where it comes from, and a parameter block a board is built with. */
import { createHash } from "node:crypto";
import type { Profile } from "../profiles/profile.js";
import { loadModule } from "../replay/module.js";
import { plural } from "../report/format.js";
import { layoutHash } from "../schema/layout.js";
import { type ParameterName, parameterId, parameters } from "../schema/parameters.js";
import { TUNABLE, type TunableName, type TunedValues } from "./tunable.js";

/** What decided a tuning: the same again gives the same. */
export interface TuneRun {
  readonly profile: { readonly id: string; readonly hash: string };
  readonly moduleSha256: string;
  readonly version: string;
  readonly seed: number;
  readonly draws: number;
  readonly spread: number;
  readonly population: number;
  readonly generations: number;
  readonly scenarios: readonly { readonly name: string; readonly sha256: string }[];
  readonly traces: readonly { readonly name: string; readonly sha256: string }[];
}

/** In one line, for the provenance of every tuned value. */
export const describeRun = (run: TuneRun): string => {
  const named = (all: TuneRun["scenarios"]) =>
    all.map(({ name, sha256 }) => `${name} ${sha256.slice(0, 12)}`);
  const sources = [...named(run.scenarios), ...named(run.traces)].join(", ");
  return `tuned from profile ${run.profile.id} ${run.profile.hash.slice(0, 12)} with betaguard ${run.version}, module ${run.moduleSha256.slice(0, 12)}, on ${sources}; ${plural(run.draws, "cell")} drawn at spread ${run.spread}, seed ${run.seed}, population ${run.population}, ${plural(run.generations, "generation")}`;
};

/** A profile file that needs no other: every value of `profile` with its provenance, the tuned ones replaced. */
export function tunedProfile(
  profile: Profile,
  id: string,
  values: Partial<TunedValues>,
  run: TuneRun,
): string {
  const { title, metal, system, reference, notes } = profile;
  const entries = parameters.map(({ name }) => {
    const tuned = isTunable(name) ? values[name] : undefined;
    return [
      name,
      tuned === undefined
        ? { value: profile.values[name], provenance: profile.provenance[name] }
        : { value: tuned, provenance: { kind: "fitted", case: describeRun(run) } },
    ];
  });
  const file = {
    id,
    title: `${title}, tuned`,
    metal,
    system,
    reference,
    notes: [...notes, describeRun(run)],
    parameters: Object.fromEntries(entries),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The tuned profile's values as C, for `betaguard_set_parameters`: identifiers of the schema, values to the bit. */
export function parameterBlock({ id, values, hash, provenance }: Profile, run: TuneRun): string {
  const lines = parameters.map(({ name, unit }) => {
    const f32 = Math.fround(values[name]);
    const bits = new Uint32Array(Float32Array.of(f32).buffer)[0] as number;
    const text = Number.isInteger(f32) ? `${f32}.0f` : `${f32}f`;
    const tuned = provenance[name].kind === "fitted" && isTunable(name) ? ", tuned" : "";
    return `    {${parameterId.get(name)}, ${text}}, /* ${name}, ${unit}${tuned}; 0x${bits.toString(16).padStart(8, "0")} */`;
  });
  const block = createHash("sha256")
    .update(JSON.stringify(parameters.map(({ name }) => [name, Math.fround(values[name])])))
    .digest("hex");
  return `/*
 * Parameters of profile ${id}, written by betaguard; not to be edited.
 * ${describeRun(run)}
 *
 *     #include "betaguard.h"
 *     betaguard_set_parameters(betaguard_tuned, BETAGUARD_TUNED_COUNT, &refused);
 *
 * Profile SHA-256 ${hash}
 * Module  SHA-256 ${loadModule().sha256}
 */
#ifndef BETAGUARD_TUNED_H
#define BETAGUARD_TUNED_H

#include "betaguard.h"
#include "layout.h"

_Static_assert(BG_LAYOUT_HASH == ${layoutHash}, "written for another layout of the module: tune again");

#define BETAGUARD_TUNED_COUNT ${parameters.length}
/* Of the values below, in their order. */
#define BETAGUARD_TUNED_SHA256 "${block}"

static const struct betaguard_parameter betaguard_tuned[BETAGUARD_TUNED_COUNT] = {
${lines.join("\n")}
};

#endif
`;
}

const isTunable = (name: ParameterName): name is TunableName =>
  (TUNABLE as readonly ParameterName[]).includes(name);
