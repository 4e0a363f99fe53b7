/** boards/betaguard.dbc as a reader that shares no line with ours understands it. */
import { readFileSync } from "node:fs";
import { Can, Dbc } from "candied";
import { expect, test } from "vitest";
import { decodeFrame } from "../../host/can/decode.js";
import { packageFile } from "../../host/root.js";
import { canEnvelope, canMessages, codeRange } from "../../host/schema/can.js";
import { randomBytes } from "./support.js";

const text = readFileSync(packageFile("boards", "betaguard.dbc"), "latin1");
const dbc = new Dbc();
const data = dbc.load(text);
const can = new Can();
can.database = data;

test("the file is ASCII and read to its last line", () => {
  expect(text).toMatch(/^[\n -~]*$/);
  expect(dbc.errors.size).toBe(0);
  expect([...data.messages.keys()]).toEqual(canMessages.map(({ name }) => name));
});

test("random frames decode to the same values", () => {
  let compared = 0;
  for (const { id, pages, signals, name } of canMessages) {
    for (let n = 0; n < 60; n++) {
      const payload = randomBytes();
      const page = n % Math.max(1, pages.length);
      // Bits 4 to 7 of byte 1 are the page: beyond the last one there is nothing to compare.
      if (pages.length > 0) payload[1] = ((payload[1] as number) & 0x0f) | (page << 4);
      const ours = decodeFrame({ id, data: payload });
      const theirs = can.decode(can.createFrame(id, [...payload]));
      expect(theirs?.name).toBe(name);
      expect(theirs?.boundSignals.get("checksum")?.value).toBe(payload[0]);
      expect(theirs?.boundSignals.get("counter")?.value).toBe(ours?.counter);
      for (const [signal, value] of Object.entries(ours?.values ?? {})) {
        const definition = signals.find((s) => s.name === signal && (s.page === null || s.page === page));
        const bound = theirs?.boundSignals.get(signal);
        // The reader clamps a value to its range, which leaves "not available" out: its code is what tells.
        if (value === null) expect(bound?.rawValue, `${name}.${signal}`).toBe(definition?.notAvailable);
        else expect(bound?.value, `${name}.${signal}`).toBe(value);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(60 * canMessages.length);
});

test("ranges, units, names of codes, pages, cycle times and comments are there", () => {
  for (const { name, cycle_ms, signals, pages } of canMessages) {
    const message = data.messages.get(name);
    expect(message?.dlc).toBe(8);
    expect(message?.attributes.get("GenMsgCycleTime")?.value).toBe(String(cycle_ms));
    expect(message?.signals.size).toBe(signals.length + canEnvelope.length);
    for (const signal of signals) {
      const read = message?.signals.get(signal.name);
      const [low, high] = codeRange(signal).map((code) => code * 2 ** signal.exponent);
      expect([read?.min, read?.max], signal.name).toEqual([low, high]);
      expect(read?.multiplex, signal.name).toBe(
        signal.page !== null ? `m${signal.page}` : pages.length > 0 && signal.name === "page" ? "M" : "",
      );
      expect(read?.unit === "", signal.name).toBe(signal.unit === "1");
      expect(read?.description?.length, signal.name).toBeGreaterThan(5);
      for (const [code, { name: label }] of signal.codes.entries())
        expect(read?.valueTable?.get(code), signal.name).toBe(label);
      if (signal.notAvailable !== null)
        expect(read?.valueTable?.get(signal.notAvailable), signal.name).toBe("notAvailable");
    }
  }
});
