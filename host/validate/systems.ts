/** What each shipped profile must show of the system it describes (Kim & Li 2021), as assertions on the module. */
import {
  atLeast,
  atMost,
  between,
  type Case,
  type Check,
  holds,
  near,
  percent,
  TOLERANCE,
  unit,
} from "./checks.js";
import type { Overrides, Rig, ScenarioCell } from "./scenario.js";

export interface SystemCase extends Case {
  /** The profile that is run. */
  readonly profile: string;
}

const agc: SystemCase = {
  id: "li-agc-argyrodite",
  profile: "li-agc-argyrodite",
  title: "Ag–C nanocomposite on argyrodite",
  conditions: "60 °C, 2 MPa, 3.4 mA/cm², 6.8 mAh/cm²; 100 cycles",
  run(rig) {
    const setup = { profile: "li-agc-argyrodite", temperature_degC: 60 };
    const full = rig.cell({ ...setup, dt_s: 1 }, (cell) => {
      let least = Number.POSITIVE_INFINITY;
      const split: [number, number, number, number][] = [];
      cell.run({
        current_mA_cm2: 3.4,
        hours: 2,
        until: () => {
          const metal = cell.metal();
          if (metal < 6.6) least = Math.min(least, cell.get("chargeLimitContinuous_mA_cm2"));
          if (metal >= (split.length + 1) * 0.34)
            split.push([
              metal,
              cell.get("seCharge_mAh_cm2"),
              cell.get("poreCharge_mAh_cm2"),
              cell.get("ccCharge_mAh_cm2"),
            ]);
          return false;
        },
      });
      const outside = cell.get("seCharge_mAh_cm2") + cell.get("ccCharge_mAh_cm2");
      return {
        least,
        split,
        se: cell.seShare(),
        pore: cell.get("poreCharge_mAh_cm2"),
        outside_um: outside * cell.module.derived("thickness_um_mAh_cm2"),
      };
    });
    const resistance = (temperature_degC: number) =>
      rig.cell({ ...setup, temperature_degC }, (cell) => {
        cell.run({ current_mA_cm2: 0.34, hours: 20 });
        return cell.get("interfaceResistance_ohm_cm2");
      });
    const cycled = rig.cell({ ...setup, dt_s: 5 }, (cell) => {
      const silver: number[] = [];
      let void_um = 0;
      for (let cycle = 1; cycle <= 100; cycle++) {
        cell.run({ current_mA_cm2: 3.4, hours: 1.95 });
        silver.push(cell.get("soluteCcShare"));
        cell.run({
          current_mA_cm2: -3.4,
          hours: 1.95,
          until: () => {
            void_um = Math.max(void_um, cell.get("void_um"));
            return cell.metal() < 0.1;
          },
        });
      }
      return { silver, void_um };
    });
    const { silver } = cycled;
    const rising = silver.slice(0, 6).every((share, i) => i === 0 || share > (silver[i - 1] as number));
    const gain = (silver[99] as number) / (silver[0] as number);
    const cold = rig.cell({ ...setup, temperature_degC: 25 }, (cell) => {
      const [limit, reason] = [cell.get("chargeLimitContinuous_mA_cm2"), cell.reason("charge")];
      cell.run({ current_mA_cm2: 3.4, hours: 1 });
      return { limit, reason, se: cell.seShare() };
    });
    return {
      checks: [
        atMost("metal on the electrolyte at full charge", 5, 100 * full.se, unit("%")),
        atLeast("metal in the pores at full charge", 0.5, full.pore, unit("mAh/cm²")),
        between(
          "thickness outside the interlayer (25 of 33 µm published)",
          20,
          30,
          full.outside_um,
          unit("µm"),
        ),
        atLeast("charge limit while charging", 3.4, full.least, unit("mA/cm²")),
        near("R_int at 60 °C", 5, resistance(60), TOLERANCE.B, unit("Ω·cm²")),
        near("R_int at 25 °C", 50, resistance(25), TOLERANCE.B, unit("Ω·cm²")),
        atMost("largest void in 100 cycles", 0, cycled.void_um, unit("µm")),
        holds(
          "Ag at the collector rises cycle by cycle",
          "rising",
          silver.slice(0, 6).map(percent).join(", "),
          rising,
        ),
        atLeast("Ag at the collector, cycle 100 over cycle 1", 1.2, gain),
        holds(
          "25 °C, 3.4 mA/cm²: refused, and metal on the electrolyte when forced",
          "limit below 3.4 (platingSe); metal on the SE",
          `limit ${cold.limit.toFixed(2)} mA/cm² (${cold.reason}); ${percent(cold.se)} on the SE`,
          cold.limit < 3.4 && cold.reason === "platingSe" && cold.se > 0.05,
        ),
      ],
      plots: [
        {
          id: "agc-charge",
          title: "Ag–C at 60 °C, 3.4 mA/cm²: where the metal is",
          x: "charge / mAh/cm²",
          y: "metal / mAh/cm²",
          series: [
            { name: "electrolyte", points: full.split.map(([q, se]) => [q, se]) },
            { name: "pores", points: full.split.map(([q, , pore]) => [q, pore]) },
            { name: "collector", points: full.split.map(([q, , , cc]) => [q, cc]) },
          ],
        },
        {
          id: "agc-silver",
          title: "Ag–C at 60 °C: share of the silver at the collector after each charge",
          x: "cycle",
          y: "share of the silver / %",
          series: [{ name: "module", points: silver.map((share, i) => [i + 1, 100 * share]) }],
        },
      ],
    };
  },
};

