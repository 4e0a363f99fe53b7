/* Generated from host/schema by `npm run generate`. Do not edit. */
#ifndef BETAGUARD_LAYOUT_H
#define BETAGUARD_LAYOUT_H

#include <stdint.h>

/* ---- the module's memory: addresses and sizes in bytes ---- */

#define BG_ABI_VERSION 1
#define BG_LAYOUT_HASH ((int32_t)0xaefc1760u)
#define BG_MAX_CELLS 24
#define BG_PARAMETER_COUNT 131
#define BG_HEADER_AT 2112
#define BG_PARAMS_AT 2252
#define BG_DERIVED_AT 2776
#define BG_CELLS_AT 2944
#define BG_STEP_INPUT_AT 16864
#define BG_CELL_INPUT_AT 16872
#define BG_PACK_OUTPUT_AT 17448
#define BG_STAGING_AT 17536
#define BG_CELL_STATE_BYTES 580
#define BG_STAGING_BYTES 48000
/* Enough memory for a board that never stages more than one snapshot. */
#define BG_BOARD_MEMORY_BYTES 32288
/* Header, parameters, derived constants and the cells in use, from BG_HEADER_AT. */
#define BG_SNAPSHOT_BYTES(cells) (832 + (cells) * 580)
/* Step input and cell inputs; cell outputs and pack output. */
#define BG_INPUT_BYTES(cells) (8 + (cells) * 24)
#define BG_OUTPUT_BYTES(cells) (88 + (cells) * 132)
/* A bit for each word of so many bytes. */
#define BG_MASK_BYTES(bytes) (((bytes) / 4 + 7) / 8)

/* ---- records; a cell's output is the first words of its state ---- */

struct bg_header {
    int32_t magic; /* marks a snapshot */
    int32_t layoutHash; /* identifies this layout */
    int32_t cells; /* cells in use */
    int32_t steps; /* steps since reset (wraps to 0) */
    int32_t crc; /* CRC-32 of the region with this word as 0, set by snapshot() */
    int32_t packFaults; /* faults that concern every cell */
    float slotSteps_s[16]; /* s: the last steps: their sum is the time between runs of a slot */
    float turnSteps_s[8]; /* s: the last steps: their sum is the time between turns */
    float creepPressureRatio; /* largest of the cells */
    float pressureCeiling_MPa; /* MPa: S_max(T) of that cell */
    float pressureTarget_MPa; /* MPa: setpoint as the pressure controller follows it, at its own rates */
    float pressureIntegral_MPa; /* MPa: what the fixture turned out to need beyond the target */
    float actuatorCommand_MPa; /* MPa: last command */
};
_Static_assert(sizeof(struct bg_header) == 140, "words without padding");

struct bg_step_input {
    float dt_s; /* s: length of this step */
    float demand_mA_cm2; /* mA/cm²: stripping current the pack asks for; the setpoint serves it */
};
_Static_assert(sizeof(struct bg_step_input) == 8, "words without padding");

struct bg_cell_input {
    float current_mA_cm2; /* mA/cm²: current density at the anode, charge (plating) positive */
    float voltage_V; /* V: cell voltage */
    float temperature_degC; /* °C: cell temperature */
    float stackPressure_MPa; /* MPa: stack pressure measured at the cell */
    float fixturePressure_MPa; /* MPa: pressure the fixture applies before swelling; negative or not a number: keep the last */
    int32_t fresh; /* bits: current, voltage, temperature, pressure sample is new in this step */
};
_Static_assert(sizeof(struct bg_cell_input) == 24, "words without padding");

