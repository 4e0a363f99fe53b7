/** Boards as the presets build them, each as a process of this machine. */
import { createHash } from "node:crypto";
import type { LinkOptions } from "../../host/link/client.js";
import type { Wire } from "../../host/link/wire.js";
import { packageFile } from "../../host/root.js";
import { BoardTarget } from "../../host/target/board.js";
import { processWire } from "../../host/target/process.js";

export type Preset = "posix" | "posix-aot" | "stm32f405" | "stm32f405-aot" | "rv32imc" | "rv32imc-aot";

const MACHINES = {
  stm32f405: ["qemu-system-arm", "-M", "netduinoplus2"],
  rv32imc: ["qemu-system-riscv32", "-M", "virt", "-bios", "none"],
} as const;

/** Others share the processor with the emulators, and an emulated UART drops what comes before it is set up. */
export const PATIENT: LinkOptions = { timeout_ms: 1_500, tries: 30 };

/** Where `npm run boards` leaves the firmware of a preset, in the folder of that name or another. */
export const imageOf = (preset: Preset, folder: string = preset): string =>
  packageFile("build", "boards", folder, preset.startsWith("posix") ? "betaguard" : "betaguard.elf");

/** Starts a preset's firmware, or another image for the same machine; what follows goes to the process. */
export function startWire(preset: Preset, image = imageOf(preset), ...options: string[]): Wire {
  const name = preset;
  const remedy = "run npm run boards";
  const machine = MACHINES[preset.replace("-aot", "") as keyof typeof MACHINES];
  if (!machine) return processWire({ name, command: image, args: options, remedy });
  const [command, ...args] = machine;
  const quiet = ["-display", "none", "-monitor", "none", "-serial", "stdio"];
  return processWire({ name, command, args: [...args, ...quiet, "-kernel", image, ...options], remedy });
}

export const startBoard = (
  preset: Preset,
  moduleSha256: string,
  image?: string,
  ...options: string[]
): Promise<BoardTarget> =>
  BoardTarget.open(preset, startWire(preset, image, ...options), moduleSha256, PATIENT);

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
