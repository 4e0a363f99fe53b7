/** Everything `npm test` checks, in order; goes on after a failure and ends with one line that counts. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const inCi = process.env.CI === "true";
const results = join(root, "build", "vitest.json");
/** The npm that started us: the one first on a script's PATH is as-pect's own, and old. */
const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
const total = { passed: 0, failed: 0 };
/** Repeated at the end, where it is read. */
const remarks = [];

const bin = (name) => join(root, "node_modules", ".bin", name);

/** Runs a command, shows its output and returns it with the exit code. */
function run(title, command, args) {
  process.stdout.write(`\n── ${title}\n`);
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const show = (target) => (chunk) => {
      output += chunk;
      target.write(chunk);
    };
    child.stdout.on("data", show(process.stdout));
    child.stderr.on("data", show(process.stderr));
    child.on("error", (error) => done({ code: 1, output: error.message }));
    child.on("close", (code) => done({ code: code ?? 1, output: stripVTControlCharacters(output) }));
  });
}

function failed(remark) {
  total.failed++;
  remarks.push(`FAILED: ${remark}`);
}

/** Returns what the command printed. */
async function check(title, command, args) {
  const { code, output } = await run(title, command, args);
  if (code !== 0) failed(title);
  return output;
}

async function asPect() {
  const [command, ...args] = [...npm, "run", "--silent", "test:as"];
  const { code, output } = await run("as-pect: the firmware's own specs", command, args);
  const [, passed, all] = /\[Tests\]:\s*(\d+)\s*\/\s*(\d+)/.exec(output) ?? [];
  if (all === undefined) return failed("as-pect reported no counts");
  total.passed += Number(passed);
  total.failed += Number(all) - Number(passed);
  if (code !== 0 && passed === all) failed("as-pect");
}

async function vitest() {
  mkdirSync(join(root, "build"), { recursive: true });
  rmSync(results, { force: true });
  const { code } = await run("vitest", bin("vitest"), [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${results}`,
  ]);
  if (!existsSync(results)) return failed("vitest reported no counts");
  const report = JSON.parse(readFileSync(results, "utf8"));
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests;
  if (code !== 0 && report.numFailedTests === 0) failed("vitest: a test file did not load");
  for (const { name, assertionResults } of report.testResults) {
    const skipped = assertionResults.filter(({ status }) => status !== "passed" && status !== "failed");
    if (skipped.length === 0) continue;
    const remark = `${skipped.length} skipped in ${relative(root, name)}, first: ${skipped[0].fullName}`;
    if (inCi) failed(remark);
    else remarks.push(remark);
  }
}

if (!existsSync(join(root, "..", "shared", "traces"))) {
  const remark = "no recorded traces at ../shared/traces: nothing was tested against real recordings";
  if (inCi) failed(remark);
  else remarks.push(remark);
}
await check("biome: format and lint", bin("biome"), ["check", "."]);
await check("tsc: types of host and tests", bin("tsc"), ["-p", "test/tsconfig.json", "--noEmit"]);
await asPect();
await check("budget of the firmware module", process.execPath, ["build/host/cli/main.js", "budget"]);
const boards = await check("boards: every port that can be built", process.execPath, ["boards/build.mjs"]);
remarks.push(...boards.split("\n").filter((line) => line.includes("NOT BUILT")));
await vitest();

process.stdout.write(`\n${remarks.map((remark) => `${remark}\n`).join("")}`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
