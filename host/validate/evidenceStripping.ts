/** E1, E2, E3, E6, E11: what stripping a metal or an alloy may ask of its vacancies. */
import { atLeast, between, type EvidenceCase, near, TOLERANCE, unit } from "./checks.js";
import { bisect, type Overrides, type Rig, type ScenarioCell } from "./scenario.js";

const opensVoids = (cell: ScenarioCell): boolean => cell.get("void_um") > 1e-3;

/** Stripping current at which voids nucleate within `hours` on a fresh interface, by bisection. */
function criticalStripping(
  rig: Rig,
  profile: string,
  parameters: Overrides,
  [low, high]: readonly [number, number],
  hours = 6,
): number {
  return bisect(low, high, (current) =>
    rig.cell({ profile, dt_s: 10, parameters }, (cell) => {
      cell.run({ current_mA_cm2: -current, hours, until: opensVoids });
      return opensVoids(cell);
    }),
  );
}

/** E1's alloy slab alone: flat, no vacancies of its own, no creep. */
const SLAB_ONLY: Overrides = {
  strip_areaFactor: 1,
  vacancy_currentLimit_mA_cm2: 1e-6,
  creep_currentLimit_mA_cm2: 0,
};
const SLAB_LITHIUM_mAh_cm2 = 69.6e-3 * 25e-4 * (96485.332 / 3.6);

export const e1: EvidenceCase = {
  id: "E1",
  title: "Li₀.₉Mg₀.₁ slab stripped until its face is exhausted",
  conditions: "25 °C, 25 µm, D 3.0e-11 cm²/s, flat interface; 10 and 100 µA/cm²",
  grade: "B",
  source: "Krauskopf, AEM 2019; times derived",
  profile: "li-mg",
  run(rig) {
    const checks = [
      { current: 0.01, published_s: 1.0305e6, used: 0.614, ofBeta: 0.937 },
      { current: 0.1, published_s: 4.546e4, used: 0.271, ofBeta: 0.413 },
    ].flatMap(({ current, published_s, used, ofBeta }) => {
      const hours = rig.cell({ profile: "li-mg", dt_s: 10, parameters: SLAB_ONLY }, (cell) =>
        cell.run({
          current_mA_cm2: -current,
          hours: 400,
          until: () => cell.get("supersaturation") >= 1,
        }),
      );
      const share = (current * hours) / SLAB_LITHIUM_mAh_cm2;
      const at = `${1000 * current} µA/cm²`;
      return [
        near(`${at}: time to exhaustion`, published_s, hours * 3600, 0.02, unit("s")),
        near(`${at}: Li used of all`, 100 * used, 100 * share, 0.02, unit("%")),
        near(`${at}: Li used of the β-phase`, 100 * ofBeta, (100 * share) / (1 - 24 / 69.6), 0.02, unit("%")),
      ];
    });
    return { checks };
  },
};

export const e2: EvidenceCase = {
  id: "E2",
  title: "Chemical diffusivity of that alloy against temperature",
  conditions: "0, 50, 80, 100 °C; D = slab rate × L²",
  grade: "B",
  source: "Krauskopf, AEM 2019",
  profile: "li-mg",
  run(rig) {
    const published = [
      [0, 3.9e-12],
      [50, 1.7e-10],
      [80, 9.5e-10],
      [100, 2.6e-9],
    ] as const;
    const ours = published.map(([temperature_degC]) =>
      rig.cell({ profile: "li-mg", temperature_degC }, (cell) => cell.get("slabRate_per_s") * 25e-4 ** 2),
    );
    return {
      checks: published.map(([temperature, expected], i) =>
        near(`D at ${temperature} °C`, expected, ours[i] as number, TOLERANCE.B, unit("cm²/s")),
      ),
    };
  },
};

