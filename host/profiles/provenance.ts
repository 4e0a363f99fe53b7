/** Where a parameter's value comes from. A value without it does not load. */
import { z } from "zod";

/**
 * Grades of a published number: A read in the source itself, B second-hand and printed, F second-hand and read off a
 * figure, C a constant in public code, D derived from published numbers, R recalled, never an acceptance limit.
 */
export const grades = ["A", "B", "C", "D", "F", "R"] as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What `betaguard calibrate` found: enough to repeat it, and to know how well a value is known. */
const calibrationSchema = z.strictObject({
  traces: z.array(z.strictObject({ name: z.string().min(1), sha256 })).min(1),
  module: sha256,
  /** Hash of the profile it started from. */
  profile: sha256,
  seed: z.int().min(0),
  starts: z.int().min(1),
  area_cm2: z.number().positive(),
  dt_s: z.number().positive(),
  /** In the parameter's unit. */
  standardError: z.number().min(0).optional(),
  /** This parameter's row of the covariance matrix, in the product of the two units. */
  covariance: z.record(z.string(), z.number()).optional(),
  /** Parameters that were held, and without which the traces would not determine this one. */
  given: z.array(z.string()).optional(),
  /** Where there is no standard error: the bound of the search that the best fit lies at. */
  bound: z.enum(["lower", "upper"]).optional(),
  /** Where there is none: the value is this end of what the traces allow. */
  limit: z.enum(["lower", "upper"]).optional(),
});

export const provenanceSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("published"), source: z.string().min(1), grade: z.enum(grades) }),
  z.strictObject({
    kind: z.literal("fitted"),
    case: z.string().min(1),
    grade: z.enum(grades).optional(),
    calibration: calibrationSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("assumed"),
    range: z.tuple([z.number(), z.number()]),
    why: z.string().min(1),
  }),
]);

export type Provenance = z.infer<typeof provenanceSchema>;
export type CalibrationProvenance = z.infer<typeof calibrationSchema>;
export const provenanceKinds = ["published", "fitted", "assumed"] as const satisfies Provenance["kind"][];
