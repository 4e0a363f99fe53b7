/** E7, E8, E9, E12: where the metal plates, with an interlayer and without. */
import { atMost, between, type EvidenceCase, holds, near, percent, TOLERANCE, unit } from "./checks.js";
import { bisect, type Overrides, type Rig } from "./scenario.js";

/** Charges an Ag–C variant at 60 °C and says where the metal outside the pores went. */
function agcCharge(
  rig: Rig,
  current_mA_cm2: number,
  capacity_mAh_cm2: number,
  parameters: Overrides,
): { side: number; se: number; crack: number; cell: { limit: number; reason: string } } {
  return rig.cell({ profile: "li-agc-argyrodite", temperature_degC: 60, dt_s: 2, parameters }, (cell) => {
    let crack = 0;
    cell.run({
      current_mA_cm2,
      hours: capacity_mAh_cm2 / current_mA_cm2,
      until: () => {
        crack = Math.max(crack, cell.get("crackIndex"));
        return false;
      },
    });
    const se = cell.get("seCharge_mAh_cm2");
    const cc = cell.get("ccCharge_mAh_cm2");
    return {
      side: se / Math.max(se + cc, 1e-9),
      se: cell.seShare(),
      crack,
      cell: { limit: cell.get("chargeLimitContinuous_mA_cm2"), reason: cell.reason("charge") },
    };
  });
}

const THIN: Overrides = { interlayer_thickness_um: 5 };
/** E7 gives no adhesion of graphite: it is sought so that plating changes sides between the published 2.0 and 2.5. */
const E7_ONSET_mA_cm2 = 2.25;

export const e7: EvidenceCase = {
  id: "E7",
  title: "Plating side of a 5 µm Ag–graphite interlayer against rate",
  conditions: "60 °C, 2 MPa, 2.0 mAh/cm²; variant: 5 µm, and Γ_SE sought so that the onset is at 2.25 mA/cm²",
  grade: "B",
  source: "Spencer-Jolly, Joule 2023",
  profile: "li-agc-argyrodite",
  run(rig) {
    const rates = [0.1, 0.5, 1, 1.5, 2, 2.5, 3, 4, 6, 8];
    const adhesion = bisect(
      7,
      41,
      (se_adhesion_J_m2) => agcCharge(rig, E7_ONSET_mA_cm2, 2, { ...THIN, se_adhesion_J_m2 }).se < 0.02,
    );
    const graphite = rates.map((rate) => agcCharge(rig, rate, 2, { ...THIN, se_adhesion_J_m2: adhesion }));
    const black = rates.map((rate) => agcCharge(rig, rate, 2, THIN));
    const at = (runs: typeof graphite, rate: number) =>
      runs[rates.indexOf(rate)] as (typeof graphite)[number];
    const says = ({ side, cell }: (typeof graphite)[number]) =>
      `${percent(side)} on the SE side; limit ${cell.limit.toFixed(1)} mA/cm² (${cell.reason})`;
    const chosen = { chosen: ["se_adhesion_J_m2"] } as const;
    const refused = ({ se, cell }: (typeof graphite)[number], rate: number) =>
      se > 0.05 && cell.limit < rate && cell.reason === "platingSe";
    return {
      checks: [
        between("Γ_SE sought, inside what is published for carbons (E8)", 8, 40, adhesion, {
          unit: "J/m²",
          ...chosen,
        }),
        holds(
          "0.1 mA/cm²",
          "metal at the CC side",
          says(at(graphite, 0.1)),
          at(graphite, 0.1).side < 0.05,
          chosen,
        ),
        holds(
          "2.0 mA/cm²",
          "stable: metal off the SE, current allowed",
          says(at(graphite, 2)),
          at(graphite, 2).se < 0.02 && at(graphite, 2).cell.limit >= 2,
          chosen,
        ),
        holds(
          "2.5 mA/cm²",
          "not stable: metal on the SE, refused",
          says(at(graphite, 2.5)),
          refused(at(graphite, 2.5), 2.5),
          chosen,
        ),
        holds(
          "far above (8 mA/cm²)",
          "metal on the SE side",
          says(at(graphite, 8)),
          refused(at(graphite, 8), 8),
          chosen,
        ),
        holds(
          "2.5 mA/cm²: crack index at the SE",
          "≥ 1 (the cell shorts)",
          at(graphite, 2.5).crack.toFixed(2),
          at(graphite, 2.5).crack >= 1,
          {
            notClaimed:
              "flaw size and confinement are assumed; the module refuses the current for the metal on the electrolyte, before a crack",
          },
        ),
        holds(
          "2.5 mA/cm² with the profile's Γ of carbon black (41 J/m²), no parameter chosen",
          "not stable",
          says(at(black, 2.5)),
          refused(at(black, 2.5), 2.5),
          { notClaimed: "carbon black adheres better than graphite; its onset comes out near 5 mA/cm²" },
        ),
        holds(
          "far above (8 mA/cm²) with Γ of carbon black",
          "metal on the SE side",
          says(at(black, 8)),
          refused(at(black, 8), 8),
        ),
      ],
      plots: [
        {
          id: "e7-plating-side",
          title: "E7: 5 µm interlayer at 60 °C (published: stable at 2.0, short at 2.5 mA/cm²)",
          x: "charging current / mA/cm²",
          y: "metal on the electrolyte / %",
          series: [
            {
              name: `Γ ${adhesion.toFixed(0)} J/m² (sought)`,
              points: rates.map((rate, i) => [rate, 100 * (graphite[i]?.se ?? 0)]),
            },
            {
              name: "Γ 41 J/m² (carbon black)",
              points: rates.map((rate, i) => [rate, 100 * (black[i]?.se ?? 0)]),
            },
          ],
        },
      ],
    };
  },
};

