/** From a port's name to its firmware on the board: what would be run, after checking what it would write. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { BetaguardError } from "../errors.js";
import { packageFile } from "../root.js";
import {
  type Command,
  DEFAULT_PROBE,
  type FlashOptions,
  type FlashPort,
  flashPorts,
  unflashable,
} from "./ports.js";

export interface FlashPlan {
  readonly port: string;
  /** Absolute. */
  readonly image: string;
  /** Hex SHA-256 of the module in build/, which is the one in the image. */
  readonly moduleSha256: string;
  readonly tool: string;
  /** Run one after the other in `directory`. */
  readonly commands: readonly Command[];
  readonly directory: string;
}

export interface PlanOptions extends Partial<FlashOptions> {
  /** Where the package lies, and where programs are looked for; default: this one, PATH. */
  readonly root?: string;
  readonly searchPath?: string;
}

/**
 * @throws E_FLASH_PORT when the port is unknown or nothing to flash, E_FLASH_IMAGE when it has not been built,
 * E_FLASH_MODULE when its module is not the one in build/, E_FLASH_TOOL when no tool for it is installed, E_OPTION
 */
export function planFlash(name: string, options: PlanOptions = {}): FlashPlan {
  const { root = packageFile(), searchPath = process.env.PATH ?? "", serial, probe } = options;
  const port = flashPorts.find((candidate) => candidate.name === name);
  if (!port) throw unknownPort(name);
  for (const option of ["serial", "probe"] as const) {
    if (options[option] !== undefined && option !== port.option) {
      throw new BetaguardError(
        "E_OPTION",
        `${name}: expected no --${option}, which is for other ports; use --${port.option}`,
      );
    }
  }
  const image = join(root, port.image);
  if (!existsSync(image)) {
    throw new BetaguardError(
      "E_FLASH_IMAGE",
      `${name}: expected its firmware at ${image}; run: ${port.build}`,
    );
  }
  const flashOptions = { serial, probe: probe ?? DEFAULT_PROBE };
  return {
    port: name,
    image,
    moduleSha256: requireModule(root, image, port),
    ...chooseTool(port, flashOptions, root, searchPath),
  };
}

/**
 * Runs the plan's commands; what they print goes to standard error.
 * @throws E_FLASH_FAILED when one of them fails; the next ones are not run then
 */
export function runFlash({ port, commands, directory }: FlashPlan): void {
  for (const command of commands) {
    const [program, ...args] = command;
    const { status, signal, error } = spawnSync(program, args, { cwd: directory, stdio: ["inherit", 2, 2] });
    if (status === 0) continue;
    const found = error?.message ?? (signal ? `signal ${signal}` : `exit code ${status}`);
    throw new BetaguardError(
      "E_FLASH_FAILED",
      `${port}: expected ${commandLine(command)} to succeed, found ${found}; check cable, power and what the tool printed`,
    );
  }
}

/** As a shell takes it. */
export const commandLine = (command: Command): string =>
  command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`))
    .join(" ");

function unknownPort(name: string): BetaguardError {
  const instead = unflashable[name];
  return new BetaguardError(
    "E_FLASH_PORT",
    instead
      ? `${name} has nothing to flash: ${instead}`
      : `expected a port out of ${flashPorts.map((port) => port.name).join(", ")}, found ${JSON.stringify(name)}`,
  );
}

/** The build writes the hash of the module's bytes beside them, or in place of them when they were translated. */
function requireModule(root: string, image: string, { name, build }: FlashPort): string {
  const module = join(root, "build", "betaguard.wasm");
  if (!existsSync(module)) {
    throw new BetaguardError(
      "E_MODULE_MISSING",
      `expected the firmware module at ${module}; run: npm run build`,
    );
  }
  const hash = createHash("sha256").update(readFileSync(module)).digest();
  if (readFileSync(image).includes(hash)) return hash.toString("hex");
  throw new BetaguardError(
    "E_FLASH_MODULE",
    `${name}: expected the module ${hash.toString("hex")} of build/betaguard.wasm in ${image}, found another; run: ${build}`,
  );
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

function chooseTool(
  { name, tools, install }: FlashPort,
  options: FlashOptions,
  root: string,
  searchPath: string,
): Pick<FlashPlan, "tool" | "commands" | "directory"> {
  const find = (program: string) =>
    searchPath
      .split(delimiter)
      .map((directory) => join(directory, program))
      .find(isExecutable);
  for (const { programs, directory, commands } of tools) {
    const found = new Map(programs.map((program) => [program, find(program)]));
    const needed = commands(options);
    if (needed.length === 0 || [...found.values()].includes(undefined)) continue;
    return {
      tool: programs[0],
      commands: needed.map(([program, ...args]) => [found.get(program) as string, ...args]),
      directory: join(root, directory),
    };
  }
  const candidates = tools.map(({ programs }) => programs.join(" with ")).join(" or ");
  const preferred = tools[0]?.commands(options).map(commandLine).join(" && ");
  throw new BetaguardError(
    "E_FLASH_TOOL",
    `${name}: expected ${candidates} on PATH, found none; ${install}, and this will run: ${preferred}`,
  );
}
