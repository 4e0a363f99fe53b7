/** E4, E5, E10: what stack pressure does to contact and electrolyte, and what charge does to stack pressure. */
import { atLeast, between, type EvidenceCase, holds, near, TOLERANCE, unit } from "./checks.js";
import type { Rig, ScenarioCell } from "./scenario.js";

/** Hours until a cycled cell shorts by creep intrusion; infinite when it does not. */
function timeToShort_h(rig: Rig, pressure_MPa: number, current_mA_cm2: number, most_h: number): number {
  return rig.cell(
    { profile: "li-bare-argyrodite", dt_s: 10, parameters: { fixture_pressure_MPa: pressure_MPa } },
    (cell) => {
      const shorted = () => cell.get("intrusion") >= 1;
      for (let direction = 1; cell.hours < most_h && !shorted(); direction = -direction) {
        cell.run({ current_mA_cm2: direction * current_mA_cm2, hours: 1, until: shorted });
      }
      return shorted() ? cell.hours : Number.POSITIVE_INFINITY;
    },
  );
}

/** Symmetric disc of 1.27 cm²: two interfaces and the electrolyte. */
const discResistance_ohm = (cell: ScenarioCell): number =>
  (2 * cell.get("interfaceResistance_ohm_cm2") + cell.get("seriesResistance_ohm_cm2")) / 1.27;

export const e4: EvidenceCase = {
  id: "E4",
  title: "Creep short of Li|Li₆PS₅Cl|Li against stack pressure",
  conditions: "25 °C, 75 µA/cm², 1 h/1 h",
  grade: "B, n = 1",
  source: "Doux, AEM 2020; the published fit itself holds ± 35 %",
  profile: "li-bare-argyrodite",
  run(rig) {
    const published = [
      [10, 474],
      [15, 272],
      [20, 190],
      [25, 48],
    ] as const;
    const ours = published.map(([pressure]) => timeToShort_h(rig, pressure, 0.075, 1000));
    const never = (hours: number) =>
      Number.isFinite(hours) ? `short at ${hours.toFixed(0)} h` : "none in 1000 h";
    const at5 = timeToShort_h(rig, 5, 0.075, 1000);
    const control = timeToShort_h(rig, 25, 0, 1000);
    const pressed = timeToShort_h(rig, 75, 0, 10);
    return {
      checks: [
        ...published.map(([pressure, expected], i) =>
          near(`time to short at ${pressure} MPa`, expected, ours[i] as number, TOLERANCE.n1, unit("h")),
        ),
        holds("5 MPa", "no short in 1000 h", never(at5), !Number.isFinite(at5)),
        holds("25 MPa without current", "no short", never(control), !Number.isFinite(control)),
        holds(
          "75 MPa before any current",
          "short",
          Number.isFinite(pressed) ? "short" : "no short",
          Number.isFinite(pressed),
          {
            notClaimed:
              "intrusion is modelled only while current flows; squeezing metal through the pellet at assembly is far above any pressure the firmware may set",
          },
        ),
      ],
      plots: [
        {
          id: "e4-time-to-short",
          title: "E4: time to short by creep, 75 µA/cm²",
          x: "stack pressure / MPa",
          y: "time to short / h",
          logY: true,
          series: [
            { name: "published, n = 1", points: published },
            { name: "module", points: published.map(([pressure], i) => [pressure, ours[i] as number]) },
          ],
        },
      ],
    };
  },
};

export const e5: EvidenceCase = {
  id: "E5",
  title: "Impedance of the same cell while the pressure rises, and after its release",
  conditions:
    "25 °C, 1.27 cm² disc, contact lost before; held at each pressure until it is still; interphase growth off",
  grade: "B",
  source: "Doux, AEM 2020",
  profile: "li-bare-argyrodite",
  run(rig) {
    const published = [
      [5, 110],
      [10, 50],
      [15, 40],
      [20, 35],
      [25, 32],
    ] as const;
    return rig.cell(
      {
        profile: "li-bare-argyrodite",
        dt_s: 10,
        parameters: {
          contact_initial: 0.01,
          fixture_pressure_MPa: 1,
          // The publication's readings take minutes each; the model's holds take days, which would age the interphase.
          interphase_growth_ohm_cm2_sqrth: 0,
        },
      },
      (cell) => {
        const hold = (fixturePressure_MPa: number) => {
          const rate = () => 6 / Math.max(cell.get("healRate_per_s") * 3600, 1e-6);
          cell.run({ current_mA_cm2: 0, hours: 0.2, fixturePressure_MPa });
          cell.run({ current_mA_cm2: 0, hours: Math.min(rate(), 200) });
          return discResistance_ohm(cell);
        };
        const first = hold(1);
        const rising = published.map(([pressure]) => hold(pressure));
        const released = hold(5);
        const at5 = rising[0] as number;
        const at25 = rising.at(-1) as number;
        const kept = (at5 - released) / (at5 - at25);
        return {
          checks: [
            atLeast("R at 1 MPa", 500, first, unit("Ω")),
            ...published.map(([pressure, expected], i) =>
              near(`R at ${pressure} MPa`, expected, rising[i] as number, TOLERANCE.B, unit("Ω")),
            ),
            atLeast("part of the gain kept on release, 25 → 5 MPa", 50, 100 * kept, unit("%")),
          ],
          plots: [
            {
              id: "e5-contact",
              title: "E5: resistance of a 1.27 cm² disc, pressure rising, then released to 5 MPa",
              x: "stack pressure / MPa",
              y: "resistance / Ω",
              logY: true,
              series: [
                { name: "published", points: published },
                {
                  name: "module",
                  points: [
                    ...published.map(([pressure], i) => [pressure, rising[i] as number] as const),
                    [5, released],
                  ],
                },
              ],
            },
          ],
        };
      },
    );
  },
};

export const e10: EvidenceCase = {
  id: "E10",
  title: "Stack pressure of a fixed frame against charge",
  conditions:
    "foil on the electrolyte in a frame without relaxation; first 1 mAh/cm²; published frames 0.085 … 0.40 MPa/µm",
  grade: "B/F",
  source: "Zhang, JMCA 2017; Koerver, EES 2018",
  profile: "li-bare-argyrodite",
  run(rig) {
    const rise = (stiffness: number) =>
      rig.cell(
        {
          profile: "li-bare-argyrodite",
          parameters: { fixture_stiffness_MPa_um: stiffness, cell_metalInterfaces: 1 },
        },
        (cell) => {
          const before = cell.get("stackPressure_MPa");
          cell.run({ current_mA_cm2: 0.1, hours: 10 });
          return cell.get("stackPressure_MPa") - before;
        },
      );
    // Proportional to the stiffness, as the foil's frame does not relax.
    const perStiffness = rise(0.2) / 0.2;
    return {
      checks: [
        between(
          "stiffness at which 1 mAh/cm² raises the pressure by the published 1.0 MPa",
          0.085,
          0.4,
          1 / perStiffness,
          unit("MPa/µm"),
        ),
      ],
    };
  },
};