export const e8: EvidenceCase = {
  id: "E8",
  title: "Plating side of carbon interlayers without silver against adhesion",
  conditions: "60 °C, 5 MPa, 0.1 mA/cm², 2 mAh/cm²; variant: no Ag",
  grade: "B",
  source: "Liao, Adv. Mater. 2025",
  profile: "li-agc-argyrodite",
  run(rig) {
    const side = (adhesion: number) =>
      agcCharge(rig, 0.1, 2, {
        se_adhesion_J_m2: adhesion,
        solute_loading_mg_Ah: 0,
        fixture_pressure_MPa: 5,
      }).side;
    const grid = [2, 5, 7, 9, 11, 12, 13, 14, 15, 20, 30, 41];
    const [low, high] = [side(7), side(41)];
    const threshold = bisect(7, 41, (adhesion) => side(adhesion) < 0.5);
    return {
      checks: [
        holds("Γ 7 J/m²", "SE side", `${percent(low)} on the SE side`, low > 0.5),
        holds("Γ 41 J/m² (carbon black)", "CC side", `${percent(high)} on the SE side`, high < 0.5),
        near("threshold", 10, threshold, TOLERANCE.n1, unit("J/m²")),
      ],
      plots: [
        {
          id: "e8-adhesion",
          title: "E8: no silver, 60 °C (published: SE side at 7, CC side at 41 J/m²)",
          x: "adhesion of the SE/carbon interface / J/m²",
          y: "SE side's share outside the pores / %",
          series: [{ name: "module", points: grid.map((adhesion) => [adhesion, 100 * side(adhesion)]) }],
        },
      ],
    };
  },
};

