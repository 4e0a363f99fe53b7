/** `betaguard flash`: the firmware of a port onto its board. */
import type { Command } from "commander";
import { commandLine, planFlash, runFlash } from "../flash/flash.js";
import { DEFAULT_PROBE, flashPorts } from "../flash/ports.js";
import { print, printJson } from "./output.js";

interface FlashFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly serial?: string;
  readonly probe?: string;
}

export const withFlash = (command: Command): Command =>
  command
    .description("write a port's firmware to its board, after checking that it holds the module in build/")
    .argument("<port>", flashPorts.map(({ name }) => name).join(", "))
    .option("--dry-run", "check everything and say what would be run")
    .option("--serial <path>", "serial port of an ESP32-class board (default: its tool looks for one)")
    .option(
      "--probe <name>",
      `debug probe of an STM32, as OpenOCD's interface/<name>.cfg (default: ${DEFAULT_PROBE})`,
    )
    .option("--json", "print as JSON; what the tools print goes to standard error")
    .addHelpText(
      "after",
      `
openocd or st-flash writes an STM32; idf.py or esptool an ESP32-class board: the first of them that is installed.

Examples:
  betaguard flash stm32f405 --dry-run
  betaguard flash stm32f405 --probe cmsis-dap
  betaguard flash esp32c3 --serial /dev/ttyACM0`,
    )
    .action((port: string, { dryRun = false, json = false, ...options }: FlashFlags) => {
      const plan = planFlash(port, options);
      if (!json) {
        print(`${port}: ${plan.image}\nmodule ${plan.moduleSha256}, the one in build/`);
        print(`${dryRun ? "would run" : "runs"}, in ${plan.directory}:`);
        for (const step of plan.commands) print(`  ${commandLine(step)}`);
      }
      if (!dryRun) runFlash(plan);
      if (json) printJson({ ...plan, flashed: !dryRun });
      else if (!dryRun) print(`${port}: flashed`);
    });