const NO_BINDER: Overrides = { se_adhesion_J_m2: 1, se_wettingCosine: 0.9 };

const tubule: SystemCase = {
  id: "li-tubule-carbon",
  profile: "li-tubule-carbon",
  title: "Carbon tubules with insulating roots",
  conditions:
    "25 °C, 1.8 mA/cm², 3.6 mAh/cm², then 10 h of rest; variant without the binder: Γ 1 J/m², wetted root",
  run(rig) {
    const charge = (parameters: Overrides) =>
      rig.cell({ profile: "li-tubule-carbon", parameters }, (cell) => {
        let excess = Number.NEGATIVE_INFINITY;
        const perPressure = cell.module.derived("potentialPerPressure_mV_MPa");
        cell.run({
          current_mA_cm2: 1.8,
          hours: 2,
          until: () => {
            const bound_MPa = cell.get("overpotential_mV") / perPressure;
            excess = Math.max(excess, cell.get("sePressure_MPa") / bound_MPa);
            return false;
          },
        });
        const root = cell.seShare();
        const pressure_MPa = cell.get("sePressure_MPa");
        const before = cell.get("ccCharge_mAh_cm2");
        cell.run({ current_mA_cm2: 0, hours: 10 });
        return {
          root,
          pressure_MPa,
          excess,
          reason: cell.reason("charge"),
          moved: cell.get("ccCharge_mAh_cm2") - before,
        };
      });
    const bound = charge({});
    const invaded = charge(NO_BINDER);
    const perPressure = rig.cell({ profile: "li-tubule-carbon" }, (cell) =>
      cell.module.derived("potentialPerPressure_mV_MPa"),
    );
    return {
      checks: [
        atMost("with the binder: metal at the root", 0, 100 * bound.root, unit("%")),
        atLeast("without: metal at the root", 5, 100 * invaded.root, unit("%")),
        holds("without: what limits charging", "platingSe", invaded.reason, invaded.reason === "platingSe"),
        atLeast(
          "without: pressure at the electrolyte, which drives the metal on",
          5,
          invaded.pressure_MPa,
          unit("MPa"),
        ),
        atLeast("Li carried to the collector's end at rest", 0.2, bound.moved, unit("mAh/cm²")),
        near("0.135 V ↔ 1 GPa", 1001.4, 135 / perPressure, 0.001, unit("MPa")),
        atMost("largest pressure over the bound F·η/V_m", 1, invaded.excess),
      ],
    };
  },
};

const cnt: SystemCase = {
  id: "li-garnet-cnt",
  profile: "li-garnet-cnt",
  title: "Porous garnet coated with nanotubes",
  conditions: "25 °C, 1 mA/cm², 2 mAh/cm², 30 cycles",
  run(rig) {
    return rig.cell({ profile: "li-garnet-cnt" }, (cell) => {
      const limits = [cell.get("chargeLimitContinuous_mA_cm2"), cell.get("dischargeLimitContinuous_mA_cm2")];
      let void_um = 0;
      let touching = 0;
      for (let cycle = 0; cycle < 30; cycle++) {
        cell.run({ current_mA_cm2: 1, hours: 2 });
        touching = cell.get("seCharge_mAh_cm2");
        cell.run({ current_mA_cm2: -1, hours: 2 });
        void_um = Math.max(void_um, cell.get("void_um"));
      }
      return {
        checks: [
          atLeast("charge limit", 1, limits[0] as number, unit("mA/cm²")),
          atLeast("discharge limit", 1, limits[1] as number, unit("mA/cm²")),
          atMost("largest void in 30 cycles", 0, void_um, unit("µm")),
          atLeast("metal that touches the electrolyte", 0.5, touching, unit("mAh/cm²")),
        ],
      };
    });
  },
};