struct bg_cell_output {
    float chargeLimit_mA_cm2; /* mA/cm²: instantaneous charge limit */
    float chargeLimit2s_mA_cm2; /* mA/cm²: … that may be held for 2 s */
    float chargeLimit10s_mA_cm2; /* mA/cm²: … for 10 s */
    float chargeLimitContinuous_mA_cm2; /* mA/cm²: … for the continuous horizon */
    float dischargeLimit_mA_cm2; /* mA/cm²: instantaneous discharge limit (magnitude) */
    float dischargeLimit2s_mA_cm2; /* mA/cm²: … that may be held for 2 s */
    float dischargeLimit10s_mA_cm2; /* mA/cm²: … for 10 s */
    float dischargeLimitContinuous_mA_cm2; /* mA/cm²: … for the continuous horizon */
    int32_t chargeReasons; /* one byte per horizon, lowest byte the instantaneous one */
    int32_t dischargeReasons; /* the same for discharge */
    float pressureSetpoint_MPa; /* MPa: least stack pressure that serves the demand */
    int32_t pressureReason; /* what binds the setpoint */
    int32_t faults; /* bits of `faults`; not 0: limits are in the safe state */
    float seCharge_mAh_cm2; /* mAh/cm²: metal on the solid electrolyte */
    float poreCharge_mAh_cm2; /* mAh/cm²: metal in the interlayer's pores */
    float ccCharge_mAh_cm2; /* mAh/cm²: metal at the current collector */
    float seCurrent_mA_cm2; /* mA/cm²: current into the SE site now */
    float poreCurrent_mA_cm2; /* mA/cm²: current into the pores now */
    float ccCurrent_mA_cm2; /* mA/cm²: current into the collector site now */
    float overpotential_mV; /* mV: η of the site network, plating positive */
    float supersaturation; /* u of vacancies at the stripping interface; 1 nucleates voids */
    float void_um; /* µm: void height v */
    float contact; /* true contact fraction φ */
    float interfaceResistance_ohm_cm2; /* Ω·cm²: R_int, interphase included */
    float sePressure_MPa; /* MPa: β-phase pressure at the electrolyte above the stack pressure */
    float crackIndex; /* K_I/K_IC; 1 drives metal through the electrolyte */
    float stackPressure_MPa; /* MPa: stack pressure in use */
    float intrusion; /* creep intrusion ξ; 1 is a short */
    float stackCycleDamage; /* Miner sum of closed cycles of the stack pressure */
    float seCycleDamage; /* Miner sum of closed cycles of the pressure at the electrolyte */
    float soluteSeShare; /* share of the solute at the SE site */
    float solutePoreShare; /* share of the solute in the pores */
    float soluteCcShare; /* share of the solute at the collector */
};
_Static_assert(sizeof(struct bg_cell_output) == 132, "words without padding");

struct bg_pack_output {
    float chargeLimit_mA_cm2; /* mA/cm²: instantaneous charge limit */
    float chargeLimit2s_mA_cm2; /* mA/cm²: … that may be held for 2 s */
    float chargeLimit10s_mA_cm2; /* mA/cm²: … for 10 s */
    float chargeLimitContinuous_mA_cm2; /* mA/cm²: … for the continuous horizon */
    float dischargeLimit_mA_cm2; /* mA/cm²: instantaneous discharge limit (magnitude) */
    float dischargeLimit2s_mA_cm2; /* mA/cm²: … that may be held for 2 s */
    float dischargeLimit10s_mA_cm2; /* mA/cm²: … for 10 s */
    float dischargeLimitContinuous_mA_cm2; /* mA/cm²: … for the continuous horizon */
    int32_t chargeReasons; /* of the cell that binds, per horizon */
    int32_t dischargeReasons; /* of the cell that binds, per horizon */
    float pressureSetpoint_MPa; /* MPa: largest setpoint a cell asks for */
    int32_t pressureReason; /* of that cell */
    int32_t faults; /* faults of any cell */
    float actuatorCommand_MPa; /* MPa: what to command the fixture, where it has an actuator */
    int32_t weakestCells[8]; /* index of the cell that binds each of the eight limits above, in their order */
};
_Static_assert(sizeof(struct bg_pack_output) == 88, "words without padding");

/* ---- parameters: what betaguard_set_parameters() takes ---- */

