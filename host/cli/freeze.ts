/** `betaguard freeze`: what a board kept around the last events, fetched and replayed to the same bits. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import { boardFrames } from "../freeze/board.js";
import { type FreezeEvent, type FreezeFile, openFrame, type Situation } from "../freeze/frame.js";
import { type FreezeReplay, replayFrame } from "../freeze/replay.js";
import { loadModule } from "../replay/module.js";
import { formatCount, plural } from "../report/format.js";
import { layoutHash } from "../schema/layout.js";
import { openTarget, openWire, TARGETS } from "../target/open.js";
import { processWire } from "../target/process.js";
import { posixFirmware } from "./monitor.js";
import { number } from "./options.js";
import { EXIT, exitWith, print, printJson } from "./output.js";

interface FreezeFlags {
  readonly output?: string;
  readonly number?: number;
  readonly replay?: boolean;
  readonly target: string;
  readonly wait: number;
  readonly clear?: boolean;
  readonly json?: boolean;
}

export const withFreeze = (command: Command): Command =>
  command
    .description(
      "fetch what a board kept around a change of limits or a stop, and replay it to the same bits",
    )
    .argument("<source>", "serial:<path>[@baud], posix (starts the firmware here), or a file that -o wrote")
    .argument("[firmware...]", "after --: options of the posix firmware (its --help lists them)")
    .option("-o, --output <file>", "write the frame: the newest, or that of --number")
    .option("--number <n>", "this frame only", number("--number"))
    .option("--replay", "replay each frame and compare every word of the state after it")
    .option("--target <name>", `what replays: ${TARGETS.join(", ")}`, "v8")
    .option("--wait <s>", "wait so long for a first frame", number("--wait"), 0)
    .option("--clear", "the board forgets what was fetched, and has room for other events")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Exit codes: 0 fine, 1 a replay has other bits than the board, 2 bad input. docs/freeze.md says what a frame holds.

Examples:
  betaguard freeze serial:/dev/ttyUSB0
  betaguard freeze serial:/dev/ttyUSB0 --wait 3600 -o limit.json --clear
  betaguard freeze limit.json --replay
  betaguard freeze limit.json --replay --target stm32f405
  betaguard freeze posix --wait 5 --replay -- --store cells.bin --samples run.csv`,
    )
    .action(async (source: string, firmware: string[], flags: FreezeFlags) => {
      const { frames: all, missed } = await framesOf(source, firmware, flags);
      const frames =
        flags.number === undefined ? all : all.filter(({ event }) => event.number === flags.number);
      if (flags.number !== undefined && frames.length === 0) throw noFrame(`frame ${flags.number}`, all);
      if (flags.output !== undefined) {
        const last = frames.at(-1);
        if (!last) throw noFrame("a frame", all);
        writeFileSync(flags.output, `${JSON.stringify(last, null, 2)}\n`);
      }
      const replays = flags.replay ? await replayAll(frames, flags.target) : undefined;
      if (replays?.some(({ differences }) => differences > 0)) exitWith(EXIT.limitBroken);
      if (flags.json) {
        printJson({ missed, frames: frames.map((frame, k) => ({ ...frame, replay: replays?.[k] })) });
        return;
      }
      for (const [k, { event }] of frames.entries()) print(formatFrame(event, replays?.[k], flags.target));
      if (frames.length === 0) print("no frames");
      if (missed > 0) print(`${plural(missed, "event")} found no room: --clear makes some`);
      if (flags.output !== undefined) print(`wrote ${flags.output}`);
    });

const noFrame = (expected: string, there: readonly FreezeFile[]): BetaguardError =>
  new BetaguardError(
    "E_FREEZE_NONE",
    `expected ${expected}, found ${there.map(({ event }) => event.number).join(", ") || "none"}; give one of these, or --wait for an event`,
  );

async function framesOf(source: string, firmware: readonly string[], flags: FreezeFlags) {
  if (existsSync(source)) return { frames: [readFrame(source)], missed: 0 };
  const fetch = { wait_s: flags.wait, clear: flags.clear === true };
  if (source === "posix") return boardFrames(processWire(posixFirmware(firmware)), fetch);
  const [wire, options] = await openWire(source);
  return boardFrames(wire, fetch, options);
}

/** @throws E_FREEZE_FILE */
function readFrame(path: string): FreezeFile {
  let found = "another kind of file";
  try {
    const file = JSON.parse(readFileSync(path, "utf8")) as Partial<FreezeFile> | null;
    const texts = [file?.moduleSha256, file?.constants, file?.frame];
    if (
      file?.kind === "betaguard freeze frame" &&
      file.event &&
      texts.every((text) => typeof text === "string")
    )
      return file as FreezeFile;
  } catch (error) {
    found = (error as Error).message;
  }
  throw new BetaguardError(
    "E_FREEZE_FILE",
    `${path}: expected a frame that betaguard freeze -o wrote, found ${found}; fetch it again`,
  );
}

async function replayAll(frames: readonly FreezeFile[], name: string): Promise<FreezeReplay[]> {
  const here = { moduleSha256: loadModule().sha256, layoutHash };
  const opened = frames.map((file) => openFrame(file, here));
  const target = await openTarget(name);
  try {
    const replays: FreezeReplay[] = [];
    for (const frame of opened) replays.push(await replayFrame(frame, target));
    return replays;
  } finally {
    await target.close();
  }
}

const HORIZONS = ["now", "2 s", "10 s", "continuous"];

/** What changed, one line each. */
function changes(before: Situation, after: Situation): string[] {
  const limits = (["charge", "discharge"] as const).flatMap((direction) =>
    HORIZONS.flatMap((horizon, k) =>
      before[direction][k] === after[direction][k]
        ? []
        : [`${direction} ${horizon}: ${before[direction][k]} → ${after[direction][k]}`],
    ),
  );
  const list = (names: readonly string[]) => names.join(", ") || "none";
  return [
    ...limits,
    ...(before.pressure === after.pressure ? [] : [`setpoint: ${before.pressure} → ${after.pressure}`]),
    ...(list(before.faults) === list(after.faults)
      ? []
      : [`faults: ${list(before.faults)} → ${list(after.faults)}`]),
  ];
}

function formatFrame(event: FreezeEvent, replay: FreezeReplay | undefined, target: string): string {
  const { number: n, cell, cells, steps, eventStep, before, after } = event;
  const what = event.event === "safe" ? [`stopped: ${event.cause}`] : changes(before, after);
  const lines = [`frame ${n}: cell ${cell + 1} of ${cells}, step ${eventStep} of ${steps}`, ...what];
  if (replay) lines.push(formatReplay(replay, target));
  return lines.join("\n  ");
}

function formatReplay({ steps, words, differences, first }: FreezeReplay, target: string): string {
  if (words === 0) return `${target}: ${plural(steps, "step")} done; the board has no state after them`;
  if (!first) return `${target}: the same bits after ${plural(steps, "step")}, ${formatCount(words)} words`;
  return `${target}: ${plural(differences, "word")} of ${formatCount(words)} differ, the first ${first.record} ${first.field}: ${first.bits.board} on the board, ${first.bits.replayed} here`;
}