/** Contact after stripping `charge` at `current`. */
const strip = (rig: Rig, profile: string, current: number, hours: number, parameters: Overrides = {}) =>
  rig.cell({ profile, dt_s: 10, parameters }, (cell) => {
    cell.run({ current_mA_cm2: -current, hours, until: () => cell.get("contact") < 0.1 });
    return cell.get("contact");
  });

/** Part of a void that a day at 15 MPa closes. */
const healed = (rig: Rig, profile: string, parameters: Overrides = {}): number =>
  rig.cell(
    {
      profile,
      dt_s: 10,
      parameters: { contact_initial: 0.2, fixture_pressure_MPa: 15, ...parameters },
    },
    (cell) => {
      const before = cell.get("void_um");
      cell.run({ current_mA_cm2: 0, hours: 24 });
      return 1 - cell.get("void_um") / before;
    },
  );

const mg: SystemCase = {
  id: "li-mg",
  profile: "li-mg",
  title: "Li–Mg solid solution",
  conditions: "25 °C, 2 MPa, 1 mA/cm², 1 mAh/cm², 100 cycles; voids at 15 MPa for 24 h",
  run(rig) {
    const cycled = rig.cell({ profile: "li-mg" }, (cell) => {
      const limit = cell.get("dischargeLimitContinuous_mA_cm2");
      let contact = 1;
      for (let cycle = 0; cycle < 100; cycle++) {
        cell.run({ current_mA_cm2: -1, hours: 1 });
        contact = Math.min(contact, cell.get("contact"));
        cell.run({ current_mA_cm2: 1, hours: 1 });
      }
      return { limit, contact };
    });
    return {
      checks: [
        atLeast("discharge limit", 1, cycled.limit, unit("mA/cm²")),
        atLeast("least contact in 100 cycles", 0.99, cycled.contact),
        atMost(
          "the same current on bare Li (li-bare-garnet): contact after 1 h",
          0.5,
          strip(rig, "li-bare-garnet", 1, 1),
        ),
        atMost("voids closed in a day at 15 MPa", 20, 100 * healed(rig, "li-mg"), unit("%")),
        atLeast("… of bare Li", 40, 100 * healed(rig, "li-bare-garnet"), unit("%")),
      ],
    };
  },
};

const snni: SystemCase = {
  id: "li-snni-cu",
  profile: "li-snni-cu",
  title: "Sn–Ni on copper nanowires",
  conditions:
    "25 °C, 1 mAh/cm²; against li-bare-argyrodite; 5C until 500 mV of interface loss; 1C until half the contact is lost",
  run(rig) {
    const delivered = (profile: string) =>
      rig.cell({ profile, dt_s: 1 }, (cell) => {
        cell.run({ current_mA_cm2: 0.5, hours: 2 });
        return (
          5 *
          cell.run({
            current_mA_cm2: -5,
            hours: 1 / 5,
            until: () => 5 * cell.get("interfaceResistance_ohm_cm2") > 500,
          })
        );
      });
    const life = (profile: string) =>
      rig.cell({ profile }, (cell) => {
        let cycle = 1;
        for (; cycle < 50 && cell.get("contact") >= 0.5; cycle++) {
          cell.run({ current_mA_cm2: 1, hours: 1 });
          cell.run({ current_mA_cm2: -1, hours: 1 });
        }
        return cycle;
      });
    return {
      checks: [
        atLeast("capacity at 5C over bare Li", 2, delivered("li-snni-cu") / delivered("li-bare-argyrodite")),
        atLeast("cycle life at 1C over bare Li", 5, life("li-snni-cu") / life("li-bare-argyrodite")),
      ],
    };
  },
};