enum bg_parameter {
    BG_PARAMETER_METAL_MOLAR_VOLUME_CM3_MOL = 0, /* cm³/mol: partial molar volume V_m of the metal */
    BG_PARAMETER_METAL_MOLAR_MASS_G_MOL = 1, /* g/mol: molar mass; with Faraday's constant, the metal's mass per Ah */
    BG_PARAMETER_METAL_SURFACE_ENERGY_J_M2 = 2, /* J/m²: surface energy γ in the Gibbs–Thomson term 2γ/r */
    BG_PARAMETER_METAL_CREEP_RATE_PER_S = 3, /* 1/s: power-law creep rate at 1 MPa and 25 °C */
    BG_PARAMETER_METAL_CREEP_EXPONENT = 4, /* power-law stress exponent n */
    BG_PARAMETER_METAL_CREEP_Q_K_J_MOL = 5, /* kJ/mol: activation energy of power-law creep */
    BG_PARAMETER_INTERLAYER_THICKNESS_UM = 6, /* µm: thickness t_int; 0 means no interlayer, only the SE site exists */
    BG_PARAMETER_INTERLAYER_POROSITY = 7, /* open porosity ε; ε·t_int is the room for metal */
    BG_PARAMETER_INTERLAYER_PORE_RADIUS_NM = 8, /* nm: curvature radius of metal in a pore */
    BG_PARAMETER_INTERLAYER_CONDUCTIVITY_M_S_CM = 9, /* mS/cm: Li⁺/Na⁺ conductivity of the MIEC at 25 °C */
    BG_PARAMETER_INTERLAYER_CONDUCTIVITY_EA_E_V = 10, /* eV: activation energy of that conductivity */
    BG_PARAMETER_INTERLAYER_STIFFNESS_MPA = 11, /* MPa: pore pressure per unit of relative overfill, past a full pore */
    BG_PARAMETER_SE_CHARGE_TRANSFER_OHM_CM2 = 12, /* Ω·cm²: charge-transfer resistance at the SE site, 25 °C, full contact */
    BG_PARAMETER_PORE_CHARGE_TRANSFER_OHM_CM2 = 13, /* Ω·cm²: … on the pores' inner surface, per geometric area */
    BG_PARAMETER_CC_CHARGE_TRANSFER_OHM_CM2 = 14, /* Ω·cm²: … at the MIEC/collector interface */
    BG_PARAMETER_CHARGE_TRANSFER_EA_E_V = 15, /* eV: activation energy of charge transfer, all sites */
    BG_PARAMETER_SE_NUCLEATION_M_V = 16, /* mV: nucleation overpotential on a non-wetted SE side (f(θ) = 1, no solute) */
    BG_PARAMETER_PORE_NUCLEATION_M_V = 17, /* mV: … on the pore wall */
    BG_PARAMETER_CC_NUCLEATION_M_V = 18, /* mV: … on the collector */
    BG_PARAMETER_SE_WETTING_COSINE = 19, /* cos θ of the metal on the SE side; f(θ) = (2 − 3cosθ + cos³θ)/4 */
    BG_PARAMETER_PORE_WETTING_COSINE = 20, /* cos θ on the pore wall */
    BG_PARAMETER_CC_WETTING_COSINE = 21, /* cos θ on the collector */
    BG_PARAMETER_SE_ADHESION_J_M2 = 22, /* J/m²: adhesion Γ of the SE/MIEC interface, raised by an insulating binder (IEI) */
    BG_PARAMETER_CC_ADHESION_J_M2 = 23, /* J/m²: adhesion Γ of the MIEC/collector interface */
    BG_PARAMETER_OPENING_FLAW_UM = 24, /* µm: flaw a from which an adhered interface opens, p = sqrt(2E*Γ/πa) */
    BG_PARAMETER_OPENING_MODULUS_GPA = 25, /* GPa: plane-strain modulus E* of the opening interface */
    BG_PARAMETER_NUCLEATION_CHARGE_M_AH_CM2 = 26, /* mAh/cm²: charge q_w at which half the nucleation and opening is paid */
    BG_PARAMETER_REDISTRIBUTION_U_A_CM2_M_V = 27, /* µA/(cm²·mV): Coble redistribution between neighbour sites at 25 °C, grain d₀ */
    BG_PARAMETER_REDISTRIBUTION_Q_K_J_MOL = 28, /* kJ/mol: its activation energy */
    BG_PARAMETER_REDISTRIBUTION_GRAIN_RATIO = 29, /* d₀/d; the flux goes with its cube */
    BG_PARAMETER_SOLUTE_LOADING_MG_AH = 30, /* mg/Ah: solute mass per charge capacity; 0 means none */
    BG_PARAMETER_SOLUTE_MOLAR_MASS_G_MOL = 31, /* g/mol: molar mass of the solute */
    BG_PARAMETER_SOLUTE_SOLUBILITY = 32, /* atomic fraction soluble in the β-phase */
    BG_PARAMETER_SOLUTE_INITIAL_SE_SHARE = 33, /* share of the solute at the SE site at reset */
    BG_PARAMETER_SOLUTE_INITIAL_CC_SHARE = 34, /* share at the collector at reset; the pores hold the rest */
    BG_PARAMETER_SOLUTE_COVER_SHARE = 35, /* share of the solute that makes a site fully solute-like */
    BG_PARAMETER_SOLUTE_TRANSFER_RELIEF = 36, /* fraction of charge-transfer resistance a covering solute removes */
    BG_PARAMETER_SOLUTE_RETURN = 37, /* part of the solute leaving with stripped metal that returns to the pores */
    BG_PARAMETER_SOLUTE_GRAIN_NM = 38, /* nm: solute particle diameter d in the Coble rate */
    BG_PARAMETER_SOLUTE_BOUNDARY_DIFFUSION_NM3_S = 39, /* nm³/s: grain-boundary diffusion δD₀ of the solute */
    BG_PARAMETER_SOLUTE_BOUNDARY_DIFFUSION_Q_K_J_MOL = 40, /* kJ/mol: its activation energy */
    BG_PARAMETER_SOLUTE_ATOMIC_VOLUME_NM3 = 41, /* nm³: atomic volume of the solute */
    BG_PARAMETER_SOLUTE_MOBILITY_FACTOR = 42, /* solute taken up per unit Coble strain (premelting, interface paths) */
    BG_PARAMETER_VACANCY_CURRENT_LIMIT_M_A_CM2 = 43, /* mA/cm²: F·j_v: stripping current the vacancies alone sustain, 25 °C */
    BG_PARAMETER_VACANCY_EA_E_V = 44, /* eV: its activation energy */
    BG_PARAMETER_SLAB_LENGTH_UM = 45, /* µm: length L of the β-phase the vacancies (or the solute) diffuse through */
    BG_PARAMETER_SLAB_DIFFUSIVITY_CM2_S = 46, /* cm²/s: diffusivity D in the slab at 25 °C */
    BG_PARAMETER_SLAB_DIFFUSION_EA_E_V = 47, /* eV: its activation energy */
    BG_PARAMETER_SLAB_SEALED = 48, /* back face: 0 a vacancy sink, 1 sealed (finite inventory) */
    BG_PARAMETER_ALLOY_RANGE = 49, /* mole-fraction span of metal an alloy gives up before its surface is exhausted */
    BG_PARAMETER_ALLOY_METAL_DIFFUSIVITY_CM2_S = 50, /* cm²/s: D of the metal in D̃ = X_metal·D_solute + X_solute·D_metal */
    BG_PARAMETER_ALLOY_SOLUTE_DIFFUSIVITY_CM2_S = 51, /* cm²/s: D of the solute in the same */
    BG_PARAMETER_CREEP_CURRENT_LIMIT_M_A_CM2 = 52, /* mA/cm²: stripping current creep closes the gap for, at S₀ and 25 °C */
    BG_PARAMETER_CREEP_REFERENCE_PRESSURE_MPA = 53, /* MPa: S₀ */
    BG_PARAMETER_CREEP_PRESSURE_EXPONENT = 54, /* exponent of (S/S₀) */
    BG_PARAMETER_CREEP_EA_E_V = 55, /* eV: its activation energy */
    BG_PARAMETER_STRIP_AREA_FACTOR = 56, /* stripping interface per geometric area */
    BG_PARAMETER_VOID_HEIGHT_SCALE_UM = 57, /* µm: h_v in contact φ = exp(−v/h_v) */
    BG_PARAMETER_VOID_HEAL_RATE_PER_S = 58, /* 1/s: healing rate of excess void height at S₀ and 25 °C */
    BG_PARAMETER_CONTACT_CLOSURE_MPA = 59, /* MPa: S_c in the contact held under pressure, φ_eq = exp(−S_c/(S + S_b)) */
    BG_PARAMETER_CONTACT_OFFSET_MPA = 60, /* MPa: S_b in the same */
    BG_PARAMETER_CONTACT_MINIMUM = 61, /* contact that remains however large the void */
    BG_PARAMETER_CONTACT_INITIAL = 62, /* contact at reset (what fabrication pressing left) */
    BG_PARAMETER_INTERPHASE_INITIAL_OHM_CM2 = 63, /* Ω·cm²: interphase resistance at reset */
    BG_PARAMETER_INTERPHASE_GROWTH_OHM_CM2_SQRTH = 64, /* Ω·cm²/√h: √t growth at 25 °C */
    BG_PARAMETER_INTERPHASE_EA_E_V = 65, /* eV: activation energy of the squared growth rate */
    BG_PARAMETER_INTERPHASE_SPALL_OHM2_CM4 = 66, /* Ω²·cm⁴: added to the square of the resistance per unit fatigue damage */
    BG_PARAMETER_INTERPHASE_LEAK_M_A_CM2 = 67, /* mA/cm²: self-discharge at 25 °C through conducting products; grows with spallation */
    BG_PARAMETER_STRESS_MODULUS_MPA = 68, /* MPa: confined modulus M of the metal at the electrolyte */
    BG_PARAMETER_STRESS_HEIGHT_UM = 69, /* µm: height h_c over which it is compressed */
    BG_PARAMETER_STRESS_CONFINEMENT = 70, /* pressure per flow stress of a film squeezed between plates */
    BG_PARAMETER_CRACK_FLAW_UM = 71, /* µm: pre-existing flaw a in the electrolyte */
    BG_PARAMETER_CRACK_SHAPE = 72, /* shape factor Y in K_I = Y·σ·sqrt(πa) */
    BG_PARAMETER_CRACK_TOUGHNESS_MPA_SQRTM = 73, /* MPa·√m: K_IC of the electrolyte */
    BG_PARAMETER_FIXTURE_PRESSURE_MPA = 74, /* MPa: stack pressure set at reset where no fixture reading is given */
    BG_PARAMETER_FIXTURE_STIFFNESS_MPA_UM = 75, /* MPa/µm: k_fix; 0 is a constant-pressure fixture */
    BG_PARAMETER_FIXTURE_RELAX_FRACTION = 76, /* part of the pressure that relaxes in time */
    BG_PARAMETER_FIXTURE_RELAX_TIME_H = 77, /* h: its time constant */
    BG_PARAMETER_CATHODE_SHRINK_UM_M_AH_CM2 = 78, /* µm/(mAh/cm²): cathode thickness lost per charge */
    BG_PARAMETER_INTRUSION_LN_TIME = 79, /* ln h: a in t_short = exp(a − b·S) hours */
    BG_PARAMETER_INTRUSION_PER_MPA = 80, /* 1/MPa: b in the same */
    BG_PARAMETER_INTRUSION_ONSET_MPA = 81, /* MPa: stack pressure below which no intrusion is known */
    BG_PARAMETER_INTRUSION_ONSET_WIDTH_MPA = 82, /* MPa: width over which it sets in */
    BG_PARAMETER_INTRUSION_MIN_CURRENT_M_A_CM2 = 83, /* mA/cm²: no intrusion below this current */
    BG_PARAMETER_FATIGUE_STRENGTH_MPA = 84, /* MPa: stress range that fails in one cycle (Basquin) */
    BG_PARAMETER_FATIGUE_EXPONENT = 85, /* Basquin exponent: damage per cycle = (range/strength)^b */
    BG_PARAMETER_SERIES_RESISTANCE_OHM_CM2 = 86, /* Ω·cm²: rest of the cell (electrolyte, cathode) at 25 °C */
    BG_PARAMETER_SERIES_EA_E_V = 87, /* eV: its activation energy */
    BG_PARAMETER_OBSERVER_GAIN = 88, /* share of an R_int innovation taken into the contact, per informative step */
    BG_PARAMETER_OBSERVER_MIN_STEP_M_A_CM2 = 89, /* mA/cm²: current steps smaller than this carry no information */
    BG_PARAMETER_OBSERVER_TOLERANCE = 90, /* observed/expected resistance beyond which the voltage is not believed */
    BG_PARAMETER_PRESSURE_SENSOR_GAIN_PER_S = 91, /* 1/s: correction of the pressure model by its sensor */
    BG_PARAMETER_PRESSURE_SENSOR_TOLERANCE_MPA = 92, /* MPa: lasting residual beyond which the sensor is not believed */
    BG_PARAMETER_SENSOR_TIMEOUT_S = 93, /* s: age at which a sample is stale */
    BG_PARAMETER_SENSOR_MAX_CURRENT_M_A_CM2 = 94, /* mA/cm²: largest current the sensor can report */
    BG_PARAMETER_SENSOR_HAS_VOLTAGE = 95, /* 1 when a cell voltage is measured */
    BG_PARAMETER_SENSOR_HAS_PRESSURE = 96, /* 1 when a stack pressure is measured */
    BG_PARAMETER_CELL_METAL_INTERFACES = 97, /* metal interfaces in series with the voltage: 1 full or half cell, 2 symmetric */
    BG_PARAMETER_CELL_HAS_VOLTAGE_WINDOW = 98, /* 1 when the voltage limits apply (not for symmetric cells) */
    BG_PARAMETER_CAP_CHARGE_M_A_CM2 = 99, /* mA/cm²: hard cap of every charge limit */
    BG_PARAMETER_CAP_DISCHARGE_M_A_CM2 = 100, /* mA/cm²: hard cap of every discharge limit */
    BG_PARAMETER_LIMP_HOME_DISCHARGE_M_A_CM2 = 101, /* mA/cm²: discharge limit of the safe state */
    BG_PARAMETER_PLATING_MARGIN = 102, /* part of the SE-side plating onset that may be used */
    BG_PARAMETER_PLATING_SE_ALLOWED = 103, /* 1 where metal on the electrolyte is the design (no interlayer diverts it) */
    BG_PARAMETER_CRITICAL_PLATING_M_A_CM2 = 104, /* mA/cm²: critical plating current through full contact, 25 °C */
    BG_PARAMETER_CRITICAL_PLATING_EA_E_V = 105, /* eV: its activation energy */
    BG_PARAMETER_CRACK_MAX_INDEX = 106, /* crack index that may be reached */
    BG_PARAMETER_CELL_CAPACITY_M_AH_CM2 = 107, /* mAh/cm²: areal capacity that may be plated on top of the initial metal */
    BG_PARAMETER_CELL_INITIAL_METAL_M_AH_CM2 = 108, /* mAh/cm²: metal at reset: at the SE without an interlayer, else at the collector */
    BG_PARAMETER_VOLTAGE_MAX_V = 109, /* V: upper voltage limit */
    BG_PARAMETER_VOLTAGE_MIN_V = 110, /* V: lower voltage limit */
    BG_PARAMETER_TEMPERATURE_CHARGE_ZERO_DEG_C = 111, /* °C: at and below: no charge */
    BG_PARAMETER_TEMPERATURE_CHARGE_FULL_DEG_C = 112, /* °C: from here up: full charge */
    BG_PARAMETER_TEMPERATURE_DISCHARGE_ZERO_DEG_C = 113, /* °C: at and below: no discharge */
    BG_PARAMETER_TEMPERATURE_DISCHARGE_FULL_DEG_C = 114, /* °C: from here up: full discharge */
    BG_PARAMETER_TEMPERATURE_HOT_FULL_DEG_C = 115, /* °C: up to here: full current */
    BG_PARAMETER_TEMPERATURE_HOT_ZERO_DEG_C = 116, /* °C: at and above: none */
    BG_PARAMETER_VACANCY_MARGIN = 117, /* part of the vacancy limit that may be used continuously */
    BG_PARAMETER_VOID_ALLOWED_UM = 118, /* µm: void height that may be opened over a horizon */
    BG_PARAMETER_HORIZON_CONTINUOUS_S = 119, /* s: horizon of the continuous limits */
    BG_PARAMETER_SLEW_UP_M_A_CM2_S = 120, /* mA/(cm²·s): rate at which a limit may rise */
    BG_PARAMETER_SLEW_DOWN_M_A_CM2_S = 121, /* mA/(cm²·s): rate at which a limit falls (faults act at once) */
    BG_PARAMETER_HYSTERESIS_M_A_CM2 = 122, /* mA/cm²: a limit rises only when its target is this far above */
    BG_PARAMETER_PRESSURE_MIN_MPA = 123, /* MPa: lower end of the stack-pressure window */
    BG_PARAMETER_PRESSURE_MAX_MPA = 124, /* MPa: upper end of the stack-pressure window */
    BG_PARAMETER_PRESSURE_MARGIN = 125, /* vacancy limit the setpoint keeps, per current asked for */
    BG_PARAMETER_PRESSURE_GAIN = 126, /* command per error of the stack pressure */
    BG_PARAMETER_PRESSURE_INTEGRAL_PER_S = 127, /* 1/s: rate at which a lasting error is taken out */
    BG_PARAMETER_PRESSURE_DEAD_BAND_MPA = 128, /* MPa: error that is let be */
    BG_PARAMETER_PRESSURE_RISE_MPA_S = 129, /* MPa/s: rate at which a rising setpoint is followed; the command's fastest */
    BG_PARAMETER_PRESSURE_FALL_MPA_S = 130, /* MPa/s: rate at which a falling setpoint is followed */
};

