import { describe, expect, it } from "vitest";
import { stateDirection } from "../../host/trace/sign.js";
import { decideDecimalMark, readDuration, readNumber, unitScale } from "../../host/trace/units.js";
import { readWallClock } from "../../host/trace/wallclock.js";

describe("numbers", () => {
  it.each([
    ["1.5", ".", 1.5],
    [" -3.2E-02 ", ".", -0.032],
    ["18,000.05", ".", 18000.05],
    ["1,020", ".", 1020],
    ["0,1377", ",", 0.1377],
    ["-1,5E+3", ",", -1500],
    ["1,2,3", ".", Number.NaN],
    ["0,5", ".", Number.NaN],
    ["", ".", Number.NaN],
    ["0x1F", ".", Number.NaN],
    ["Infinity", ".", Number.NaN],
    ["1e999", ".", Number.NaN],
  ] as const)("reads %j with a decimal %j as %d", (cell, mark, value) => {
    expect(readNumber(cell, mark)).toBe(value);
  });

  it("decides the decimal mark, and refuses to where both occur", () => {
    expect(decideDecimalMark(["0,5", "1,020"])?.mark).toBe(",");
    expect(decideDecimalMark(["0.5", "3"])?.mark).toBe(".");
    expect(decideDecimalMark(["1,020", "3.5"])?.mark).toBe(".");
    expect(decideDecimalMark(["18,000.05"])?.mark).toBe(".");
    expect(decideDecimalMark(["0,5", "3.5"])).toBeUndefined();
    expect(decideDecimalMark(["1,020", "3"])).toBeUndefined();
  });
});

describe("durations", () => {
  it.each([
    ["00:00:03.000", 3],
    ["27:55:41", 100_541],
    ["  0d 00:00:5.05000019073486", 5.05000019073486],
    ["1d 10:10:12.75", 123_012.75],
    ["10:10", Number.NaN],
    ["5", Number.NaN],
  ])("reads %j as %d s", (cell, seconds) => {
    expect(readDuration(cell)).toBe(seconds);
  });
});

describe("units", () => {
  it.each([
    ["current", "\u00b5A", 1e-6],
    ["current", "\u03bcA", 1e-6],
    ["current", "?A", 1e-6],
    ["time", "ms", 1e-3],
    ["time", "h", 3600],
    ["pressure", "MPa", 1e6],
    ["capacity", "mAs", 1e-3 / 3600],
  ] as const)("%s in %s is %d of the inner unit", (quantity, unit, scale) => {
    expect(unitScale(quantity, unit)).toBe(scale);
  });

  it.each(["mPa", "toString", "", "a"])("knows no %j", (unit) => {
    expect(unitScale("pressure", unit)).toBeUndefined();
  });
});

describe("wall clocks", () => {
  const noon = Date.UTC(2023, 10, 23, 12) / 1000;
  it.each([
    ["2023-11-23 12:00:00", noon],
    ["2023-11-23T12:00:00.500Z", noon + 0.5],
    ["2023-11-23T14:00:00+02:00", noon],
    ["2023-11-23 07:00:00-0500", noon],
    ["\t11/23/2023 12:00:00.250", noon + 0.25],
    ["23/11/2023 12:00:00", noon],
    ["23.11.2023 12:00:00", noon],
    ["23-Nov-23 12:00:00 PM", noon],
    ["11/23/2023 1:00:00 AM", noon - 11 * 3600],
    [String(noon), noon],
    [String(1000 * noon), noon],
    [String(noon / 86_400 + 25_569), noon],
  ])("reads %j", (cell, seconds) => {
    const clock = readWallClock([cell]);
    expect(clock?.seconds[0]).toBeCloseTo(seconds, 3);
    expect(clock?.absolute).toBe(true);
  });

  it("does not invent the order of day and month", () => {
    const clock = readWallClock(["06/05/2021 23:59:00", "07/05/2021 00:01:00"]);
    expect(clock?.absolute).toBe(false);
    // Read month first, midnight would be a leap of a month.
    expect((clock?.seconds[1] ?? 0) - (clock?.seconds[0] ?? 0)).toBe(120);
  });

  it("carries times of day over midnight", () => {
    expect(Array.from(readWallClock(["23:59:50", "00:00:10"])?.seconds ?? [])).toEqual([86_390, 86_410]);
  });

  it.each([["1"], ["x"], [""], ["13/13/2021 00:00:00"]])("takes %j for no clock", (cell) => {
    expect(readWallClock([cell])).toBeNull();
  });
});

describe("states", () => {
  it.each([
    ["C", 1],
    ["CHA", 1],
    ["CC Chg", 1],
    ["CCCV Chg", 1],
    ["charge", 1],
    ["D", -1],
    ["DCH", -1],
    ["CC DChg", -1],
    ["discharge", -1],
    ["R", 0],
    ["Rest", 0],
    ["O", 0],
    ["PAU", 0],
    ["SIM", null],
    ["Pulse", null],
    ["Control", null],
    ["", null],
  ])("%j has direction %s", (state, direction) => {
    expect(stateDirection(state)).toBe(direction);
  });
});