export const e9: EvidenceCase = {
  id: "E9",
  title: "Ag–C pouch cell",
  conditions: "60 °C, 2 MPa, 3.4 mA/cm², 6.8 mAh/cm²; R_int after a charge at 25 and 60 °C",
  grade: "A/B",
  source: "Lee, Nat. Energy 2020",
  profile: "li-agc-argyrodite",
  run(rig) {
    const resistance = (temperature_degC: number) =>
      rig.cell({ profile: "li-agc-argyrodite", temperature_degC }, (cell) => {
        cell.run({ current_mA_cm2: 0.34, hours: 20 });
        return cell.get("interfaceResistance_ohm_cm2");
      });
    const [cold, warm] = [resistance(25), resistance(60)];
    const activation_eV = Math.log(cold / warm) / (11604.5 * (1 / 298.15 - 1 / 333.15));
    const charged = rig.cell({ profile: "li-agc-argyrodite", temperature_degC: 60, dt_s: 1 }, (cell) => {
      cell.run({ current_mA_cm2: 3.4, hours: 2 });
      const outside = cell.get("seCharge_mAh_cm2") + cell.get("ccCharge_mAh_cm2");
      return {
        thickness_um: outside * cell.module.derived("thickness_um_mAh_cm2"),
        share: cell.seShare(),
      };
    });
    const kept = rig.cell({ profile: "li-agc-argyrodite", temperature_degC: 60, dt_s: 10 }, (cell) => {
      let discharged = 0;
      for (let cycle = 1; cycle <= 600; cycle++) {
        cell.run({ current_mA_cm2: 3.4, hours: 1.9 });
        discharged = 3.4 * cell.run({ current_mA_cm2: -3.4, hours: 1.9, until: () => cell.metal() < 0.05 });
      }
      return discharged / (3.4 * 1.9);
    });
    return {
      checks: [
        near("R_int at 25 °C", 50, cold, TOLERANCE.B, unit("Ω·cm²")),
        near("R_int at 60 °C", 5, warm, TOLERANCE.B, unit("Ω·cm²")),
        near("activation energy", 0.56, activation_eV, TOLERANCE.B, unit("eV")),
        near("plated layer at full charge", 25, charged.thickness_um, TOLERANCE.B, unit("µm")),
        atMost("share of the metal on the electrolyte", 5, 100 * charged.share, unit("%")),
        near("capacity after 600 cycles", 95, 100 * kept, 0.03, {
          unit: "%",
          notClaimed:
            "the firmware limits a cell, it does not predict its fade: no loss of lithium is modelled here",
        }),
      ],
    };
  },
};

export const e12: EvidenceCase = {
  id: "E12",
  title: "Bare steel collector without an interlayer",
  conditions: "60 °C, 2 MPa, 0.34 mA/cm² (0.05C), 6.8 mAh/cm²; variant: no initial metal",
  grade: "F",
  source: "Lee, Nat. Energy 2020",
  profile: "li-bare-argyrodite",
  run(rig) {
    const fade =
      "no model of dead lithium and of porous deposits on a bare collector: the metal is dense and every cycle gives back what it took";
    return rig.cell(
      {
        profile: "li-bare-argyrodite",
        temperature_degC: 60,
        dt_s: 10,
        parameters: {
          cell_initialMetal_mAh_cm2: 0,
          cell_capacity_mAh_cm2: 6.8,
          cell_metalInterfaces: 1,
          fixture_pressure_MPa: 2,
        },
      },
      (cell) => {
        let deposit_um = 0;
        const capacity: number[] = [];
        for (let cycle = 1; cycle <= 50; cycle++) {
          cell.run({ current_mA_cm2: 0.34, hours: 10 });
          if (cycle === 1) deposit_um = cell.metal() * cell.module.derived("thickness_um_mAh_cm2");
          cell.run({ current_mA_cm2: 0.34, hours: 10 });
          const hours = cell.run({
            current_mA_cm2: -0.34,
            hours: 20,
            until: () => cell.metal() < 0.01 || cell.get("contact") < 0.05,
          });
          capacity.push((0.34 * hours) / 6.8);
        }
        const at = (cycle: number) => 100 * (capacity[cycle - 1] as number);
        return {
          checks: [
            near("deposit at half charge", 30, deposit_um, TOLERANCE.F, { unit: "µm", notClaimed: fade }),
            holds(
              "capacity at cycles 10, 20, 50",
              "100, 50, 6 %",
              `${[10, 20, 50].map((cycle) => at(cycle).toFixed(0)).join(", ")} %`,
              Math.abs(at(20) - 50) < 10 && Math.abs(at(50) - 6) < 3,
              { notClaimed: fade },
            ),
          ],
        };
      },
    );
  },
};