/* ---- codes ---- */

enum bg_status {
    BG_STATUS_OK = 0, /* done */
    BG_STATUS_BAD_CELL_COUNT = 1, /* cells must be 1 … the compile-time maximum */
    BG_STATUS_UNKNOWN_PARAMETER = 2, /* a parameter id is not in the schema */
    BG_STATUS_PARAMETER_OUT_OF_RANGE = 3, /* a value is outside its parameter's range, or not a number */
    BG_STATUS_BAD_COUNT = 4, /* a count is negative or larger than the staging area holds */
    BG_STATUS_BAD_MAGIC = 5, /* the staged bytes are not a snapshot */
    BG_STATUS_BAD_VERSION = 6, /* the snapshot was taken with another layout */
    BG_STATUS_BAD_CRC = 7, /* the snapshot's checksum does not match */
    BG_STATUS_NOT_RESET = 8, /* reset has not been called, or failed */
};

enum bg_reason {
    BG_REASON_NONE = 0, /* no model constraint is below the profile's hard cap */
    BG_REASON_STARTUP = 1, /* coefficients have not all been evaluated since reset */
    BG_REASON_RECOVERING = 2, /* the constraint is gone; the limit is still rising at its slew rate */
    BG_REASON_PLATING_SE = 3, /* metal would plate on the solid electrolyte */
    BG_REASON_CRACK = 4, /* β-phase pressure at the electrolyte would pass the allowed crack index */
    BG_REASON_LOCAL_CURRENT = 5, /* current through the remaining contact would pass the critical plating current */
    BG_REASON_STACK_PRESSURE = 6, /* predicted stack pressure would pass its maximum */
    BG_REASON_CAPACITY = 7, /* areal capacity is reached within the horizon */
    BG_REASON_VOLTAGE = 8, /* terminal voltage would leave its window */
    BG_REASON_TEMPERATURE = 9, /* outside the temperature table */
    BG_REASON_INTRUSION = 10, /* creep intrusion into the electrolyte: near a short, or the setpoint held below its onset */
    BG_REASON_VACANCY = 11, /* stripping would outrun the vacancies and open pores */
    BG_REASON_METAL_LEFT = 12, /* the metal would be used up within the horizon */
    BG_REASON_SENSOR_CURRENT = 13, /* current sensor stale or out of range */
    BG_REASON_SENSOR_VOLTAGE = 14, /* voltage sensor stale, out of range, or contradicted by the model */
    BG_REASON_SENSOR_TEMPERATURE = 15, /* temperature sensor stale or out of range */
    BG_REASON_SENSOR_PRESSURE = 16, /* pressure sensor stale, out of range, or contradicted by the model */
    BG_REASON_CLOCK = 17, /* the step length is not a number or outside its range */
    BG_REASON_STATE = 18, /* a state is not a number, or a restored snapshot failed its check */
    BG_REASON_SELF_CHECK = 19, /* the executor does not reproduce the reference bits of the arithmetic */
    BG_REASON_WINDOW_MIN = 20, /* setpoint held at the lower end of the pressure window */
    BG_REASON_WINDOW_MAX = 21, /* setpoint held at the upper end of the pressure window */
};

