/**
 * What the boards are built and run with, and the Debian packages that have it. Plain JavaScript: the set-up, which
 * installs dependencies, imports it.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

const onPath = (command) =>
  (process.env.PATH ?? "").split(delimiter).some((directory) => existsSync(join(directory, command)));

/** A file that comes with a compiler's library, asked of the compiler. */
function inCompiler(compiler, file) {
  const { stdout } = spawnSync(compiler, [`-print-file-name=${file}`], { encoding: "utf8" });
  const path = stdout?.trim() ?? "";
  return isAbsolute(path) && existsSync(path);
}

const ARCHITECTURE = process.arch === "arm64" ? "aarch64" : "x86_64";

/** `presets`: those of boards/CMakePresets.json that cannot be built without; none for what only runs them. */
const tools = [
  { name: "cmake", debian: "cmake", presets: /./ },
  { name: "ninja", debian: "ninja-build", presets: /./ },
  { name: "gcc", debian: "gcc", presets: /^posix/ },
  { name: "clang", debian: "clang", presets: /^fuzzer/ },
  {
    name: "libFuzzer",
    debian: "libclang-rt-dev",
    presets: /^fuzzer/,
    found: () => inCompiler("clang", `lib/linux/libclang_rt.fuzzer-${ARCHITECTURE}.a`),
  },
  { name: "arm-none-eabi-gcc", debian: "gcc-arm-none-eabi", presets: /^stm32f405/ },
  {
    name: "newlib for Arm",
    debian: "libnewlib-arm-none-eabi",
    presets: /^stm32f405/,
    found: () => inCompiler("arm-none-eabi-gcc", "nosys.specs"),
  },
  { name: "riscv64-unknown-elf-gcc", debian: "gcc-riscv64-unknown-elf", presets: /^rv32imc/ },
  {
    name: "picolibc for RISC-V",
    debian: "picolibc-riscv64-unknown-elf",
    presets: /^rv32imc/,
    found: () => inCompiler("riscv64-unknown-elf-gcc", "picolibc.specs"),
  },
  { name: "wasm2c", debian: "wabt", presets: /-aot$/ },
  { name: "qemu-system-arm", debian: "qemu-system-arm" },
  { name: "qemu-system-riscv32", debian: "qemu-system-misc" },
];

/** Tools that are not on this machine: all, or those that a preset needs. */
export const missingTools = (preset) =>
  tools.filter(
    ({ name, presets, found = () => onPath(name) }) =>
      (preset === undefined || presets?.test(preset)) && !found(),
  );

export const aptLine = (missing) => `apt-get install ${missing.map(({ debian }) => debian).join(" ")}`;
