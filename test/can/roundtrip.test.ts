/** What the board encodes, the host decodes: within a step, and rounded the way that does no harm. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type DecodedFrame, decodeFrame } from "../../host/can/decode.js";
import { type CanSignal, canMessages, codeRange } from "../../host/schema/can.js";
import { faults } from "../../host/schema/codes.js";
import { LIVE, type Tick, tick, useEncoder, type Words } from "./support.js";

const encode = useEncoder();

const HORIZONS = ["", "2s", "10s", "Continuous"];
const LIMITS = ["charge", "discharge"].flatMap((direction) => HORIZONS.map((h) => `${direction}Limit${h}`));

const decoded = (tick: Tick, frames: Parameters<typeof decodeFrame>[0][]): DecodedFrame[] =>
  frames.map((frame) => {
    const result = decodeFrame(frame);
    expect(result, `frame ${frame.id} of a tick in mode ${tick.mode}`).toBeDefined();
    expect(result?.intact).toBe(true);
    return result as DecodedFrame;
  });

/** A quantity must come back within its step on the side its schema says, or at the end of its range. */
function expectQuantity(signal: CanSignal, sent: number, got: number | null): void {
  if (!Number.isFinite(sent)) {
    expect(got, signal.name).toBeNull();
    return;
  }
  const step = 2 ** signal.exponent;
  const [low, high] = codeRange(signal).map((code) => code * step) as [number, number];
  expect(got, signal.name).not.toBeNull();
  const value = got as number;
  if (sent >= high) expect(value, signal.name).toBe(high);
  else if (sent <= low) expect(value, signal.name).toBe(low);
  else {
    const message = `${signal.name} ${sent} → ${value}`;
    // Compared by adding a step to what is a multiple of it: subtracting two floats could round a difference away.
    if (signal.conversion === "down") expect(value <= sent && value + step > sent, message).toBe(true);
    else if (signal.conversion === "up") expect(value >= sent && value - step < sent, message).toBe(true);
    else expect(Math.abs(value - sent), message).toBeLessThanOrEqual(step / 2);
  }
}

const signalOf = (frame: DecodedFrame, name: string): CanSignal =>
  frame.message.signals.find((signal) => signal.name === name) as CanSignal;

/** Every signal of the pack's frames, against the record it comes from: found by name, not by the schema's word. */
function expectPack(frame: DecodedFrame, { pack, cells }: Tick): number {
  let checked = 0;
  for (const [name, got] of Object.entries(frame.values)) {
    const signal = signalOf(frame, name);
    const limit = LIMITS.findIndex((stem) => name === `${stem}Reason` || name === `${stem}Cell`);
    const extreme = /^(.+?)(Most|Least)(Cell)?(_.+)?$/.exec(name);
    const fault = faults.findIndex((entry) => name.toLowerCase() === `fault${entry.name.toLowerCase()}`);
    if (signal.origin === "status") continue;
    checked++;
    if (limit >= 0 && name.endsWith("Reason")) {
      const reasons = pack[limit < 4 ? "chargeReasons" : "dischargeReasons"] as number;
      const reason = (reasons >> (8 * (limit % 4))) & 255;
      expect(got, name).toBe(reason === 255 ? null : reason);
    } else if (limit >= 0) {
      const cell = pack[`weakestCells[${limit}]`] as number;
      expect(got, name).toBe(Math.min(cell, 30));
    } else if (fault >= 0) {
      expect(got, name).toBe(((pack.faults as number) >> fault) & 1);
    } else if (name === "pressureReason") {
      expect(got, name).toBe(pack.pressureReason === 255 ? null : pack.pressureReason);
    } else if (extreme) {
      const [, stem, side, index] = extreme;
      const field = Object.keys(cells[0] as Words).find(
        (key) => key === stem || (key.startsWith(`${stem}_`) && !index) || key.startsWith(`${stem}_`),
      ) as string;
      const finite = cells.map((cell) => Math.fround(cell[field] as number)).filter(Number.isFinite);
      const worst =
        finite.length === 0 ? Number.NaN : side === "Most" ? Math.max(...finite) : Math.min(...finite);
      if (!index) expectQuantity(signal, worst, got as number | null);
      else if (finite.length === 0) expect(got, name).toBeNull();
      else expect(Math.fround(cells[got as number]?.[field] as number) === worst, name).toBe(true);
    } else {
      expectQuantity(signal, Math.fround(pack[name] as number), got as number | null);
    }
  }
  return checked;
}

