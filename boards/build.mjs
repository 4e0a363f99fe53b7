/**
 * `npm run boards [preset…]`: builds every port that can be built here, and says which cannot and why. With CI=true
 * that is a failure.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { aptLine, missingTools } from "./tools.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const inCi = process.env.CI === "true";
const { buildPresets } = JSON.parse(readFileSync(new URL("CMakePresets.json", import.meta.url), "utf8"));
const presets = buildPresets.map(({ name }) => name);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : presets;

const say = (text) => process.stdout.write(`${text}\n`);

/** Runs CMake; its output is shown only when it fails. */
function cmake(...args) {
  const { status, stdout, stderr, error } = spawnSync("cmake", args, { cwd: here, encoding: "utf8" });
  if (status === 0) return true;
  process.stderr.write(`${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`);
  return false;
}

function build(preset) {
  const missing = missingTools(preset);
  if (missing.length > 0) {
    say(
      `${preset}: NOT BUILT, missing ${missing.map(({ name }) => name).join(", ")}; on Debian: ${aptLine(missing)}`,
    );
    return !inCi;
  }
  const started = Date.now();
  const built = cmake("--preset", preset) && cmake("--build", "--preset", preset);
  say(`${preset}: ${built ? `built, ${((Date.now() - started) / 1000).toFixed(1)} s` : "FAILED"}`);
  return built;
}

function run() {
  const unknown = wanted.find((preset) => !presets.includes(preset));
  if (unknown !== undefined) {
    process.stderr.write(`expected a preset out of ${presets.join(", ")}, found ${unknown}\n`);
    return 2;
  }
  if (!existsSync(new URL("../build/betaguard.wasm", import.meta.url))) {
    process.stderr.write("expected the module at build/betaguard.wasm, found nothing: npm run build:wasm\n");
    return 2;
  }
  const results = wanted.map(build);
  return results.every(Boolean) ? 0 : 1;
}

process.exitCode = run();
