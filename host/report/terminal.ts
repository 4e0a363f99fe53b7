/** The verdict on one trace as a block of text for a terminal. */
import type { ReplayVerdict, Violation } from "../replay/types.js";
import type { ReasonName } from "../schema/codes.js";
import { formatClock, formatCount, formatDuration, formatNumber, plural } from "./format.js";
import { describeReason, reasonLabel } from "./reasons.js";
import { summarise } from "./verdict.js";

export { describeReason };

const VIOLATIONS_SHOWN = 10;
const BAR_CELLS = 24;

export interface TerminalOptions {
  /** Default: standard output is a terminal and `NO_COLOR` is unset or empty. */
  readonly color?: boolean;
}

/** What comes from a file, its name too, may hold escape sequences; none reaches the terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, "\ufffd");

/** `share` of a bar in eighths of a character, padded to its full width. */
function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS * 8);
  const rest = " ▏▎▍▌▋▊▉"[eighths % 8] as string;
  return `${"█".repeat(eighths >> 3)}${rest.trim()}`.padEnd(BAR_CELLS);
}

/** Rows of cells padded to the widest of their column; columns named in `right` are aligned to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths?.[column] ?? 0;
        return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}

/** `platingSe 82 %, none 18 %`, largest first. */
function bindingShares(binding_s: Partial<Record<ReasonName, number>>): string {
  const entries = Object.entries(binding_s) as [ReasonName, number][];
  const total = entries.reduce((sum, [, seconds]) => sum + seconds, 0);
  return entries
    .filter(([, seconds]) => seconds > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, seconds]) => `${reasonLabel(reason)} ${formatNumber((100 * seconds) / total, 2)} %`)
    .join(", ");
}

/**
 * Several lines, without a final newline: what was replayed, whether a limit was broken, charge, where the metal is,
 * the worst of every risk with its unit, what limited, the first violations and the replay's notes.
 */
export function formatVerdict(verdict: ReplayVerdict, options: TerminalOptions = {}): string {
  const color = options.color ?? (process.stdout.isTTY === true && !process.env.NO_COLOR);
  const paint = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [bold, dim, red, green, yellow] = [paint(1), paint(2), paint(31), paint(32), paint(33)];

  const { violations, worst, sites } = verdict;
  const summary = summarise(verdict);
  const metal = sites.se + sites.pore + sites.cc;
  const mark = { ok: green("✔"), warning: yellow("!"), broken: red("✘") }[summary.level];
  const siteRows = (
    [
      ["electrolyte", sites.se, red],
      ["pores", sites.pore, yellow],
      ["collector", sites.cc, green],
    ] as const
  ).map(([name, charge, tint]) => {
    const share = metal > 0 ? charge / metal : 0;
    const text = `${name.padEnd(11)}  ${formatNumber(charge, 3).padStart(6)} mAh/cm²`;
    return `    ${text}  ${tint(bar(share))} ${formatNumber(100 * share, 3).padStart(5)} %`;
  });
  const violationRow = ({ from_s, to_s, kind, reason, excess_mA_cm2, cell }: Violation) => [
    formatClock(from_s),
    formatDuration(to_s - from_s),
    verdict.cells > 1 ? `cell ${cell}` : "",
    kind,
    `+${formatNumber(excess_mA_cm2, 3)} mA/cm²`,
    reason,
    describeReason(reason),
  ];
  const rest = violations.length - VIOLATIONS_SHOWN;

  return [
    `${bold(printable(verdict.trace))}  ${dim(`${printable(verdict.format)}, ${plural(verdict.rows, "row")}`)}`,
    `  ${mark} ${bold(summary.headline)}`,
    ...summary.findings.map((finding) => `    ${finding}`),
    dim(
      `  ${plural(verdict.steps, "step")} of ${formatNumber(verdict.dt_s)} s, ${plural(verdict.cells, "cell")}, profile ${printable(verdict.profile)} on ${printable(verdict.target)}, ${formatCount(Math.round(verdict.stepsPerSecond))} steps/s`,
    ),
    `  charge ${formatNumber(verdict.charge_mAh_cm2)} mAh/cm²   discharge ${formatNumber(verdict.discharge_mAh_cm2)} mAh/cm²`,
    `  metal at the end: ${formatNumber(metal)} mAh/cm²`,
    ...siteRows,
    "  worst",
    ...table(
      [
        ["pore risk", formatNumber(worst.poreRisk, 3), "", "contact", formatNumber(worst.contact, 3), ""],
        ["void", formatNumber(worst.void_um, 3), "µm", "crack index", formatNumber(worst.crackIndex, 3), ""],
        [
          "stack pressure",
          formatNumber(worst.stackPressure_MPa, 3),
          "MPa",
          "pressure at electrolyte",
          formatNumber(worst.sePressure_MPa, 3),
          "MPa",
        ],
        ["creep intrusion", formatNumber(worst.intrusion, 3), "", "", "", ""],
      ],
      [1, 4],
    ).map((line) => `    ${line}`),
    `  charge limited by     ${bindingShares(verdict.binding_s.charge)}`,
    `  discharge limited by  ${bindingShares(verdict.binding_s.discharge)}`,
    ...(violations.length === 0 ? [] : ["  over the limit"]),
    ...table(violations.slice(0, VIOLATIONS_SHOWN).map(violationRow), [0, 1, 4]).map((line) => `    ${line}`),
    ...(rest > 0 ? [`    … and ${formatCount(rest)} more`] : []),
    ...verdict.notes.map((note) => dim(`  note: ${printable(note)}`)),
  ].join("\n");
}
