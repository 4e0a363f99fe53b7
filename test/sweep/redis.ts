/** A Redis of the test's own, on a port of its own, with its data in a folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

const there = (process.env.PATH ?? "")
  .split(delimiter)
  .some((directory) => existsSync(join(directory, "redis-server")));
if (!there && process.env.CI)
  throw new Error("expected redis-server on the PATH; apt-get install redis-server");
if (!there) process.stderr.write("skipped: no redis-server; apt-get install redis-server\n");

/** For describe.skipIf; never in CI. */
export const noRedis = !there;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves when it takes commands. Started again on the same folder, it has its data again. */
export async function startRedis(port: number, directory: string): Promise<ChildProcess> {
  mkdirSync(directory, { recursive: true });
  const child = spawn(
    "redis-server",
    ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", directory, "--appendonly", "yes", "--save", ""],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let log = "";
  for await (const chunk of child.stdout) {
    log += chunk;
    if (log.includes("Ready to accept connections")) break;
  }
  if (!log.includes("Ready")) throw new Error(`redis-server did not start: ${log}`);
  return child;
}
