/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import {
  curvaturePressure_MPa,
  equilibriumPressure_MPa,
  interdiffusivity,
  inverseTemperature,
  metalMass_g_Ah,
  openingPressure_MPa,
  potentialPerPressure_mV_MPa,
  rateFactor_eV,
  rateFactor_kJ_mol,
  soluteAtomRatio,
  soluteFraction,
  solutePotential_meV,
  solventPotential_meV,
  thickness_um_mAh_cm2,
  wettingFactor,
} from "../thermo";

const LITHIUM: f32 = 13.008;

describe("relations (1)–(4) and (6)", () => {
  it("balance 1 MPa with 0.1348 mV, 0.135 V with 1.0014 GPa", () => {
    expect<f32>(potentialPerPressure_mV_MPa(LITHIUM)).toBeCloseTo(0.13482, 4);
    expect<f32>(equilibriumPressure_MPa(135, LITHIUM)).toBeCloseTo(1001.35, 1);
  });

  it("lower the metal's potential by a solute and the solute's by dilution", () => {
    expect<f32>(solventPotential_meV(0.004, 298.15)).toBeCloseTo(-0.10298, 4);
    expect<f32>(solutePotential_meV(0.00143, 0.004, 298.15)).toBeCloseTo(-310.15, 1);
  });

  it("mix the diffusivities crosswise", () => {
    expect<f32>(interdiffusivity(0.25, 8, 4)).toBe(7);
  });
});

describe("metal per charge", () => {
  it("is 4.853 µm and 0.2589 g for lithium", () => {
    expect<f32>(thickness_um_mAh_cm2(LITHIUM)).toBeCloseTo(4.8535, 3);
    expect<f32>(metalMass_g_Ah(6.94)).toBeCloseTo(0.25894, 4);
  });

  it("tells solute atoms per metal atom from their fraction", () => {
    expect<f32>(soluteAtomRatio(16, 107.868) * 100).toBeCloseTo(0.39754, 4);
    expect<f32>(soluteFraction(16, 107.868) * 100).toBeCloseTo(0.39597, 4);
  });
});

describe("interfaces", () => {
  it("wet completely, half, or not at all", () => {
    expect<f32>(wettingFactor(1)).toBe(0);
    expect<f32>(wettingFactor(0)).toBe(0.5);
    expect<f32>(wettingFactor(-1)).toBe(1);
  });

  it("open at sqrt(2E*Γ/πa): 56.42 MPa for 5 GPa, 10 J/m², 10 µm", () => {
    expect<f32>(openingPressure_MPa(5, 10, 10)).toBeCloseTo(56.419, 2);
  });

  it("curve at 2γ/r: 100 MPa for 0.5 J/m² and 10 nm", () => {
    expect<f32>(curvaturePressure_MPa(0.5, 10)).toBe(100);
  });
});

describe("Arrhenius factors", () => {
  it("are exactly 1 at 25 °C", () => {
    expect<f32>(rateFactor_eV(0.56, inverseTemperature(298.15))).toBe(1);
  });

  it("make a factor of ten out of 0.56 eV between 25 and 60 °C, in either unit", () => {
    const inverse = inverseTemperature(333.15);
    expect<f32>(rateFactor_eV(0.56, inverse)).toBeCloseTo(9.875, 2);
    expect<f32>(rateFactor_kJ_mol(54.0318, inverse)).toBeCloseTo(9.875, 2);
  });
});
