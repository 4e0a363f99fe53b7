/**
 * Parameters of a profile from traces. The model that is fitted is the firmware module itself, replayed over each
 * trace; the fit says what the traces determine, how well, and what they leave open.
 */
import { BetaguardError } from "../errors.js";
import type { Profile } from "../profiles/profile.js";
import { generator } from "../random.js";
import { type FirmwareModule, loadModule } from "../replay/module.js";
import { requireOptions } from "../replay/replay.js";
import type { ParameterName } from "../schema/parameters.js";
import type { Trace } from "../trace/types.js";
import { latinHypercube } from "../validate/morris.js";
import { type Datum, Fit, observationsOf, residualsOf } from "./fit.js";
import { type Combination, openParameters } from "./identify.js";
import type { Minimum } from "./leastSquares.js";
import { type Channel, channelUnit, type Observation, observe } from "./observe.js";
import { type FitParameter, type FitRequest, fitParameters, shareOf } from "./parameters.js";
import { type CellConditions, Predictor } from "./predict.js";
import type { CalibrationResult, ChannelCurves, ChannelFit, FitStatus, OpenCombination } from "./types.js";

export interface CalibrationOptions extends CellConditions {
  readonly fit: readonly FitRequest[];
  /** Descents: one from the profile's values, the others from the best points of a Latin hypercube; default 8. */
  readonly starts?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /**
   * What is fitted where it was recorded; default: pressure, and the voltage of symmetric cells or the voltage's steps
   * of others.
   */
  readonly channels?: readonly Channel[] | undefined;
  /** Time after an edge of the current whose voltage is left out; default 32 steps. */
  readonly settle_s?: number | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

const DEFAULT_STARTS = 8;
const DEFAULT_SEED = 1;
/** Points looked at for every one that is descended from. */
const SCREENED = 8;
/** Share of the progress that the descents take, and of the iterations after which most of one is done. */
const DESCENTS_SHARE = 0.8;
const MOST_DONE = 8;
/** Terms of a combination smaller than this are left out of it. */
const LEAST_TERM = 0.05;

/**
 * Fits `options.fit` to the traces of `train` and holds the result against those of `validate`.
 * @throws E_FIT_… for what cannot be fitted, E_TRACE_WINDOW, E_MODULE_…, E_AREA, E_DT, E_TEMPERATURE, E_PRESSURE, E_OPTION
 */
export function calibrate(
  train: readonly Trace[],
  profile: Profile,
  options: CalibrationOptions,
  validate: readonly Trace[] = [],
  module: FirmwareModule = loadModule(),
): CalibrationResult {
  const { starts = DEFAULT_STARTS, seed = DEFAULT_SEED, onProgress } = options;
  requireCount("--starts", starts, 1);
  requireCount("--seed", seed, 0);
  requireOptions(options);
  const parameters = fitParameters(options.fit, profile);
  const data = gather(train, profile, options, parameters, module);
  const checks = gather(validate, profile, options, parameters, module);
  requireRows(data, parameters.length);

  const fit = new Fit(data, profile, parameters);
  const points = startPoints(fit, parameters, starts, seed);
  const ends = points.map((point, n) =>
    fit.descend(point, (done) =>
      onProgress?.((DESCENTS_SHARE * (n + 1 - Math.exp(-done / MOST_DONE))) / starts),
    ),
  );
  fit.settle(ends.reduce((best: Minimum, end) => (end.cost < best.cost ? end : best)));
  onProgress?.(DESCENTS_SHARE);

  const wereFree = leftOpen(fit, parameters);
  fit.holdUndetermined();
  const left = parameters.some(({ name }) => fit.isHeld(name))
    ? points.map((point) => fit.descend(fit.freePart(point)))
    : ends;
  const agreeing = fit.asGood(left.map(({ point }) => point));
  const ambiguous = fit.disputed(agreeing);
  for (const name of ambiguous) fit.hold(name);
  fit.holdUndetermined();
  onProgress?.(0.95);

  const values = fit.values();
  // Far along a ridge less may look open than at its end, or more.
  const asked = new Fit(data, profile, parameters);
  asked.stayAt(values, fit.noise);
  const atEnd = leftOpen(asked, parameters);
  const { errors, open } = atEnd.open.length < wereFree.open.length ? wereFree : atEnd;
  const estimates = fit.estimates();
  const givens = fit.givens();
  const statusOf = (name: ParameterName): FitStatus => {
    if (fit.limits.has(name)) return "limited";
    if (fit.isHeld(name)) return ambiguous.includes(name) ? "ambiguous" : "unidentifiable";
    if (estimates.get(name)?.bound) return "atBound";
    return givens.has(name) ? "conditional" : "identified";
  };
  const { fits, curves } = judge(data, checks, profile.values, values);
  onProgress?.(1);
  return {
    calibration: {
      profile: profile.id,
      profileHash: profile.hash,
      moduleSha256: module.sha256,
      seed,
      starts,
      agreeing: agreeing.length,
      area_cm2: options.area_cm2,
      dt_s: (data[0] as Datum).predictor.dt_s,
      parameters: parameters.map(({ name, unit, low, high, start }) => ({
        name,
        unit,
        low,
        high,
        start,
        status: statusOf(name),
        value: values[name],
        ...estimates.get(name),
        ...(fit.limits.has(name) && { limit: fit.limits.get(name) }),
        ...(givens.has(name) && { given: givens.get(name) as ParameterName[] }),
      })),
      covariance: fit.covariance(),
      combinationErrors: errors,
      open,
      noise: fit.noise,
      fits,
      notes: [
        ...(starts > 1 && agreeing.length < 2
          ? [`${agreeing.length} of ${starts} descents found the best fit: try more with --starts`]
          : []),
      ],
    },
    curves,
  };
}

function requireCount(flag: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new BetaguardError("E_OPTION", `expected a whole number from ${least} after ${flag}, found ${value}`);
}

function requireRows(data: readonly Datum[], parameters: number): void {
  const rows = observationsOf(data).reduce((sum, { measured }) => sum + measured.length, 0);
  if (rows > parameters) return;
  throw new BetaguardError(
    "E_FIT_TOO_FEW_ROWS",
    `expected more rows of data than the ${parameters} parameters to fit, found ${rows}; add traces or fit fewer`,
  );
}

function gather(
  traces: readonly Trace[],
  profile: Profile,
  options: CalibrationOptions,
  parameters: readonly FitParameter[],
  module: FirmwareModule,
): Datum[] {
  const symmetric = options.cellKind
    ? options.cellKind === "symmetric"
    : profile.values.cell_metalInterfaces === 2;
  const wanted = options.channels ?? [symmetric ? "voltage" : "steps", "pressure"];
  const fitsFixture = parameters.some(({ name }) => name === "fixture_pressure_MPa");
  return traces.map((trace) => {
    const predictor = new Predictor(module, trace, options, fitsFixture);
    return { trace, predictor, observed: observe(trace, predictor, wanted, options.settle_s) };
  });
}

/** The profile's values, and the best points of a Latin hypercube over the bounds. */
function startPoints(
  fit: Fit,
  parameters: readonly FitParameter[],
  starts: number,
  seed: number,
): Float64Array[] {
  const own = Float64Array.from(parameters, (parameter) => shareOf(parameter, parameter.start));
  const drawn = latinHypercube(SCREENED * (starts - 1), parameters.length, generator(seed))
    .map((point) => ({ point, cost: fit.costAt(point) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ point }) => point);
  return [own, ...drawn.slice(0, starts - 1)];
}

/** Where a fit of all parameters is: how well their combinations are known, and what is left open, by name. */
function leftOpen(
  fit: Fit,
  parameters: readonly FitParameter[],
): { errors: (number | null)[]; open: OpenCombination[] } {
  const combined = fit.identify();
  const open = openParameters(combined);
  return {
    errors: combined.map(({ standardError }) => (Number.isFinite(standardError) ? standardError : null)),
    open:
      open.length === 0
        ? []
        : describe(
            fit.identifyAmong(open),
            open.map((k) => parameters[k] as FitParameter),
          ),
  };
}

/** Combinations of the open parameters by name. */
function describe(found: readonly Combination[], own: readonly FitParameter[]): OpenCombination[] {
  const logarithmic = own.every((parameter) => parameter.logarithmic);
  /** Logarithm, or share of the bounds, per width. */
  const widths = own.map(({ low, high, width }) => (logarithmic ? width * Math.log(high / low) : width));
  return found.map(({ determined, direction }) => {
    // A determined direction reads off a function of the parameters, an undetermined one moves them.
    const weights = direction.map((part, n) =>
      determined ? part / (widths[n] as number) : part * (widths[n] as number),
    );
    const largest = weights.reduce((most, weight) => (Math.abs(weight) > Math.abs(most) ? weight : most), 0);
    return {
      determined,
      logarithmic,
      terms: weights.flatMap((weight, n) => {
        const share = weight / largest;
        return Math.abs(share) < LEAST_TERM ? [] : [{ name: (own[n] as FitParameter).name, weight: share }];
      }),
    };
  });
}

/** Every channel of every trace, before and after. */
function judge(
  train: readonly Datum[],
  checks: readonly Datum[],
  before: Profile["values"],
  after: Profile["values"],
): { fits: ChannelFit[]; curves: ChannelCurves[] } {
  const all = [...train, ...checks];
  const left = { before: residualsOf(all, before), after: residualsOf(all, after) };
  const found = all.flatMap((datum, n) =>
    datum.observed.observations.map((observation) => ({
      observation,
      datum,
      role: n < train.length ? ("train" as const) : ("validate" as const),
    })),
  );
  return {
    fits: found.map(({ observation, datum, role }, n) => ({
      trace: datum.trace.path,
      sha256: datum.trace.sha256,
      role,
      channel: observation.channel,
      unit: channelUnit[observation.channel],
      rows: observation.measured.length,
      dropped: datum.observed.dropped,
      rmsBefore: rms(left.before[n] as Float64Array),
      rmsAfter: rms(left.after[n] as Float64Array),
    })),
    curves: found.map(({ observation }, n) => ({
      time_s: observation.time_s,
      measured: observation.measured,
      before: predictionOf(observation, left.before[n] as Float64Array),
      after: predictionOf(observation, left.after[n] as Float64Array),
    })),
  };
}

const predictionOf = ({ measured }: Observation, residuals: Float64Array): Float64Array =>
  measured.map((value, n) => value - (residuals[n] as number));

const rms = (residuals: Float64Array): number =>
  Math.sqrt(residuals.reduce((sum, r) => sum + r * r, 0) / residuals.length);
