/** What is run to flash a board, with tools that only write down how they were called. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commandLine, planFlash, runFlash } from "../../host/flash/flash.js";
import { flashPorts } from "../../host/flash/ports.js";
import { packageFile } from "../../host/root.js";
import { betaguard, expectRefusal, type Finished } from "../cli/command.js";

/** A package with a module and images of it, and a PATH. */
let root: string;
const bin = () => join(root, "bin");
const module = Buffer.from("\0asm of this test");
const sha256 = createHash("sha256").update(module).digest();

function put(path: string, bytes: Buffer | string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

/** A tool that appends its directory, name and arguments to a file, says something and ends with `code`. */
function tool(name: string, code = 0, words = ""): void {
  put(
    join("bin", name),
    `#!/bin/sh\nprintf '%s\\n' "$(pwd -P)" "$(basename "$0")" "$@" '' >> '${root}/calls'\nprintf '${words}'\nexit ${code}\n`,
  );
  chmodSync(join(bin(), name), 0o755);
}

const calls = (): string[][] =>
  readFileSync(join(root, "calls"), "utf8")
    .split("\n\n")
    .filter((call) => call !== "")
    .map((call) => call.split("\n"));

const plan = (port: string, options: Parameters<typeof planFlash>[1] = {}) =>
  planFlash(port, { root, searchPath: bin(), ...options });

const refusal = (port: string, options?: Parameters<typeof planFlash>[1]) => {
  try {
    plan(port, options);
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error(`${port} was not refused`);
};

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "betaguard flash ")));
  mkdirSync(bin());
  put("build/betaguard.wasm", module);
  for (const { image } of flashPorts)
    put(image, Buffer.concat([Buffer.alloc(1000, 7), sha256, Buffer.alloc(9)]));
});
afterEach(() => rmSync(root, { recursive: true }));

const image = "build/boards/stm32f405/betaguard.elf";
const binary = "build/boards/stm32f405/betaguard.bin";
const openocd = (probe: string) =>
  [
    "openocd",
    "-f",
    `interface/${probe}.cfg`,
    "-f",
    "target/stm32f4x.cfg",
    "-c",
    `program ${image} verify reset exit`,
  ] as const;

describe("what is run", () => {
  const stFlash = [
    ["arm-none-eabi-objcopy", "-O", "binary", image, binary],
    ["st-flash", "--reset", "write", binary, "0x08000000"],
  ];
  const idf = ["idf.py", "-C", "boards/esp-idf", "-B", "build/boards/esp32c3"];

  test.each([
    ["stm32f405", {}, ["openocd", "st-flash", "arm-none-eabi-objcopy"], ".", [openocd("stlink")]],
    ["stm32f405", {}, ["st-flash", "arm-none-eabi-objcopy"], ".", stFlash],
    [
      "stm32f405",
      { probe: "jlink" },
      ["st-flash", "arm-none-eabi-objcopy", "openocd"],
      ".",
      [openocd("jlink")],
    ],
    ["esp32c3", {}, ["idf.py", "esptool"], ".", [[...idf, "flash"]]],
    ["esp32c3", { serial: "/dev/ttyACM0" }, ["idf.py"], ".", [[...idf, "-p", "/dev/ttyACM0", "flash"]]],
    [
      "esp32s3",
      { serial: "/dev/ttyUSB1" },
      ["esptool.py"],
      "build/boards/esp32s3",
      [["esptool.py", "--chip", "esp32s3", "-p", "/dev/ttyUSB1", "write_flash", "@flash_args"]],
    ],
  ])("%s %o with %j on PATH", (port, options, tools, directory, expected) => {
    for (const name of tools) tool(name);
    const planned = plan(port, options);
    expect(planned.commands.map(([program, ...args]) => [basename(program), ...args])).toEqual(expected);
    expect(planned.tool).toBe(expected.at(-1)?.[0]);
    runFlash(planned);
    expect(calls()).toEqual(expected.map((call) => [join(root, directory), ...call]));
  });

  test("every port has an image and a tool, which is told of that port", () => {
    for (const { name, tools } of flashPorts) {
      for (const program of tools.flatMap(({ programs }) => programs)) tool(program);
      const { commands } = plan(name);
      expect(
        commands.some((command) => command.join(" ").includes(name)),
        name,
      ).toBe(true);
    }
  });

  test("a command as a shell takes it", () => {
    expect(commandLine(["openocd", "-c", "program it's exit"])).toBe("openocd -c 'program it'\\''s exit'");
  });
});

