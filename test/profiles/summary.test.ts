import { describe, expect, it } from "vitest";
import { listProfiles } from "../../host/profiles/profile.js";
import { formatProfiles, summarizeProfiles } from "../../host/profiles/summary.js";
import { parameters } from "../../host/schema/parameters.js";

describe("summary of the profiles", () => {
  it("counts every parameter once", () => {
    const summaries = summarizeProfiles();
    expect(summaries.map(({ id }) => id)).toEqual(listProfiles());
    for (const { provenance } of summaries) {
      expect(provenance.published + provenance.fitted + provenance.assumed).toBe(parameters.length);
    }
  });

  it("prints one aligned line per profile", () => {
    const [header = "", ...lines] = formatProfiles().trimEnd().split("\n");
    expect(lines).toHaveLength(listProfiles().length);
    const end = header.indexOf("assumed") + "assumed".length;
    for (const [index, line] of lines.entries()) {
      expect(line.startsWith(listProfiles()[index] as string)).toBe(true);
      expect(line.slice(end - 2, end), line).toMatch(/\d$/);
    }
  });
});