enum bg_fault {
    BG_FAULT_CURRENT = 1,
    BG_FAULT_VOLTAGE = 2,
    BG_FAULT_TEMPERATURE = 4,
    BG_FAULT_PRESSURE = 8,
    BG_FAULT_CLOCK = 16,
    BG_FAULT_STATE = 32,
    BG_FAULT_SELF_CHECK = 64,
};

enum bg_fresh {
    BG_FRESH_CURRENT = 1,
    BG_FRESH_VOLTAGE = 2,
    BG_FRESH_TEMPERATURE = 4,
    BG_FRESH_PRESSURE = 8,
};

/* ---- the module's functions: i32 arguments, i32 result ---- */

enum bg_export {
    BG_EXPORT_ABI_VERSION = 0,
    BG_EXPORT_LAYOUT_HASH = 1,
    BG_EXPORT_SET_PARAMETERS = 2,
    BG_EXPORT_REFUSED_PARAMETER = 3,
    BG_EXPORT_RESET = 4,
    BG_EXPORT_STEP = 5,
    BG_EXPORT_SNAPSHOT = 6,
    BG_EXPORT_RESTORE = 7,
};

#define BG_EXPORT_COUNT 8
/* Initialisers of arrays indexed by enum bg_export. */
#define BG_EXPORT_NAMES {"abiVersion", "layoutHash", "setParameters", "refusedParameter", "reset", "step", "snapshot", "restore"}
#define BG_EXPORT_ARGUMENTS {0, 0, 1, 0, 1, 0, 0, 1}