describe("what is not run", () => {
  test("a step after one that failed", () => {
    tool("arm-none-eabi-objcopy", 3);
    tool("st-flash");
    expect(() => runFlash(plan("stm32f405"))).toThrow(/objcopy.*succeed, found exit code 3/);
    expect(calls()).toHaveLength(1);
  });

  test("an image that was not built, or holds another module", () => {
    tool("openocd");
    put("build/betaguard.wasm", "newer");
    expect(refusal("stm32f405")).toMatchObject({
      code: "E_FLASH_MODULE",
      message: expect.stringMatching(/found another; run: npm run boards stm32f405$/),
    });
    rmSync(join(root, "build/boards"), { recursive: true });
    expect(refusal("stm32f405-aot")).toMatchObject({
      code: "E_FLASH_IMAGE",
      message: expect.stringMatching(/run: npm run boards stm32f405-aot$/),
    });
    expect(refusal("esp32c6").message).toMatch(/run: idf\.py .*IDF_TARGET=esp32c6 build$/);
    rmSync(join(root, "build"), { recursive: true });
    put("build/boards/stm32f405/betaguard.elf", "");
    expect(refusal("stm32f405").code).toBe("E_MODULE_MISSING");
  });

  test("without a tool: half of st-flash's pair, or another probe, is none", () => {
    expect(refusal("esp32").message).toMatch(
      /idf\.py or esptool or esptool\.py on PATH, found none; install ESP-IDF/,
    );
    tool("st-flash");
    expect(refusal("stm32f405")).toMatchObject({
      code: "E_FLASH_TOOL",
      message: expect.stringContaining(commandLine(openocd("stlink"))),
    });
    tool("arm-none-eabi-objcopy");
    expect(plan("stm32f405").tool).toBe("st-flash");
    expect(refusal("stm32f405", { probe: "jlink" }).code).toBe("E_FLASH_TOOL");
    chmodSync(join(bin(), "st-flash"), 0o644);
    expect(refusal("stm32f405").code).toBe("E_FLASH_TOOL");
  });

  test("with the other boards' option", () => {
    expect(refusal("stm32f405", { serial: "/dev/ttyUSB0" }).code).toBe("E_OPTION");
    expect(refusal("esp32", { probe: "jlink" }).code).toBe("E_OPTION");
  });

  test("on ports that are unknown, or processes of this machine; the message says what to do", async () => {
    const [unknown, ...processes] = await Promise.all(
      ["stm32f407", "posix", "rv32imc"].map((port) => betaguard(["flash", port])),
    );
    expectRefusal(unknown as Finished, "E_FLASH_PORT");
    for (const { name } of flashPorts) expect(unknown?.stderr).toContain(name);
    for (const refused of processes) {
      expectRefusal(refused, "E_FLASH_PORT");
      expect(refused.stderr).toMatch(/nothing to flash: .*--target/);
    }
  });
});

const built = packageFile("build", "boards", "stm32f405", "betaguard.elf");
if (!existsSync(built) && process.env.CI) throw new Error(`expected ${built}; run: npm run boards`);

describe.skipIf(!existsSync(built))("the built firmware (skipped without npm run boards)", () => {
  const env = () => ({ PATH: `${bin()}:${process.env.PATH}` });

  test("holds the built module; a dry run runs nothing, a run says what it runs", async () => {
    tool("openocd", 0, "from openocd");
    const dry = await betaguard(["flash", "stm32f405", "--dry-run", "--json"], { env: env() });
    expect(dry.stderr).toBe("");
    const report = JSON.parse(dry.stdout);
    const bytes = readFileSync(packageFile("build", "betaguard.wasm"));
    expect(report).toMatchObject({
      port: "stm32f405",
      image: built,
      moduleSha256: createHash("sha256").update(bytes).digest("hex"),
      tool: "openocd",
      flashed: false,
    });
    expect(existsSync(join(root, "calls"))).toBe(false);
    const run = await betaguard(["flash", "stm32f405"], { env: env() });
    expect(run).toMatchObject({ code: 0, stderr: "from openocd" });
    expect(run.stdout).toContain(commandLine(report.commands[0]));
    expect(calls()).toHaveLength(1);
  });
});
