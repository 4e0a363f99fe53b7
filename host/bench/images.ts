/** The images that are compared: each microcontroller port in three ways of running the same module. */
import { packageFile } from "../root.js";

export const PORTS = ["stm32f405", "rv32imc"] as const;
export type Port = (typeof PORTS)[number];

/** In the order of the table: slowest first. */
export const MODES = [
  { suffix: "-stock", title: "wasm3 as it ships" },
  { suffix: "", title: "wasm3 with f64 as float" },
  { suffix: "-aot", title: "ahead of time" },
] as const;
export type Mode = (typeof MODES)[number];

export interface Image {
  readonly port: Port;
  readonly mode: Mode;
  /** Of boards/CMakePresets.json. */
  readonly preset: string;
  readonly path: string;
}

export const buildDirectory = (preset: string): string => packageFile("build", "boards", preset);

export const images: readonly Image[] = PORTS.flatMap((port) =>
  MODES.map((mode) => {
    const preset = port + mode.suffix;
    return { port, mode, preset, path: packageFile("build", "boards", preset, "betaguard.elf") };
  }),
);

/** One virtual nanosecond per instruction, which makes the emulator's clocks count instructions. */
const COUNTING = ["-icount", "shift=0"];

export const EMULATORS = {
  stm32f405: {
    command: "qemu-system-arm",
    args: ["-M", "netduinoplus2", ...COUNTING],
    remedy: "install it: apt-get install qemu-system-arm",
  },
  rv32imc: {
    command: "qemu-system-riscv32",
    args: ["-M", "virt", "-bios", "none", ...COUNTING],
    remedy: "install it: apt-get install qemu-system-misc",
  },
} as const;
