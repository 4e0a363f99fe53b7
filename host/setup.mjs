/**
 * From a fresh clone to something that runs: dependencies from the lock file, the build, and with `--test` what the
 * tests need besides. Plain JavaScript without imports of the dependencies, because it installs them.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { aptLine, missingTools } from "../boards/tools.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (...parts) => join(root, ...parts);
const inCi = process.env.CI === "true";
const OLDEST_NODE = 20;

/** What a build leaves behind; SOURCES are what it is made from. */
const PRODUCTS = ["build/betaguard.wasm", "build/host/cli/main.js", "build/report/viewer.js"];
const SOURCES = ["assembly", "host", "package.json", "package-lock.json", "asconfig.json", "tsconfig.json"];
/** The build writes this one itself, among the sources. */
const GENERATED = at("assembly", "layout.ts");
const STAMP = at("build", ".built");

const say = (text) => process.stdout.write(`setup: ${text}\n`);

function fail(text) {
  process.stderr.write(`setup: ${text}\n`);
  process.exit(2);
}

/** Runs a command; its output is shown only when it fails. */
function run(what, command, args) {
  const started = Date.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
    fail(`${what} failed (${command} ${args.join(" ")}): ${error?.message ?? `exit code ${status}`}`);
  }
  say(`${what}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/**
 * The npm that started us, if one did. Inside a script the PATH begins with node_modules/.bin, where a dependency of
 * as-pect's leaves an npm of its own, too old for this lock file.
 */
function npm(what, ...args) {
  const cli = process.env.npm_execpath;
  if (cli) run(what, process.execPath, [cli, ...args]);
  else run(what, "npm", args);
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** When the youngest source under a path was saved. */
function youngest(path) {
  if (path === GENERATED) return 0;
  if (!statSync(path).isDirectory()) return modified(path);
  return Math.max(modified(path), ...readdirSync(path).map((name) => youngest(join(path, name))));
}

function installDependencies() {
  // npm writes this file last; an older one belongs to another lock file.
  if (modified(at("node_modules", ".package-lock.json")) >= modified(at("package-lock.json"))) return;
  say("installing dependencies from package-lock.json");
  npm("dependencies installed", "ci", "--no-audit", "--no-fund");
}

function build() {
  const built = PRODUCTS.every((product) => existsSync(at(product))) ? modified(STAMP) : 0;
  if (built > Math.max(...SOURCES.map((source) => youngest(at(source))))) return;
  // Stamped with its start: a source saved while the build runs is built again the next time.
  const started = new Date();
  say("building the firmware module, the host and the report viewer");
  npm("built", "run", "--silent", "build");
  writeFileSync(STAMP, "");
  utimesSync(STAMP, started, started);
}

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

const onPath = (...names) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .some((directory) => names.some((name) => existsSync(join(directory, name))));

/** Debian packages of what the tests need and this machine has not. */
const missingPackages = () => [
  ...missingTools(),
  ...(onPath(...BROWSERS) ? [] : [{ name: `one of ${BROWSERS.join(", ")}`, debian: "chromium" }]),
  ...(onPath("redis-server") ? [] : [{ name: "redis-server", debian: "redis-server" }]),
];

function installTools() {
  let missing = missingPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say(`installing for the tests: ${missing.map(({ debian }) => debian).join(" ")}`);
    spawnSync("apt-get", ["update", "-q"], { stdio: "ignore" });
    spawnSync(
      "apt-get",
      ["install", "-y", "-q", "--no-install-recommends", ...missing.map(({ debian }) => debian)],
      { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } },
    );
    missing = missingPackages();
    if (missing.length === 0) return;
  }
  const text = `the tests need ${missing.map(({ name }) => name).join(", ")}; on Debian: ${aptLine(missing)}`;
  if (inCi) fail(text);
  say(`MISSING: ${text}`);
}

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE)
  fail(`expected Node ${OLDEST_NODE} or newer, found ${process.version}`);
installDependencies();
build();
if (process.argv.includes("--test")) installTools();
