import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Compiles one AssemblyScript file as the release build is compiled, with the file's exports as the module's.
 * @param changed texts in place of files, and of files that are not there, by their path from the root
 */
export async function compileAssembly(
  entry: string,
  changed: ReadonlyMap<string, string> = new Map(),
): Promise<Uint8Array<ArrayBuffer>> {
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  const options = ["--config", "asconfig.json", "--target", "release", "--outFile", "out.wasm"];
  const { error, stderr } = await asc.main([entry, ...options, "--baseDir", ROOT], {
    readFile: (name, base) => changed.get(name) ?? readFile(`${base}/${name}`, "utf8").catch(() => null),
    writeFile: (name, contents) => {
      if (name.endsWith("out.wasm")) wasm = new Uint8Array(contents as Uint8Array);
    },
  });
  if (error || !wasm) throw new Error(`${entry} does not compile: ${stderr}`);
  return wasm;
}
