import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BetaguardError } from "../../host/errors.js";
import { listProfiles, loadProfile } from "../../host/profiles/profile.js";
import { packageFile } from "../../host/root.js";
import { type ParameterName, parameters } from "../../host/schema/parameters.js";

const SHIPPED = [
  "li-agc-argyrodite",
  "li-bare-argyrodite",
  "li-bare-garnet",
  "li-garnet-ag",
  "li-garnet-cnt",
  "li-mg",
  "li-snni-cu",
  "li-tubule-carbon",
  "na-bare",
  "na-mixed",
];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "betaguard-profiles-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Writes a JSON file (or text that is none) and returns its path. */
function write(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** A user's profile: the shipped Ag–C one with other parameters. */
const extending = (entries: Record<string, unknown>, base: string | string[] = "li-agc-argyrodite") =>
  write("own.json", { id: "own", title: "own", extends: base, parameters: entries });

function refusal(idOrPath: string): BetaguardError {
  try {
    loadProfile(idOrPath);
  } catch (error) {
    if (error instanceof BetaguardError) return error;
    throw error;
  }
  throw new Error(`${idOrPath} was expected to be refused, and loaded`);
}

const assumed = (value: number, range = [value, value]) => ({
  value,
  provenance: { kind: "assumed", range, why: "a test" },
});

describe("shipped profiles", () => {
  it("are the systems of the review", () => {
    expect(listProfiles()).toEqual(SHIPPED);
  });

  it.each(SHIPPED)("%s gives every parameter a value in range, with provenance", (id) => {
    const profile = loadProfile(id);
    expect(profile.id).toBe(id);
    expect(Object.keys(profile.values)).toEqual(parameters.map(({ name }) => name));
    for (const { name, min, max } of parameters) {
      const value = profile.values[name];
      expect(value, name).toBeGreaterThanOrEqual(min);
      expect(value, name).toBeLessThanOrEqual(max);
      const provenance = profile.provenance[name];
      if (provenance.kind !== "assumed") continue;
      expect(value, name).toBeGreaterThanOrEqual(provenance.range[0]);
      expect(value, name).toBeLessThanOrEqual(provenance.range[1]);
    }
  });

  it("have an id equal to their file's name, bases too", () => {
    for (const file of readdirSync(packageFile("host", "profiles")).filter((name) =>
      name.endsWith(".json"),
    )) {
      const { id } = JSON.parse(readFileSync(packageFile("host", "profiles", file), "utf8"));
      expect(`${id}.json`).toBe(file);
    }
  });

  it("keep the published constants of their metal", () => {
    for (const id of SHIPPED) {
      const { values, metal } = loadProfile(id);
      expect(values.metal_molarVolume_cm3_mol, id).toBe(metal === "Li" ? 13.008 : 23.7);
    }
  });

  it("never claim a recalled number for a limit", () => {
    for (const id of SHIPPED) {
      const { provenance } = loadProfile(id);
      for (const name of ["vacancy_currentLimit_mA_cm2", "criticalPlating_mA_cm2"] as const) {
        const entry = provenance[name];
        expect(entry.kind === "published" && entry.grade === "R", `${id} ${name}`).toBe(false);
      }
    }
  });
});

describe("a user's profile", () => {
  it("extends a shipped one and overrides single parameters", () => {
    const base = loadProfile("li-agc-argyrodite");
    const own = loadProfile(extending({ plating_margin: assumed(0.7) }));
    expect(own.id).toBe("own");
    expect(own.metal).toBe("Li");
    expect(own.values).toEqual({ ...base.values, plating_margin: 0.7 });
    expect(own.provenance.plating_margin).toMatchObject({ kind: "assumed", why: "a test" });
    expect(own.notes).toEqual(base.notes);
  });

  it("extends several files, the later one overriding", () => {
    write("low.json", { id: "low", title: "low", parameters: { plating_margin: assumed(0.2) } });
    write("high.json", { id: "high", title: "high", parameters: { plating_margin: assumed(0.8) } });
    const path = extending({}, ["na-bare", "./low.json", "./high.json"]);
    expect(loadProfile(path).values.plating_margin).toBe(0.8);
  });

  it("has the hash of its content: equal without a change, another with one", () => {
    const base = loadProfile("li-agc-argyrodite");
    expect(base.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(loadProfile("li-agc-argyrodite").hash).toBe(base.hash);
    expect(loadProfile(extending({})).hash).toBe(base.hash);
    const { value, provenance } = { value: base.values.plating_margin, provenance: base.provenance };
    expect(
      loadProfile(extending({ plating_margin: { value, provenance: provenance.plating_margin } })).hash,
    ).toBe(base.hash);
    expect(loadProfile(extending({ plating_margin: assumed(value) })).hash).not.toBe(base.hash);
  });
});

describe("refusals", () => {
  it("E_PROFILE_UNKNOWN names the known profiles and the nearest", () => {
    const error = refusal("li-agc-argirodite");
    expect(error.code).toBe("E_PROFILE_UNKNOWN");
    expect(error.message).toContain("did you mean li-agc-argyrodite?");
    for (const id of SHIPPED) expect(error.message).toContain(id);
    expect(refusal("li-agc").message).toContain("did you mean li-agc-argyrodite?");
    expect(refusal("zzzzzzzz").message).not.toContain("did you mean");
    expect(refusal("base-lithium").code).toBe("E_PROFILE_UNKNOWN");
    expect(refusal(join(directory, "absent.json")).code).toBe("E_PROFILE_UNKNOWN");
    expect(refusal(extending({}, "base-lithum")).message).toContain("did you mean base-lithium?");
  });

  it("E_PROFILE_UNMARKED for a value without provenance, or with half of one", () => {
    for (const provenance of [undefined, null, {}, { kind: "guessed" }, { kind: "published", source: "x" }]) {
      const error = refusal(extending({ plating_margin: { value: 0.5, provenance } }));
      expect(error.code).toBe("E_PROFILE_UNMARKED");
      expect(error.message).toContain("plating_margin");
    }
    const recalledCase = { kind: "fitted" };
    expect(refusal(extending({ plating_margin: { value: 0.5, provenance: recalledCase } })).code).toBe(
      "E_PROFILE_UNMARKED",
    );
  });

  it("E_PROFILE_OUT_OF_RANGE names value, unit and range", () => {
    const error = refusal(extending({ interlayer_thickness_um: assumed(500) }));
    expect(error.code).toBe("E_PROFILE_OUT_OF_RANGE");
    expect(error.message).toContain("expected 0 … 200 µm, found 500 µm");
    const own = refusal(extending({ interlayer_thickness_um: assumed(50, [5, 10]) }));
    expect(own.code).toBe("E_PROFILE_OUT_OF_RANGE");
    expect(own.message).toContain("assumed range 5 … 10 µm, found 50 µm");
  });

  it("E_PROFILE_MISSING names what is missing", () => {
    const path = write("alone.json", {
      id: "alone",
      title: "alone",
      metal: "Li",
      system: "none",
      reference: "none",
      extends: ["base-common", "base-lithium", "base-argyrodite"],
      parameters: {},
    });
    const error = refusal(path);
    expect(error.code).toBe("E_PROFILE_MISSING");
    expect(error.message).toContain("interlayer_thickness_um");
    expect(error.message).not.toContain("metal_molarVolume_cm3_mol");
  });

  it("E_PROFILE_UNKNOWN_PARAMETER suggests the nearest name", () => {
    const error = refusal(extending({ plating_margn: assumed(0.5) }));
    expect(error.code).toBe("E_PROFILE_UNKNOWN_PARAMETER");
    expect(error.message).toContain("did you mean plating_margin?");
  });

  it("E_PROFILE_BAD_JSON for text, wrong form, a value that is no number, a missing system", () => {
    expect(refusal(write("text.json", "{ not json")).code).toBe("E_PROFILE_BAD_JSON");
    expect(
      refusal(write("form.json", { id: "x", title: "x", parameters: {}, colour: "red" })).message,
    ).toContain("colour");
    expect(refusal(write("list.json", [])).code).toBe("E_PROFILE_BAD_JSON");
    expect(refusal(extending({ plating_margin: { ...assumed(0.5), value: "0.5" } })).code).toBe(
      "E_PROFILE_BAD_JSON",
    );
    expect(refusal(extending({ plating_margin: 0.5 })).code).toBe("E_PROFILE_BAD_JSON");
    expect(refusal(write("bare.json", { id: "x", title: "x", parameters: {} })).message).toContain("system");
  });

  it("E_PROFILE_CYCLE shows the circle", () => {
    const link = (id: string, to: string) =>
      write(`${id}.json`, { id, title: id, extends: to, parameters: {} });
    link("a", "./b.json");
    link("b", "./c.json");
    const error = refusal(link("c", "./a.json"));
    expect(error.code).toBe("E_PROFILE_CYCLE");
    expect(error.message).toContain("c.json extends a.json extends b.json extends c.json");
  });
});

describe("any parameter", () => {
  const anyProfile = fc.constantFrom(...SHIPPED);
  const anyParameter = fc.constantFrom(...parameters);

  it("is refused without provenance, whatever profile it sits in", () => {
    fc.assert(
      fc.property(anyProfile, anyParameter, (id, { name }) => {
        const value = loadProfile(id).values[name as ParameterName];
        expect(refusal(extending({ [name]: { value } }, id)).code).toBe("E_PROFILE_UNMARKED");
      }),
      { numRuns: 100 },
    );
  });

  it("is refused out of its range, on either side, and taken at its ends", () => {
    fc.assert(
      fc.property(
        anyProfile,
        anyParameter,
        fc.boolean(),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (id, { name, min, max }, above, by) => {
          const end = above ? max : min;
          const beyond = above
            ? end + by * Math.max(1, Math.abs(end))
            : end - by * Math.max(1, Math.abs(end));
          const error = refusal(extending({ [name]: assumed(beyond) }, id));
          expect(error.code).toBe("E_PROFILE_OUT_OF_RANGE");
          expect(error.message).toContain(name);
          expect(loadProfile(extending({ [name]: assumed(end) }, id)).values[name]).toBe(end);
        },
      ),
      { numRuns: 100 },
    );
  });
});
