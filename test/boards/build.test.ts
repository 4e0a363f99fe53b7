/** How the boards are built: warnings, wasm3's sources, and what is tested by C programs of its own. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingTools } from "../../boards/tools.mjs";
import { loadProfile } from "../../host/profiles/profile.js";
import { parameterPairs } from "../../host/replay/module.js";
import { packageFile } from "../../host/root.js";
import { inputBytes } from "../../host/schema/layout.js";
import { image, notBuilt, typeOf } from "./board.js";

const run = promisify(execFile);
const boards = packageFile("boards");

interface CompileCommand {
  directory: string;
  command: string;
  file: string;
}
const commandsIn = (build: string): CompileCommand[] =>
  JSON.parse(readFileSync(join(build, "compile_commands.json"), "utf8"));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "betaguard-build-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** For skipIf: tools that are not there are a failure in CI, where the set-up has installed them. */
function without(preset: string): boolean {
  const missing = missingTools(preset);
  if (missing.length > 0 && process.env.CI)
    throw new Error(`missing ${missing.map(({ name }) => name).join(", ")}`);
  return missing.length > 0;
}

test.skipIf(notBuilt("posix") || without("fuzzer"))(
  "clang has no more to say than gcc about our files",
  async () => {
    const ours = commandsIn(join(image("posix"), "..")).filter(({ file }) => file.startsWith(boards));
    expect(ours.length).toBeGreaterThan(12);
    for (const { directory: cwd, command, file } of ours) {
      const [, ...args] = command.split(" ");
      expect(args).toEqual(expect.arrayContaining(["-Wall", "-Wextra", "-Werror", "-ffp-contract=off"]));
      const { stderr } = await run("clang", [...args, "-fsyntax-only"], { cwd });
      expect(stderr, file).toBe("");
    }
  },
);

describe.skipIf(without("posix"))("wasm3's sources", () => {
  const packaged = packageFile("node_modules", "wasm3", "cpp");
  /** A checkout in which text of one header has been replaced. */
  function checkout(name: string, header: string, from: RegExp, to: string): string {
    const source = join(directory, name, "source");
    mkdirSync(source, { recursive: true });
    cpSync(packaged, source, { recursive: true });
    const path = join(source, header);
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(from);
    writeFileSync(path, text.replace(from, to));
    return source;
  }
  const configure = (build: string, ...options: string[]) =>
    run("cmake", ["-S", boards, "-B", join(directory, build), "-G", "Ninja", ...options]);

  test.each([
    ["none", ""],
    ["two", "typedef double f64;\ntypedef double f64;"],
  ])("%s of the lines that define f64 is refused", async (name, line) => {
    const source = checkout(name, "m3_core.h", /typedef double +f64;/, line);
    await expect(configure(`build-${name}`, `-DWASM3_DIR=${source}`)).rejects.toThrow(
      /expected one `typedef\s+double\s+f64;`/,
    );
  });

  test("a folder without them is refused", async () => {
    await expect(configure("build-nothing", `-DWASM3_DIR=${directory}`)).rejects.toThrow(
      /found\s+no\s+m3_core.h/,
    );
  });

  test("the package is not changed, and the runner compiles without the private fields", async () => {
    const before = readFileSync(join(packaged, "m3_core.h"), "utf8");
    const source = checkout("other", "m3_env.h", /u32 +memoryLimit;/, "u32 limitOfMemory;");
    const env = join(source, "m3_env.h");
    writeFileSync(env, readFileSync(env, "utf8").replace("pagesOpen", "openPages"));
    await configure("build-other", `-DWASM3_DIR=${source}`);
    expect(readFileSync(join(packaged, "m3_core.h"), "utf8")).toBe(before);
    const build = join(directory, "build-other");
    expect(readFileSync(join(build, "wasm3", "m3_core.h"), "utf8")).toMatch(/typedef float +f64;/);
    const executor = commandsIn(build).find(({ file }) => file.endsWith("executor_wasm3.c"));
    expect(executor?.command).not.toMatch(/MEMORY_LIMIT|CODE_PAGES/);
    const [compiler = "", ...args] = executor?.command.split(" ") ?? [];
    await run(compiler, [...args, "-fsyntax-only"], { cwd: build });
  });

  test("-DBETAGUARD_F64=double leaves them as they are", async () => {
    await configure("build-double", "-DBETAGUARD_F64=double");
    const copies = ["m3_core.h", "m3_exec.h"].map((name) => join(directory, "build-double", "wasm3", name));
    for (const copy of copies)
      expect(readFileSync(copy, "utf8")).toBe(readFileSync(join(packaged, basename(copy)), "utf8"));
  });

  test("bounds are checked in 32 bits, and as they were where the text is another", async () => {
    const wide = /u64 +operand|operand \+ sizeof/;
    const exec = (build: string) => readFileSync(join(directory, build, "wasm3", "m3_exec.h"), "utf8");
    await configure("build-float");
    expect(exec("build-float")).not.toMatch(wide);
    const other = checkout("bounds", "m3_exec.h", /operand \+= offset;/, "operand = operand + offset;");
    await configure("build-bounds", `-DWASM3_DIR=${other}`);
    expect(exec("build-bounds")).toBe(readFileSync(join(other, "m3_exec.h"), "utf8"));
  });
});

