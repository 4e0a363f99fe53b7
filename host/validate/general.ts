/** Properties that belong to no single publication: contact has memory, and pressure has two failure walls. */
import { listProfiles, loadProfile } from "../profiles/profile.js";
import { atLeast, atMost, type Case, holds } from "./checks.js";
import { bisect } from "./scenario.js";

const memory: Case = {
  id: "contact-memory",
  title: "Contact has memory",
  conditions:
    "li-bare-argyrodite, 25 °C: pressed at 25 MPa, released to 5, rested 10 h, then stripped at 1 mA/cm²",
  run(rig) {
    return rig.cell(
      { profile: "li-bare-argyrodite", parameters: { contact_initial: 0.05, fixture_pressure_MPa: 5 } },
      (cell) => {
        const before = cell.get("contact");
        cell.run({ current_mA_cm2: 0, hours: 4, fixturePressure_MPa: 25 });
        const pressed = cell.get("contact");
        cell.run({ current_mA_cm2: 0, hours: 10, fixturePressure_MPa: 5 });
        const released = cell.get("contact");
        cell.run({ current_mA_cm2: -1, hours: 2 });
        const stripped = cell.get("contact");
        return {
          checks: [
            atLeast("contact under 25 MPa over before", 5, pressed / before),
            atLeast("contact 10 h after release over pressed", 0.99, released / pressed),
            atMost("contact after 2 h of stripping over released", 0.5, stripped / released),
          ],
        };
      },
    );
  },
};

const PRESSURES_MPa = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30];

const walls: Case = {
  id: "two-walls",
  title: "Voids below, creep short above, a window between",
  conditions: "li-bare-argyrodite, 25 °C, 0.4 mA/cm², 1 h/1 h for 250 h at each of 1 … 30 MPa",
  run(rig) {
    const walk = PRESSURES_MPa.map((fixture_pressure_MPa) =>
      rig.cell({ profile: "li-bare-argyrodite", dt_s: 10, parameters: { fixture_pressure_MPa } }, (cell) => {
        let contact = 1;
        for (let hour = 0; hour < 250; hour += 2) {
          cell.run({ current_mA_cm2: 0.4, hours: 1 });
          cell.run({ current_mA_cm2: -0.4, hours: 1 });
          contact = Math.min(contact, cell.get("contact"));
        }
        return { contact, intrusion: cell.get("intrusion") };
      }),
    );
    const where = (failed: (outcome: (typeof walk)[number]) => boolean) =>
      PRESSURES_MPa.filter((_, i) => failed(walk[i] as (typeof walk)[number]));
    const voids = where(({ contact }) => contact < 0.9);
    const shorts = where(({ intrusion }) => intrusion >= 1);
    const window = where(({ contact, intrusion }) => contact >= 0.9 && intrusion < 1);
    const span = (pressures: number[]) =>
      pressures.length === 0 ? "none" : `${pressures[0]} … ${pressures.at(-1)} MPa`;
    const ordered = Math.max(...voids) < Math.min(...window) && Math.max(...window) < Math.min(...shorts);
    return {
      checks: [
        holds("voids at low pressure", "from 1 MPa up", span(voids), voids[0] === 1),
        holds("creep short at high pressure", "up to 30 MPa", span(shorts), shorts.at(-1) === 30),
        holds("window between the walls", "neither", span(window), window.length > 0 && ordered),
      ],
      plots: [
        {
          id: "two-walls",
          title: "Two failure walls: Li on argyrodite, 0.4 mA/cm², 250 h",
          x: "stack pressure / MPa",
          y: "contact; creep intrusion (1 = short)",
          series: [
            {
              name: "least contact",
              points: walk.map(({ contact }, i) => [PRESSURES_MPa[i] as number, contact]),
            },
            {
              name: "creep intrusion",
              points: walk.map(({ intrusion }, i) => [PRESSURES_MPa[i] as number, Math.min(intrusion, 2)]),
            },
          ],
        },
      ],
    };
  },
};

const ONSET_degC = [25, 35, 45, 60];

const plating: Case = {
  id: "plating-switch",
  title: "One network moves the plating side with rate, temperature and adhesion",
  conditions:
    "li-agc-argyrodite, 2 MPa, 1 mAh/cm²: least current that puts 2 % of the metal on the electrolyte, by bisection; Γ 41 and 15 J/m²",
  run(rig) {
    const onset = (temperature_degC: number, se_adhesion_J_m2: number) =>
      bisect(0.05, 50, (current_mA_cm2) =>
        rig.cell(
          { profile: "li-agc-argyrodite", temperature_degC, dt_s: 1, parameters: { se_adhesion_J_m2 } },
          (cell) => {
            const invaded = () => cell.metal() > 0.05 && cell.seShare() > 0.02;
            cell.run({ current_mA_cm2, hours: 1 / current_mA_cm2, until: invaded });
            return invaded();
          },
        ),
      );
    const curve = (adhesion: number) =>
      ONSET_degC.map((temperature) => [temperature, onset(temperature, adhesion)] as const);
    const [bound, loose] = [curve(41), curve(15)];
    const at = (points: typeof bound, index: number) => points.at(index)?.[1] as number;
    const rising = bound.every(([, current], i) => i === 0 || current > at(bound, i - 1));
    return {
      checks: [
        atLeast(
          "onset at 60 °C (3.4 mA/cm² is published to plate at the collector, E9)",
          3.4,
          at(bound, -1),
          {
            unit: "mA/cm²",
          },
        ),
        atMost("onset at 25 °C", 3.4, at(bound, 0), { unit: "mA/cm²" }),
        holds(
          "onset rises with temperature",
          "rising",
          bound.map(([temperature, current]) => `${current.toFixed(2)} (${temperature} °C)`).join(", "),
          rising,
        ),
        atMost("onset at 60 °C, Γ 15 over 41 J/m²", 0.8, at(loose, -1) / at(bound, -1)),
      ],
      plots: [
        {
          id: "plating-onset",
          title: "Onset of plating on the electrolyte, 10 µm Ag–C",
          x: "temperature / °C",
          y: "charging current / mA/cm²",
          series: [
            { name: "Γ 41 J/m²", points: bound },
            { name: "Γ 15 J/m²", points: loose },
            { name: "published, collector side (E9)", points: [[60, 3.4]] },
          ],
        },
      ],
    };
  },
};

const provenance: Case = {
  id: "fits",
  title: "No parameter is fitted to more than its own system",
  conditions: "provenance of every parameter of every shipped profile",
  run() {
    const fitted = listProfiles().flatMap((id) =>
      Object.entries(loadProfile(id).provenance).flatMap(([name, from]) =>
        from.kind === "fitted" ? [{ id, name, text: from.case }] : [],
      ),
    );
    // A case is what stands before the colon; one that names two would be a fit to two data sets at once.
    const several = fitted.filter(({ text }) => (text.split(":")[0]?.match(/\bE\d+\b/g) ?? []).length > 1);
    return {
      checks: [
        holds(
          `${fitted.length} fitted values`,
          "one case each",
          several.length === 0 ? "one case each" : several.map(({ id, name }) => `${id}.${name}`).join(", "),
          several.length === 0,
        ),
      ],
    };
  },
};

export const general: readonly Case[] = [plating, memory, walls, provenance];
