/** Boards as the presets build them, each as a process of this machine. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { afterEach } from "vitest";
import type { LinkOptions } from "../../host/link/client.js";
import type { Wire } from "../../host/link/wire.js";
import { packageFile } from "../../host/root.js";
import { BoardTarget } from "../../host/target/board.js";
import { type BoardProcess, processWire } from "../../host/target/process.js";

export type Preset = "posix" | "posix-aot" | "stm32f405" | "stm32f405-aot" | "rv32imc" | "rv32imc-aot";

const MACHINES = {
  stm32f405: { command: "qemu-system-arm", machine: ["-M", "netduinoplus2"] },
  rv32imc: { command: "qemu-system-riscv32", machine: ["-M", "virt", "-bios", "none"] },
} as const;

/** Others share the processor with the emulators, and an emulated UART drops what comes before it is set up. */
export const PATIENT: LinkOptions = { timeout_ms: 1_500, tries: 30 };

/** Where `npm run boards` leaves the firmware of a preset, in the folder of that name or another. */
export const imageOf = (preset: Preset, folder: string = preset): string =>
  packageFile("build", "boards", folder, preset.startsWith("posix") ? "betaguard" : "betaguard.elf");

/** For describe.skipIf: without the tools to build it a preset is skipped, but never in CI. */
export function notBuilt(preset: Preset): boolean {
  const image = imageOf(preset);
  if (existsSync(image)) return false;
  if (process.env.CI) throw new Error(`expected ${image}, found nothing: npm run boards`);
  process.stderr.write(`skipped: no ${image}; npm run boards\n`);
  return true;
}

const started: Wire[] = [];
// A test that fails leaves its boards running, and an emulator outlives a worker that is killed.
afterEach(async () => {
  await Promise.all(started.splice(0).map((wire) => wire.close()));
});

/** Starts a preset's firmware, or another image for the same machine; what follows goes to the process. */
export function startWire(preset: Preset, image?: string, ...options: string[]): Wire {
  const wire = processWire(processOf(preset, image, options));
  started.push(wire);
  return wire;
}

function processOf(preset: Preset, image = imageOf(preset), options: readonly string[]): BoardProcess {
  const name = preset;
  const remedy = "run npm run boards";
  const machine = MACHINES[preset.replace("-aot", "") as keyof typeof MACHINES];
  if (!machine) return { name, command: image, args: options, remedy };
  const quiet = ["-display", "none", "-monitor", "none", "-serial", "stdio"];
  // Time by instructions, 8 ns each: on a busy machine real time would run out under a watchdog.
  const clock = ["-icount", "shift=3"];
  // With a file for its flash, `virt` does not start what -kernel names.
  const load = ["-device", `loader,file=${image}`];
  return {
    name,
    command: machine.command,
    args: [...machine.machine, ...quiet, ...clock, ...load, ...options],
    remedy,
  };
}

export const startBoard = (
  preset: Preset,
  moduleSha256: string,
  image?: string,
  ...options: string[]
): Promise<BoardTarget> =>
  BoardTarget.open(preset, startWire(preset, image, ...options), moduleSha256, PATIENT);

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