export const e3: EvidenceCase = {
  id: "E3",
  title: "Critical currents of Li on Li₆PS₅Cl",
  conditions: "25 °C; least stripping current that opens voids within 6 h, by bisection",
  grade: "B",
  source: "Kasemchainan, Nat. Mater. 2019",
  profile: "li-bare-argyrodite",
  run(rig) {
    const stripping = (pressure: number) =>
      criticalStripping(rig, "li-bare-argyrodite", { fixture_pressure_MPa: pressure }, [0.02, 5]);
    const published = [
      [3, 0.2],
      [7, 1.0],
    ] as const;
    const plating = published.map(([pressure]) =>
      rig.cell({ profile: "li-bare-argyrodite", parameters: { fixture_pressure_MPa: pressure } }, (cell) =>
        cell.get("chargeLimitContinuous_mA_cm2"),
      ),
    );
    return {
      checks: [
        ...published.map(([pressure, expected]) =>
          near(`stripping at ${pressure} MPa`, expected, stripping(pressure), TOLERANCE.B, unit("mA/cm²")),
        ),
        ...published.map(([pressure], i) =>
          near(
            `charge limit at ${pressure} MPa = critical plating current`,
            2,
            plating[i] as number,
            TOLERANCE.B,
            unit("mA/cm²"),
          ),
        ),
      ],
      plots: [
        {
          id: "e3-critical-stripping",
          title: "E3: critical stripping current, Li on Li₆PS₅Cl",
          x: "stack pressure / MPa",
          y: "critical stripping current / mA/cm²",
          series: [
            { name: "published", points: published },
            { name: "module", points: [3, 4, 5, 6, 7].map((pressure) => [pressure, stripping(pressure)]) },
          ],
        },
      ],
    };
  },
};

export const e6: EvidenceCase = {
  id: "E6",
  title: "Pressure a stripping current needs, Na on β″-alumina",
  conditions: "25 °C; least pressure without voids, by bisection",
  grade: "A",
  source: "Oxford record; arXiv:2603.23340",
  profile: "na-bare",
  run(rig) {
    const currents = [0.5, 1, 1.5, 2, 2.5];
    const needed = currents.map((current) =>
      bisect(0.1, 30, (pressure) =>
        rig.cell({ profile: "na-bare", dt_s: 10, parameters: { fixture_pressure_MPa: pressure } }, (cell) => {
          cell.run({ current_mA_cm2: -current, hours: 3, until: opensVoids });
          return !opensVoids(cell);
        }),
      ),
    );
    const points = currents.map((current, i) => [current, needed[i] as number] as const);
    const limit = (temperature_degC: number) =>
      rig.cell({ profile: "na-bare", temperature_degC }, (cell) => cell.get("sustained_mA_cm2"));
    const activation_eV = Math.log(limit(60) / limit(25)) / (11604.5 * (1 / 298.15 - 1 / 333.15));
    return {
      checks: [
        atLeast("pressure at 2.5 mA/cm²", 9, needed.at(-1) as number, unit("MPa")),
        atLeast("linear in current: R²", 0.99, correlation(points) ** 2),
        between("activation energy of the vacancy limit", 0.13, 0.15, activation_eV, unit("eV")),
      ],
      plots: [
        {
          id: "e6-sodium",
          title: "E6: pressure that keeps Na on β″-alumina free of voids",
          x: "stripping current / mA/cm²",
          y: "pressure needed / MPa",
          series: [
            { name: "published (lower bound)", points: [[2.5, 9]] },
            { name: "module", points },
          ],
        },
      ],
    };
  },
};

function correlation(points: readonly (readonly [number, number])[]): number {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const sum = (term: (dx: number, dy: number) => number) =>
    points.reduce((total, [px, py]) => total + term(px - x, py - y), 0);
  return sum((dx, dy) => dx * dy) / Math.sqrt(sum((dx) => dx * dx) * sum((_, dy) => dy * dy));
}

export const e11: EvidenceCase = {
  id: "E11",
  title: "Stripping onset of Li on LLZO",
  conditions: "25 °C; least stripping current that opens voids within 6 h, by bisection",
  grade: "A",
  source: "Wang, Joule 2019",
  profile: "li-bare-garnet",
  run(rig) {
    const onset = (pressure: number) =>
      criticalStripping(rig, "li-bare-garnet", { fixture_pressure_MPa: pressure }, [0.02, 3]);
    return {
      checks: [
        near("without stack pressure", 0.1, onset(0), TOLERANCE.A, unit("mA/cm²")),
        near("at 2 MPa", 0.4, onset(2), TOLERANCE.A, unit("mA/cm²")),
      ],
    };
  },
};
