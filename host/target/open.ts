/** Targets by the name a user gives after `--target`. */
import { existsSync } from "node:fs";
import { BetaguardError } from "../errors.js";
import type { LinkOptions } from "../link/client.js";
import type { Wire } from "../link/wire.js";
import { loadModule } from "../replay/module.js";
import { packageFile } from "../root.js";
import { BoardTarget } from "./board.js";
import { type BoardProcess, processWire } from "./process.js";
import { serialWire } from "./serial.js";
import type { Target } from "./target.js";
import { V8Target } from "./v8.js";

export const TARGETS = ["v8", "wasm3", "stm32f405", "rv32imc", "serial:<path>[@baud]"] as const;

const DEFAULT_BAUD = 115200;
const BUILD = "run npm run boards";
const firmware = (...path: string[]) => packageFile("build", "boards", ...path);

const emulator = (name: string, command: string, debianPackage: string, machine: readonly string[]) => ({
  image: firmware(name, "betaguard.elf"),
  process: (image: string): BoardProcess => ({
    name,
    command,
    args: [...machine, "-display", "none", "-monitor", "none", "-serial", "stdio", "-kernel", image],
    remedy: `install it: apt-get install ${debianPackage}`,
  }),
  // An emulated board shares its processor with whatever else runs.
  link: { timeout_ms: 10_000 },
});

/** Boards that are processes of this machine. */
const PROCESSES = {
  wasm3: {
    image: firmware("posix", "betaguard"),
    process: (image: string): BoardProcess => ({ name: "wasm3", command: image, args: [], remedy: BUILD }),
    link: {},
  },
  stm32f405: emulator("stm32f405", "qemu-system-arm", "qemu-system-arm", ["-M", "netduinoplus2"]),
  rv32imc: emulator("rv32imc", "qemu-system-riscv32", "qemu-system-misc", ["-M", "virt", "-bios", "none"]),
};

/**
 * Starts a target, or opens the port to one, and makes sure that it runs the module of this package.
 * @throws E_TARGET_UNKNOWN, E_TARGET_MISSING, E_SERIAL_OPEN, E_MODULE_…, E_LINK_…, E_BOARD_…
 */
export async function openTarget(name: string): Promise<Target> {
  const module = loadModule();
  if (name === "v8") return new V8Target(module);
  const [wire, options] = await openWire(name);
  return BoardTarget.open(name, wire, module.sha256, options);
}

/**
 * Several targets, none left open when one does not open.
 * @throws what `openTarget` throws
 */
export async function openTargets(names: readonly string[]): Promise<Target[]> {
  const targets: Target[] = [];
  try {
    for (const name of names) targets.push(await openTarget(name));
    return targets;
  } catch (error) {
    for (const target of targets) await target.close();
    throw error;
  }
}

/**
 * The bytes to a board, for those who only look. `v8` has none.
 * @throws E_TARGET_UNKNOWN, E_TARGET_MISSING, E_SERIAL_OPEN
 */
export async function openWire(name: string): Promise<[Wire, LinkOptions]> {
  const [, port, baud = DEFAULT_BAUD] = /^serial:(.+?)(?:@(\d+))?$/.exec(name) ?? [];
  if (port !== undefined) return [await serialWire(port, Number(baud)), {}];
  if (!(name in PROCESSES)) {
    throw new BetaguardError(
      "E_TARGET_UNKNOWN",
      `expected a target out of ${TARGETS.join(", ")}, found ${JSON.stringify(name)}`,
    );
  }
  const { image, process, link } = PROCESSES[name as keyof typeof PROCESSES];
  if (!existsSync(image)) {
    throw new BetaguardError("E_TARGET_MISSING", `${name}: expected its firmware at ${image}; ${BUILD}`);
  }
  return [processWire(process(image)), link];
}