function expectCell(frame: DecodedFrame, cell: Words): void {
  for (const [name, got] of Object.entries(frame.values)) {
    if (name === "page" || name === "cell") continue;
    const fault = faults.findIndex((entry) => name.toLowerCase() === `fault${entry.name.toLowerCase()}`);
    if (fault >= 0) expect(got, name).toBe(((cell.faults as number) >> fault) & 1);
    else expectQuantity(signalOf(frame, name), Math.fround(cell[name] as number), got as number | null);
  }
}

const packMessages = canMessages.filter(({ pages }) => pages.length === 0);

test("random outputs come back within a step on the safe side, whatever the floats", () => {
  const quantities = packMessages.flatMap(({ signals }) =>
    signals.filter(({ origin }) => origin !== "status"),
  );
  fc.assert(
    fc.property(fc.array(tick, { minLength: 8, maxLength: 16, size: "max" }), (ticks) => {
      let turn = 0;
      for (const [index, frames] of encode(ticks).entries()) {
        const source = ticks[index] as Tick;
        const frames_ = decoded(source, frames);
        const [status] = frames_;
        expect(status?.values).toMatchObject({ mode: source.mode, safeCause: source.safeCause });
        expect(status?.values.overruns).toBe(Math.min(source.overruns, 255));
        expect(status?.values.cells).toBe(source.mode === LIVE ? source.cells.length : 0);
        if (source.mode !== LIVE) continue;
        const ofPack = frames_.slice(0, packMessages.length);
        expect(ofPack.reduce((sum, frame) => sum + expectPack(frame, source), 0)).toBe(quantities.length);
        if (turn >= source.cells.length) turn = 0;
        const ofCell = frames_.slice(packMessages.length);
        expect(ofCell.map(({ values }) => values.page)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        for (const frame of ofCell) {
          expect(frame.values.cell).toBe(turn);
          expectCell(frame, source.cells[turn] as Words);
        }
        turn++;
      }
    }),
    { numRuns: 15 },
  );
});

test("while the module does not decide, limits are 0, the cause is said and the rest is not available", () => {
  const [live] = fc.sample(
    tick.filter(({ mode }) => mode === LIVE),
    1,
  );
  for (const mode of [0, 2]) {
    const source = { ...(live as Tick), mode, safeCause: 2 };
    const frames = decoded(source, encode([source])[0] ?? []);
    expect(frames.map(({ message }) => message)).toEqual(packMessages);
    for (const { message, values } of frames) {
      for (const { name, origin, unit, bits } of message.signals) {
        if (name === "safeCause") expect(values[name]).toBe(2);
        else if (name === "mode") expect(values[name]).toBe(mode);
        else if (origin === "status") continue;
        else if (unit === "mA/cm²") expect(values[name], name).toBe(0);
        else if (bits === 1) expect(values[name], name).toBe(0);
        else expect(values[name], name).toBeNull();
      }
    }
  }
});

test("limits are rounded down, pressures and damage up, contact down; the range covers what a limit can be", () => {
  for (const { signals } of canMessages) {
    for (const signal of signals) {
      if (/Limit.*_mA_cm2$|^contact(Least)?$/.test(signal.name)) expect(signal.conversion).toBe("down");
      if (/_MPa$|^(crackIndex|intrusion|void)(Most)?(_um)?$|Damage$/.test(signal.name))
        expect(signal.conversion, signal.name).toBe("up");
      if (signal.unit === "mA/cm²" && signal.conversion === "down")
        expect(codeRange(signal)[1] * 2 ** signal.exponent).toBeGreaterThanOrEqual(500);
    }
  }
});

test("signals of a frame do not overlap and fit, names fit a CAN tool's 32 characters, identifiers are their own", () => {
  expect(new Set(canMessages.map(({ id }) => id)).size).toBe(canMessages.length);
  for (const { name, id, signals, pages } of canMessages) {
    expect(id, name).toBeLessThan(0x800);
    for (const page of pages.length > 0 ? pages.keys() : [null]) {
      let used = 0xfffn;
      for (const signal of signals.filter((signal) => signal.page === null || signal.page === page)) {
        expect(signal.name.length, signal.name).toBeLessThanOrEqual(32);
        const mask = ((1n << BigInt(signal.bits)) - 1n) << BigInt(signal.start);
        expect(used & mask, signal.name).toBe(0n);
        used |= mask;
      }
      expect(used < 1n << 64n, name).toBe(true);
    }
    for (const signal of signals) expect(signal.codes.length).toBeLessThanOrEqual(codeRange(signal)[1] + 1);
  }
});