/* ---- the link: host/schema/link.ts says what each payload holds ---- */

#define BG_LINK_VERSION 2
/* The answer to a request is its type with this bit. */
#define BG_ANSWER 0x80
#define BG_FRAME_OVERHEAD_BYTES 7
#define BG_REFUSAL 0x7f

enum bg_message {
    BG_MESSAGE_HELLO = 1, /* who is there; restarts the sequence */
    BG_MESSAGE_PARAMETERS = 2, /* all are checked before one changes */
    BG_MESSAGE_RESET = 3, /* cells into their initial state */
    BG_MESSAGE_STEPS = 4, /* flags: bit 0 outputs, bit 1 CRC of header, parameters, derived constants, cells and pack output after each step, bit 2 inputs packed: a bit per word, from the lowest of the first byte on, set where it is not the word of the step before (0 before the first of the frame), then the words whose bits are set; bit 3 outputs, packed in the same way (before the first: what `read` gave before the frame). With bit 3 no more steps are done than the answer surely has room for */
    BG_MESSAGE_SNAPSHOT = 5, /* seals the state region; `read` then fetches it */
    BG_MESSAGE_READ = 6, /* from the state region (header, parameters, derived constants, cells), then the pack output */
    BG_MESSAGE_STAGE = 7, /* writes into the staging area, for `restore` */
    BG_MESSAGE_RESTORE = 8, /* takes over a staged snapshot */
    BG_MESSAGE_STORE = 9, /* writes a snapshot to the board's storage, to start from */
    BG_MESSAGE_MODE = 10, /* live: the board's tick and sensors step; hosted: `steps` does, and contactor and bus stay in the safe state */
    BG_MESSAGE_HEALTH = 11, /* counters and high-water marks since start */
    BG_MESSAGE_FREEZE = 12, /* missed: found no room since a frame was last cleared */
    BG_MESSAGE_FRAME = 13, /* one that still waits for steps after its event ends with the last there was */
    BG_MESSAGE_CLEAR = 14, /* makes room for another frame */
};

