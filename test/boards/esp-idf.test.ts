/**
 * The ESP-IDF component compiled for RV32IMC against declarations of our own (test/boards/idf/README.md says what that
 * proves). ESP-IDF itself is not needed, and nothing is run.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { packageFile } from "../../host/root.js";
import { notBuilt } from "./started.js";

const PROJECT = packageFile("boards", "esp-idf");
const sources = (name: string) => readFileSync(packageFile("boards", "esp-idf", name), "utf8");

// The same compiler and wasm2c.
describe.skipIf(notBuilt("rv32imc-aot"))("the ESP-IDF component compiles against our idea of ESP-IDF", () => {
  test.each([
    ["esp32", "AOT", "UART"],
    ["esp32c3", "WASM3", "USB"],
  ])("%s, %s, link over %s", { timeout: 60_000 }, (target, executor, link) => {
    const into = packageFile("build", "boards", `idf-${target}`);
    const env = { ...process.env, IDF_PATH: packageFile("test", "boards", "idf") };
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: PROJECT, env, encoding: "utf8", stdio: "pipe" });
    const toolchain = packageFile("boards", "rv32imc", "toolchain.cmake");
    const config = { IDF_TARGET: target, EXECUTOR: executor, LINK: link, CMAKE_TOOLCHAIN_FILE: toolchain };
    run(
      "cmake",
      "-B",
      into,
      "-G",
      "Ninja",
      ...Object.entries(config).map(([name, value]) => `-D${name}=${value}`),
    );
    run("cmake", "--build", into);
    const compilations = run("ninja", "-C", into, "-t", "commands")
      .split("\n")
      .filter((line) => / -c /.test(line) && !line.endsWith("main.c"));
    expect(compilations.length).toBeGreaterThan(15);
    // Without it Xtensa's compiler fuses multiplication and addition.
    expect(compilations.filter((line) => !line.includes("-ffp-contract=off"))).toEqual([]);
  });
});

test("the partition table has the partition that flash.c looks for, large enough", () => {
  const flash = sources("components/betaguard/flash.c");
  const number = (pattern: RegExp) => Number(pattern.exec(flash)?.[1]);
  const needed = number(/port_store_sectors = (\d+)/) * number(/port_store_sector_bytes = (\d+)/);
  expect(needed).toBeGreaterThan(0);
  const rows = sources("partitions.csv")
    .split("\n")
    .map((line) => line.split(",").map((cell) => cell.trim()));
  const [, type, subtype, , size] = rows.find(([name]) => name === "betaguard") ?? [];
  expect([type, Number(subtype)]).toEqual(["data", number(/SUBTYPE (0x[0-9a-f]+)/)]);
  expect(Number(size)).toBeGreaterThanOrEqual(needed);
});
