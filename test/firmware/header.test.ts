/** boards/common/layout.h: its names reach what the module exports, and its records what the host writes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantiateSync } from "@assemblyscript/loader";
import { expect, test } from "vitest";
import { packageFile } from "../../host/root.js";
import { boardExports } from "../../host/schema/cHeader.js";
import { fieldOffsets } from "../../host/schema/field.js";
import { layoutHash } from "../../host/schema/layout.js";
import { cellOutputFields, packOutputFields } from "../../host/schema/records.js";
import { RELEASE } from "./support.js";

test("the module has every export a board calls, with as many arguments", () => {
  // The instance's own: the loader wraps them in functions of no fixed length.
  const { instance } = instantiateSync(readFileSync(RELEASE), {});
  const functions = instance.exports as Record<string, (...args: number[]) => number>;
  for (const { name, arguments: count } of boardExports) expect(functions[name]?.length, name).toBe(count);
});

test("C finds every output where the host does, and the same hash", () => {
  const records = { cell_output: cellOutputFields, pack_output: packOutputFields };
  const lines = Object.entries(records).flatMap(([record, fields]) =>
    fields.map(({ name }) => `printf("%zu\\n", offsetof(struct bg_${record}, ${name}));`),
  );
  const directory = mkdtempSync(join(tmpdir(), "betaguard-header-"));
  try {
    writeFileSync(
      join(directory, "offsets.c"),
      `#include "layout.h"\n#include <stddef.h>\n#include <stdio.h>\nint main(void) { printf("%d\\n", BG_LAYOUT_HASH); ${lines.join(" ")} }\n`,
    );
    const program = join(directory, "offsets");
    const flags = "-std=c11 -Wall -Wextra -Wpedantic -Werror".split(" ");
    execFileSync("gcc", [
      ...flags,
      `-I${packageFile("boards", "common")}`,
      join(directory, "offsets.c"),
      "-o",
      program,
    ]);
    const [hash, ...offsets] = execFileSync(program, { encoding: "utf8" }).trim().split("\n").map(Number);
    expect(hash).toBe(layoutHash);
    expect(offsets).toEqual(Object.values(records).flatMap((fields) => Object.values(fieldOffsets(fields))));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