enum bg_refusal {
    BG_REFUSAL_CRC = 0, /* frame damaged: COBS or CRC-32 does not hold */
    BG_REFUSAL_SIZE = 1, /* frame longer than the board's buffer, or payload of the wrong length */
    BG_REFUSAL_SEQUENCE = 2, /* not the next number: a frame was lost, or came late */
    BG_REFUSAL_TYPE = 3, /* unknown message */
    BG_REFUSAL_MODE = 4, /* not in this mode */
    BG_REFUSAL_SAFE = 5, /* the logic is stopped: the board is in the safe state until it is reset */
    BG_REFUSAL_STORAGE = 6, /* the board has no storage, or writing it failed */
    BG_REFUSAL_FRAME = 7, /* no freeze frame of this number */
};

enum bg_mode {
    BG_MODE_SAFE = 0,
    BG_MODE_LIVE = 1,
    BG_MODE_HOSTED = 2,
};

enum bg_executor {
    BG_EXECUTOR_WASM3 = 0,
    BG_EXECUTOR_AOT = 1,
};

enum bg_safe_cause {
    BG_SAFE_CAUSE_NONE = 0, /* none since power-on */
    BG_SAFE_CAUSE_TRAP = 1, /* the module trapped, or the executor failed */
    BG_SAFE_CAUSE_OVERRUN = 2, /* three control ticks in a row were not done in time */
    BG_SAFE_CAUSE_STACK = 3, /* the native stack's guard was touched */
    BG_SAFE_CAUSE_MEMORY = 4, /* the module asked for more than the fixed heap */
    BG_SAFE_CAUSE_MODULE = 5, /* module, layout or parameters do not belong together */
    BG_SAFE_CAUSE_WATCHDOG = 6, /* the loop stalled and the watchdog reset the board */
    BG_SAFE_CAUSE_FAULT = 7, /* the processor took a fault */
};