const silverGarnet: SystemCase = {
  id: "li-garnet-ag",
  profile: "li-garnet-ag",
  title: "Silver sputtered on garnet",
  conditions: "25 °C, 0.2 mA/cm², 0.2 mAh/cm², 150 cycles; against li-bare-garnet",
  run(rig) {
    const after150 = (profile: string) =>
      rig.cell({ profile, dt_s: 10 }, (cell) => {
        for (let cycle = 0; cycle < 150; cycle++) {
          cell.run({ current_mA_cm2: 0.2, hours: 1 });
          cell.run({ current_mA_cm2: -0.2, hours: 1 });
        }
        return cell.get("interfaceResistance_ohm_cm2");
      });
    return {
      checks: [
        between(
          "interface resistance of bare garnet over it (about 7 published)",
          5,
          9,
          after150("li-bare-garnet") / after150("li-garnet-ag"),
        ),
      ],
    };
  },
};

/** A foil loses contact above its vacancy limit, keeps it below, and needs pressure for more. */
const foilChecks = (rig: Rig, profile: string, low_MPa: number, high_MPa: number): Check[] => {
  const limit = (fixture_pressure_MPa: number) =>
    rig.cell({ profile, parameters: { fixture_pressure_MPa } }, (cell: ScenarioCell) =>
      cell.get("vacancyLimit_mA_cm2"),
    );
  const [low, high] = [limit(low_MPa), limit(high_MPa)];
  const at = { fixture_pressure_MPa: low_MPa };
  return [
    atMost(`${low_MPa} MPa, 1.5 × F·j_v: contact lost`, 0.5, strip(rig, profile, 1.5 * low, 4 / low, at)),
    atLeast(`${low_MPa} MPa, 0.9 × F·j_v: contact kept`, 0.99, strip(rig, profile, 0.9 * low, 4 / low, at)),
    atLeast(`sustained stripping current, ${high_MPa} over ${low_MPa} MPa`, 1.5, high / low),
  ];
};

const bareArgyrodite: SystemCase = {
  id: "li-bare-argyrodite",
  profile: "li-bare-argyrodite",
  title: "Lithium foil on argyrodite",
  conditions: "25 °C, 3 and 7 MPa; short at 20 MPa",
  run(rig) {
    const intrusion = rig.cell(
      { profile: "li-bare-argyrodite", dt_s: 10, parameters: { fixture_pressure_MPa: 20 } },
      (cell) => {
        for (let hour = 0; hour < 200; hour += 2) {
          cell.run({ current_mA_cm2: 0.075, hours: 1 });
          cell.run({ current_mA_cm2: -0.075, hours: 1 });
        }
        return cell.get("intrusion");
      },
    );
    return {
      checks: [
        ...foilChecks(rig, "li-bare-argyrodite", 3, 7),
        atLeast("creep intrusion after 200 h at 20 MPa (1 is a short)", 1, intrusion),
      ],
    };
  },
};

const bareGarnet: SystemCase = {
  id: "li-bare-garnet",
  profile: "li-bare-garnet",
  title: "Lithium foil on garnet",
  conditions: "25 °C, 0.5 and 2 MPa",
  run: (rig) => ({ checks: foilChecks(rig, "li-bare-garnet", 0.5, 2) }),
};

const naBare: SystemCase = {
  id: "na-bare",
  profile: "na-bare",
  title: "Sodium foil on β″-alumina",
  conditions: "25 °C, 2 and 9 MPa",
  run: (rig) => ({ checks: foilChecks(rig, "na-bare", 2, 9) }),
};

const naMixed: SystemCase = {
  id: "na-mixed",
  profile: "na-mixed",
  title: "Sodium cell with electrolytes of 0.48 and 0.12 mS/cm",
  conditions: "25 °C, 0.1 V above the voltage floor: the discharge limit is what the resistances leave",
  run(rig) {
    const rate = (parameters: Overrides) =>
      rig.cell({ profile: "na-mixed", voltage_V: 1.6, parameters }, (cell) =>
        cell.get("dischargeLimitContinuous_mA_cm2"),
      );
    const published = rate({});
    return {
      checks: [
        atLeast(
          "rate at 0.12 over 0.48 mS/cm (42 against 10.4 Ω·cm²)",
          0.9,
          rate({ series_resistance_ohm_cm2: 42 }) / published,
        ),
        atLeast("rate at a quarter of R_ct", 3, rate({ se_chargeTransfer_ohm_cm2: 100 }) / published),
      ],
    };
  },
};

export const systems: readonly SystemCase[] = [
  agc,
  tubule,
  cnt,
  mg,
  snni,
  silverGarnet,
  bareArgyrodite,
  bareGarnet,
  naBare,
  naMixed,
];
