/** The errors of the reduced models judged, as a table and as plots: the worst drive of every quantity and profile. */
import { formatNumber } from "../report/format.js";
import type { Check, Plot } from "./checks.js";
import type { ReducedError } from "./reduced.js";

/** What is plotted of each model. */
const PLOTTED = {
  vacancy: "vacancy surface concentration",
  stress: "β-phase pressure at the electrolyte",
  plating: "share of the metal at the collector",
} as const satisfies Record<ReducedError["model"], string>;
const AXES: Record<ReducedError["model"], string> = {
  vacancy: "supersaturation of vacancies",
  stress: "pressure / MPa",
  plating: "share of the metal / %",
};

/** Errors known to be too large, by model, quantity and profile, and why. Only what is not listed is claimed. */
const KNOWN: readonly {
  readonly model: ReducedError["model"];
  readonly quantity?: string;
  readonly profile: string;
  readonly reason: string;
}[] = [
  {
    model: "plating",
    quantity: "overpotential",
    profile: "li-agc-argyrodite",
    reason:
      "in the reference pores fill from the electrolyte on, and empty so, and the ions' way to the rest grows; the module's pores are one store with one way, so that its overpotential lags while they are nearly full or nearly empty",
  },
  {
    model: "stress",
    quantity: PLOTTED.stress,
    profile: "li-agc-argyrodite",
    reason: "the first metal at the electrolyte comes seconds earlier or later; the steady pressure agrees",
  },
  ...["li-bare-argyrodite", "na-bare", "li-mg"].map((profile) => ({
    model: "stress" as const,
    quantity: PLOTTED.stress,
    profile,
    reason: "first seconds after the current changes; the steady pressure agrees",
  })),
  {
    model: "vacancy",
    quantity: PLOTTED.vacancy,
    profile: "li-bare-argyrodite",
    reason:
      "a drive that stays far below the limit: 0.3 % of what nucleates, just past 2 % of what the drive spans",
  },
  {
    model: "vacancy",
    quantity: PLOTTED.vacancy,
    profile: "li-mg",
    reason: "drives that stay far below the limit: 0.4 and 0.9 % of what nucleates",
  },
  {
    model: "vacancy",
    quantity: "contact",
    profile: "li-mg",
    reason: "voids nucleate up to 0.7 % of the time off, and once they grow contact collapses within that",
  },
];

export interface JudgedError extends Omit<ReducedError, "series"> {
  readonly claimed: boolean;
  readonly reason?: string;
}

export function judgeError({ series: _, ...error }: ReducedError): JudgedError {
  const known = KNOWN.find(
    ({ model, quantity, profile }) =>
      model === error.model && profile === error.profile && (quantity ?? error.quantity) === error.quantity,
  );
  return known ? { ...error, claimed: false, reason: known.reason } : { ...error, claimed: true };
}

/** Error as a part of what is allowed: drives judged in different units compare by it. */
const relative = ({ error, limit }: { error: number; limit: number }): number => error / limit;

const groupBy = <T>(items: readonly T[], key: (item: T) => string): T[][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
};

const largest = <T extends { error: number; limit: number }>(group: readonly T[]): T =>
  group.reduce((most, one) => (relative(one) > relative(most) ? one : most));

/** One check per model, quantity and profile: its worst drive. */
export const reducedChecks = (errors: readonly JudgedError[]): (Check & { readonly drives: string })[] =>
  groupBy(errors, ({ model, quantity, profile }) => `${model} ${quantity} ${profile}`).map((group) => {
    const { model, quantity, profile, error, limit, unit, drive, claimed, reason } = largest(group);
    const passed = group.filter(({ pass }) => pass).length;
    return {
      name: `${model}, ${profile}: ${quantity}`,
      expected: `≤ ${formatNumber(limit, 3)} ${unit}`,
      got: `${formatNumber(error, 3)} ${unit} (${drive})`,
      tolerance: "bound",
      pass: passed === group.length,
      claimed,
      drives: `${passed} of ${group.length}`,
      ...(reason !== undefined && { reason }),
    };
  });

/** Both models along the drive that is worst for each model's leading quantity. */
export const reducedPlots = (errors: readonly ReducedError[]): Plot[] =>
  groupBy(
    errors.filter(({ model, quantity }) => PLOTTED[model] === quantity),
    ({ model }) => model,
  ).flatMap((group) => {
    const { model, quantity, profile, drive, series } = largest(group);
    if (!series) return [];
    const curve = (values: readonly number[]) =>
      values
        .map((value, k) => [(series.time_s[k] as number) / 3600, value] as const)
        // Metal too little to be shared out has no share.
        .filter(([, value]) => Number.isFinite(value));
    return [
      {
        id: `reduced-${model}`,
        title: `Worst drive, ${profile}: ${drive}`,
        x: "time / h",
        y: AXES[model],
        series: [
          { name: "reference", points: curve(series.full) },
          { name: `module: ${quantity}`, points: curve(series.reduced) },
        ],
      },
    ];
  });
