/** Where a parameter's value comes from. A value without it does not load. */
import { z } from "zod";

/**
 * Grades of a published number: A read in the source itself, B second-hand and printed, F second-hand and read off a
 * figure, C a constant in public code, D derived from published numbers, R recalled, never an acceptance limit.
 */
export const grades = ["A", "B", "C", "D", "F", "R"] as const;

export const provenanceSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("published"), source: z.string().min(1), grade: z.enum(grades) }),
  z.strictObject({
    kind: z.literal("fitted"),
    case: z.string().min(1),
    grade: z.enum(grades).optional(),
  }),
  z.strictObject({
    kind: z.literal("assumed"),
    range: z.tuple([z.number(), z.number()]),
    why: z.string().min(1),
  }),
]);

export type Provenance = z.infer<typeof provenanceSchema>;
export const provenanceKinds = ["published", "fitted", "assumed"] as const satisfies Provenance["kind"][];
