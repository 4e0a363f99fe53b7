import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll } from "vitest";

export interface Port {
  readonly path: string;
  /** Pulls the plug. */
  unplug(): Promise<void>;
}

/** Serial ports with a command at the other end; the suite's last act unplugs them. Needs the C compiler boards need. */
export function serialPorts(): (command: string, ...args: string[]) => Promise<Port> {
  const directory = mkdtemp(join(tmpdir(), "betaguard-pty-"));
  const children: ChildProcess[] = [];
  const unplug = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const helper = directory.then(async (path) => {
    const source = fileURLToPath(new URL("pty.c", import.meta.url));
    await promisify(execFile)("cc", ["-Wall", "-Wextra", "-Werror", source, "-o", join(path, "pty")]);
    return join(path, "pty");
  });
  afterAll(async () => {
    await Promise.all(children.map(unplug));
    await rm(await directory, { recursive: true });
  });
  return async (command, ...args) => {
    const child = spawn(await helper, [command, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    children.push(child);
    const [line] = await once(child.stderr, "data");
    return { path: String(line).trim().split("\n")[0] as string, unplug: () => unplug(child) };
  };
}
