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
 * A target that runs the module of this package.
 * @throws what `openBoard` throws
 */
export const openTarget = async (name: string): Promise<Target> =>
  name === "v8" ? new V8Target(loadModule()) : openBoard(name);

/**
 * Starts a board's process or opens the port to one, and makes sure that it runs the module of this package.
 * @throws E_TARGET_UNKNOWN, E_TARGET_MISSING, E_SERIAL_OPEN, E_MODULE_MISSING, E_LINK_…, E_BOARD_…
 */
export async function openBoard(name: string): Promise<BoardTarget> {
  const { sha256 } = loadModule();
  const [wire, options] = await openWire(name);
  return BoardTarget.open(name, wire, sha256, options);
}

/**
 * The bytes to a board, for those who only look. `v8` has none.
 * @throws E_TARGET_UNKNOWN, E_TARGET_MISSING, E_SERIAL_OPEN
 */
export async function openWire(name: string): Promise<[Wire, LinkOptions]> {
  const [, port, baud = DEFAULT_BAUD] = /^serial:(.+?)(?:@(\d+))?$/.exec(name) ?? [];
  if (port !== undefined) return [await serialWire(port, Number(baud)), {}];
  if (!Object.hasOwn(PROCESSES, name)) {
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