struct bg_health {
    uint32_t steps; /* steps since the last reset of the cells */
    uint32_t overruns; /* control ticks missed */
    uint32_t damagedFrames; /* frames with a wrong COBS code or CRC */
    uint32_t refusedFrames; /* frames refused for any other reason */
    uint32_t heapUsed_B; /* high-water mark of the executor's fixed heap */
    uint32_t heapSize_B; /* its size */
    uint32_t stackUsed_B; /* high-water mark of the native stack */
    uint32_t stackSize_B; /* its size */
    uint32_t ticksLast; /* port ticks of the last step */
    uint32_t ticksMost; /* … of the longest since the last reset of the cells */
    uint32_t ticksLeast; /* … of the shortest */
    uint32_t ticksPerSecond; /* 0 where the port's ticks are no clock */
    uint32_t ticksFreeze; /* port ticks of the longest work for freeze frames in a step, beside the step's own */
};
_Static_assert(sizeof(struct bg_health) == 52, "words without padding");

enum bg_freeze_event {
    BG_FREEZE_EVENT_REASON = 0, /* what binds a limit or the pressure setpoint has changed */
    BG_FREEZE_EVENT_FAULT = 1, /* a fault has come or gone */
    BG_FREEZE_EVENT_SAFE = 2, /* the logic was stopped */
};

struct bg_freeze {
    uint32_t number; /* counts up from 1 since start */
    uint32_t event; /* of `freezeEvents` */
    uint32_t cause; /* of `safeCauses`; none unless the logic was stopped */
    uint32_t cell; /* index of the cell kept: the one that made the change */
    uint32_t cells; /* in use */
    uint32_t eventStep; /* which of the steps kept the event came with, from 1 */
    uint32_t steps; /* kept */
    uint32_t whole; /* 1: there is a state after the last step; 0: the logic was stopped in it */
    uint32_t chargeReasonsBefore; /* of the pack, before the event */
    uint32_t dischargeReasonsBefore; /* of the pack, before the event */
    uint32_t pressureReasonBefore; /* of the pack, before the event */
    uint32_t faultsBefore; /* of the pack, before the event */
    uint32_t chargeReasons; /* of the pack, with the event; 0 if the logic was stopped */
    uint32_t dischargeReasons; /* of the pack, with the event; 0 if the logic was stopped */
    uint32_t pressureReason; /* of the pack, with the event; 0 if the logic was stopped */
    uint32_t faults; /* of the pack, with the event; 0 if the logic was stopped */
};
_Static_assert(sizeof(struct bg_freeze) == 64, "words without padding");

/* A freeze frame that keeps so many steps. */
#define BG_FREEZE_BYTES(steps) (1456 + (steps) * 32)
#endif