test.skipIf(without("posix"))("power may fail at every byte of a save", async () => {
  const program = join(directory, "power-failure");
  const sources = [packageFile("test", "boards", "power-failure.c"), join(boards, "common", "store.c")];
  const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
  const flags = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", `-I${join(boards, "common")}`];
  await run("gcc", [...flags, ...sanitizers, ...sources, join(boards, "common", "crc32.c"), "-o", program]);
  const { stdout } = await run(program);
  // Eight saves of some 1,400 bytes, each failing at every byte.
  expect(Number(/^(\d+) power failures$/m.exec(stdout)?.[1])).toBeGreaterThan(8 * 1400);
});

test.skipIf(notBuilt("fuzzer"))("libFuzzer at the other end of the link finds nothing", async () => {
  const corpus = join(directory, "corpus");
  mkdirSync(corpus);
  const frame = (name: Parameters<typeof typeOf>[0], payload: Uint8Array = new Uint8Array()) => {
    const head = Uint8Array.of(typeOf(name), 0, payload.length & 0xff, payload.length >> 8);
    return Buffer.concat([head, payload]);
  };
  // What a host says, so that parameters and cells are there to be fuzzed.
  const talk = [
    frame("parameters", parameterPairs(loadProfile("li-agc-argyrodite").values)),
    frame("reset", Uint8Array.of(2, 0, 0, 0)),
    frame("steps", Uint8Array.of(1, 0, 3, 0, ...new Array<number>(inputBytes(2)).fill(0))),
    // Packed: which of the 14 words change, then those.
    frame("steps", Uint8Array.of(1, 0, 7, 0, 0xff, 0x3f, ...new Array<number>(inputBytes(2)).fill(0))),
    frame("snapshot"),
    frame("read", Uint8Array.of(0, 0, 0, 0, 16, 0, 0, 0)),
    frame("stage", Uint8Array.of(0, 0, 0, 0, 1, 2, 3, 4)),
    frame("restore", Uint8Array.of(0, 1, 0, 0)),
    frame("store"),
    frame("health"),
    frame("freeze"),
    frame("frame", Uint8Array.of(1, 0, 0, 0)),
    frame("clear", Uint8Array.of(1, 0, 0, 0)),
    frame("mode", Uint8Array.of(1)),
  ];
  writeFileSync(join(corpus, "talk"), Buffer.concat([Uint8Array.of(1), ...talk]));
  const { stderr } = await run(
    image("fuzzer"),
    ["-max_total_time=6", "-seed=1", "-max_len=4000", `-artifact_prefix=${directory}/`, corpus],
    { maxBuffer: 1 << 24 },
  );
  const [, runs = "0"] = /^Done (\d+) runs/m.exec(stderr) ?? [];
  expect(Number(runs)).toBeGreaterThan(100);
});
