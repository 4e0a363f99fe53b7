/** Numbers of Kim & Li, Energy Material Advances 2021, that any implementation must return, to four digits. */
import { expect, test } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { loadModule } from "../../host/replay/module.js";
import { RELEASE } from "./support.js";

const LITHIUM_CM3_MOL = 13.008;
const SILVER_G_MOL = 107.868;
const GAMMA_INFINITE = 0.00143;
const ROOM_K = 298.15;

interface ThermoExports {
  equilibriumPressure_MPa(overpotential_mV: number, molarVolume_cm3_mol: number): number;
  solventPotential_meV(soluteFraction: number, temperature_K: number): number;
  solutePotential_meV(gammaInfinite: number, soluteFraction: number, temperature_K: number): number;
  soluteFraction(loading_mg_Ah: number, molarMass_g_mol: number): number;
  metalMass_g_Ah(molarMass_g_mol: number): number;
  thickness_um_mAh_cm2(molarVolume_cm3_mol: number): number;
  cobleRate_per_s_MPa(
    atomicVolume_nm3: number,
    boundaryDiffusion_nm3_s: number,
    activation_kJ_mol: number,
    grain_nm: number,
    temperature_K: number,
  ): number;
}

const thermo = loadModule(RELEASE).exports as unknown as ThermoExports;

/** Within half a unit of the fourth digit. */
function expectFourDigits(found: number, expected: number): void {
  expect(Math.abs(found / expected - 1), `found ${found}, expected ${expected}`).toBeLessThan(5e-4 / 2);
}

test("0.135 V balances 1.0014 GPa in lithium", () => {
  expectFourDigits(thermo.equilibriumPressure_MPa(135, LITHIUM_CM3_MOL), 1001.4);
});

test("one silver atom for 249 of lithium", () => {
  // The logarithm's form; −0.1028 is the linear one.
  expectFourDigits(thermo.solventPotential_meV(1 / 250, ROOM_K), -0.103);
  expectFourDigits(thermo.solutePotential_meV(GAMMA_INFINITE, 1 / 250, ROOM_K), -310.15);
});

test("silver in fully plated lithium", () => {
  expectFourDigits(thermo.soluteFraction(16, SILVER_G_MOL), 0.00396);
  // The atomic fraction; the ratio of silver to lithium atoms, often printed for it, is 0.1988 %.
  expectFourDigits(thermo.soluteFraction(8, SILVER_G_MOL), 0.001984);
});

test("lithium per charge: 0.2589 g/Ah, 33.0 µm dense for 6.8 mAh/cm²", () => {
  expectFourDigits(thermo.metalMass_g_Ah(6.94), 0.25894);
  expectFourDigits(thermo.thickness_um_mAh_cm2(LITHIUM_CM3_MOL) * 6.8, 33.0);
});

test("sodium is 8.84 µm per mAh/cm²", () => {
  expectFourDigits(thermo.thickness_um_mAh_cm2(23.7), 8.843);
});

test("Coble creep of 60 nm silver below 5 MPa is of order 1e-8 1/s at room temperature", () => {
  // Grain-boundary diffusion of the Ag–C profile.
  const { values } = loadProfile("li-agc-argyrodite");
  const perMPa = thermo.cobleRate_per_s_MPa(
    values.solute_atomicVolume_nm3,
    values.solute_boundaryDiffusion_nm3_s,
    values.solute_boundaryDiffusion_Q_kJ_mol,
    60,
    ROOM_K,
  );
  const at5MPa = perMPa * 5;
  expect(at5MPa).toBeGreaterThan(3e-9);
  expect(at5MPa).toBeLessThan(3e-8);
  // 42π·Ω·δD_b·exp(−Q/RT)/(kT·d³), MPa·nm³ for the energies.
  const boundary_nm3_s =
    values.solute_boundaryDiffusion_nm3_s *
    Math.exp((-values.solute_boundaryDiffusion_Q_kJ_mol * 1000) / (8.31446 * ROOM_K));
  expectFourDigits(
    perMPa,
    (42 * Math.PI * values.solute_atomicVolume_nm3 * boundary_nm3_s) / (0.01380649 * ROOM_K * 60 ** 3),
  );
});
