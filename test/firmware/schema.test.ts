/** The schema itself: generated files fresh, names unique, ranges sane, records that do not overlap. */
import { describe, expect, test } from "vitest";
import { listProfiles } from "../../host/profiles/profile.js";
import { loadModule } from "../../host/replay/module.js";
import { faults, reasons, status } from "../../host/schema/codes.js";
import { fieldOffsets, recordBytes } from "../../host/schema/field.js";
import { staleFiles } from "../../host/schema/generate.js";
import {
  ABI_VERSION,
  addresses,
  boardMemoryBytes,
  inputBytes,
  layoutHash,
  MAX_CELLS,
  outputBytes,
  STATIC_END,
  snapshotBytes,
  stagingBytes,
  stateBytesPerCell,
} from "../../host/schema/layout.js";
import { parameters } from "../../host/schema/parameters.js";
import {
  cellInputFields,
  cellOutputFields,
  cellStateFields,
  packOutputFields,
  recordsOf,
} from "../../host/schema/records.js";
import { profileValues, RELEASE, ROOT } from "./support.js";

const duplicates = (names: readonly string[]) => names.filter((name, n) => names.indexOf(name) !== n);

test("generated files are fresh, and the built module is of this layout", () => {
  expect(staleFiles(ROOT)).toEqual([]);
  const { exports } = loadModule(RELEASE);
  expect(exports.abiVersion()).toBe(ABI_VERSION);
  expect(exports.layoutHash()).toBe(layoutHash);
});

describe("names and ranges", () => {
  test("parameters, codes and fields are unique", () => {
    expect(duplicates(parameters.map(({ name }) => name))).toEqual([]);
    for (const codes of [reasons, faults, status])
      expect(duplicates(codes.map(({ name }) => name))).toEqual([]);
    for (const fields of Object.values(recordsOf()))
      expect(duplicates(fields.map(({ name }) => name))).toEqual([]);
  });

  test("every range is finite and not empty, of numbers an f32 keeps apart", () => {
    for (const { name, min, max, unit, doc } of [...parameters, ...cellStateFields]) {
      expect(Number.isFinite(min) && Number.isFinite(max), name).toBe(true);
      expect(Math.fround(min), name).toBeLessThan(Math.fround(max));
      expect(Math.fround(min) === 0 || Math.abs(min) > 1.2e-38, name).toBe(true);
      expect(unit.length > 0 && doc.length > 0, name).toBe(true);
    }
    for (const parameter of parameters) expect(parameter.count, parameter.name).toBe(1);
  });

  test("every name of a quantity ends in its unit", () => {
    for (const { name, unit } of [...parameters, ...cellStateFields].filter(({ unit }) =>
      /^m?A\/cm²$/.test(unit),
    ))
      expect(name, unit).toMatch(/_m?A_cm2$/);
    for (const { name } of [...parameters, ...cellStateFields].filter(({ unit }) => unit === "MPa"))
      expect(name).toMatch(/_MPa$|CyclePoints$|CycleExtreme$/);
  });

  test("every shipped profile lies within the ranges", () => {
    for (const id of listProfiles()) {
      const values = profileValues(id);
      for (const { name, min, max } of parameters) {
        expect(values[name], `${id}: ${name}`).toBeGreaterThanOrEqual(min);
        expect(values[name], `${id}: ${name}`).toBeLessThanOrEqual(max);
      }
    }
  });

  test("every fault has its reason, in the order of its bit", () => {
    const first = reasons.findIndex(({ name }) => name === faults[0].reason);
    for (const [bit, { reason }] of faults.entries()) expect(reasons[first + bit]?.name).toBe(reason);
    // One byte per reason, one bit per fault of a word's lowest byte.
    expect(reasons.length).toBeLessThan(128);
    expect(faults.length).toBeLessThanOrEqual(8);
  });
});

describe("memory", () => {
  test("records follow each other without overlap, all on words", () => {
    const sizes = recordsOf();
    const bytes = (name: string) => recordBytes(sizes[name] ?? []);
    const regions: [string, number, number][] = [
      ["header", addresses.header, bytes("Header")],
      ["params", addresses.params, 4 * parameters.length],
      ["derived", addresses.derived, bytes("Derived")],
      ["cells", addresses.cells, MAX_CELLS * bytes("CellState")],
      ["stepInput", addresses.stepInput, bytes("StepInput")],
      ["cellInput", addresses.cellInput, MAX_CELLS * bytes("CellInput")],
      ["packOutput", addresses.packOutput, bytes("PackOutput")],
      ["staging", addresses.staging, stagingBytes],
    ];
    expect(regions.map(([name]) => name).sort()).toEqual(Object.keys(addresses).sort());
    let end = STATIC_END;
    for (const [name, at, size] of regions.sort((a, b) => a[1] - b[1])) {
      expect(at, name).toBe(end);
      expect(at % 4, name).toBe(0);
      expect(size % 4, name).toBe(0);
      expect(size, name).toBeGreaterThan(0);
      end = at + size;
    }
    expect(end).toBe(65536);
  });

  test("fields of a record lie in a row", () => {
    for (const fields of Object.values(recordsOf())) {
      const offsets = fieldOffsets(fields);
      let at = 0;
      for (const { name, count } of fields) {
        expect(offsets[name]).toBe(at);
        at += 4 * count;
      }
      expect(at).toBe(recordBytes(fields));
    }
  });

  test("a cell takes at most 1 KiB, and its outputs are its first words", () => {
    expect(stateBytesPerCell).toBe(recordBytes(cellStateFields));
    expect(stateBytesPerCell).toBeLessThanOrEqual(1024);
    expect(cellStateFields.slice(0, cellOutputFields.length)).toEqual(cellOutputFields);
  });

  test("staging holds what it is for: all parameters, a full snapshot, a batch of the largest pack", () => {
    expect(stagingBytes).toBeGreaterThanOrEqual(8 * parameters.length);
    expect(stagingBytes).toBeGreaterThanOrEqual(snapshotBytes(MAX_CELLS));
    expect(stagingBytes).toBeGreaterThanOrEqual(inputBytes(MAX_CELLS) + outputBytes(MAX_CELLS));
    expect(snapshotBytes(MAX_CELLS)).toBe(addresses.stepInput - addresses.header);
    expect(boardMemoryBytes).toBeLessThanOrEqual(65536);
    expect(inputBytes(2) - inputBytes(1)).toBe(recordBytes(cellInputFields));
    expect(outputBytes(0)).toBe(recordBytes(packOutputFields));
  });
});
