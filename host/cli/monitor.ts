/** `betaguard monitor`: what a board decides and why, as it goes or from a CAN log. */
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import { boardSamples } from "../monitor/board.js";
import { busSamples } from "../monitor/bus.js";
import { formatChange, formatSample, situation } from "../monitor/format.js";
import { type Sample, sampleRecord } from "../monitor/sample.js";
import { packageFile } from "../root.js";
import { openWire } from "../target/open.js";
import { processWire } from "../target/process.js";
import { number } from "./options.js";
import { print } from "./output.js";

interface MonitorFlags {
  readonly every: number;
  readonly once?: boolean;
  readonly json?: boolean;
}

export const withMonitor = (command: Command): Command =>
  command
    .description("show what a board decides and why: limits, reasons, pressures, faults, health; reads only")
    .argument(
      "<source>",
      "serial:<path>[@baud], posix (starts the firmware here), a log of candump -L, or - for one on standard input",
    )
    .argument("[firmware...]", "after --: options of the posix firmware (its --help lists them)")
    .option(
      "--every <s>",
      "seconds between two looks at a board; a bus is shown every tick",
      number("--every"),
      0.5,
    )
    .option("--once", "the first sample only")
    .option("--json", "a line of JSON per sample")
    .addHelpText(
      "after",
      `
On a terminal the view of a board is redrawn; otherwise, and for a log, a line is printed whenever a reason, a fault or
the mode changes, and the whole view at the end. Names and units of --json are those of docs/can.md.

Examples:
  betaguard monitor serial:/dev/ttyUSB0
  betaguard monitor serial:COM3@460800 --json --every 10
  betaguard monitor bench.log
  candump -L can0 | betaguard monitor -
  betaguard monitor posix -- --store cells.bin --samples run.csv`,
    )
    .action(async (source: string, firmware: string[], flags: MonitorFlags) => {
      if (!(flags.every > 0)) {
        throw new BetaguardError("E_OPTION", `expected more than 0 s after --every, found ${flags.every}`);
      }
      const samples = await samplesOf(source, firmware, flags.every);
      const plain = flags.json || flags.once || existsSync(source) || process.stdout.isTTY !== true;
      await show(samples, flags, !plain);
    });

/** @throws E_MONITOR_SOURCE, E_TARGET_MISSING, E_SERIAL_OPEN, E_OPTION */
async function samplesOf(
  source: string,
  firmware: readonly string[],
  every_s: number,
): Promise<AsyncGenerator<Sample>> {
  if (source === "posix") return boardSamples(processWire(posixFirmware(firmware)), every_s);
  if (firmware.length > 0) {
    throw new BetaguardError(
      "E_OPTION",
      `expected one source, found ${[source, ...firmware].join(" ")}; options after -- go with posix only`,
    );
  }
  if (source.startsWith("serial:")) {
    const [wire, options] = await openWire(source);
    return boardSamples(wire, every_s, options);
  }
  return busSamples(source === "-" ? createInterface({ input: process.stdin }) : await logLines(source));
}

/** Lines of a file or a pipe. */
async function logLines(path: string): Promise<AsyncIterable<string>> {
  const refuse = (found: string, cause?: unknown) =>
    new BetaguardError(
      "E_MONITOR_SOURCE",
      `expected serial:<path>[@baud], posix, - or a log of candump -L, found ${found}`,
      { cause },
    );
  const file = await open(path).catch((cause: Error) => {
    throw refuse(cause.message, cause);
  });
  if (!(await file.stat()).isDirectory()) return file.readLines();
  await file.close();
  throw refuse(`the directory ${path}`);
}

export function posixFirmware(args: readonly string[]) {
  const command = packageFile("build", "boards", "posix", "betaguard");
  if (!existsSync(command)) {
    throw new BetaguardError(
      "E_TARGET_MISSING",
      `posix: expected its firmware at ${command}; run npm run boards`,
    );
  }
  return { name: "posix", command, args, remedy: "run npm run boards" };
}

const CLEAR = "\u001b[2J";
/** Home, the view, and nothing left of a longer one before. */
const redraw = (text: string): string => `\u001b[H${text.replace(/$/gm, "\u001b[K")}\n\u001b[J`;

/** Until there are no more, or with `once` until the first. */
async function show(
  samples: AsyncGenerator<Sample>,
  { once, json }: MonitorFlags,
  redrawn: boolean,
): Promise<void> {
  let last: Sample | undefined;
  if (redrawn) process.stdout.write(CLEAR);
  for await (const sample of samples) {
    if (json) print(JSON.stringify(sampleRecord(sample)));
    else if (once) print(formatSample(sample));
    else if (redrawn) process.stdout.write(redraw(formatSample(sample)));
    else if (last === undefined || situation(sample) !== situation(last)) print(formatChange(sample));
    if (once) return;
    last = sample;
  }
  if (last && !json && !redrawn) print(`\n${formatSample(last)}`);
}
