import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { type ReportInput, renderReport, writeReport } from "../../host/report/html.js";
import { html, Markup } from "../../host/report/markup.js";
import { decodeReport } from "../../host/report/payload.js";
import { reasons } from "../../host/schema/codes.js";
import { syntheticReport } from "./synthetic.js";
import { buildViewer, temporaryDirectory } from "./viewer.js";

const directory = temporaryDirectory();
beforeAll(buildViewer, 60_000);

const embedded = (page: string): string => /id="data">([^<]*)</.exec(page)?.[1] ?? "";
/** The page without script, style and data. */
const shown = (page: string): string =>
  page.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, "").replace(/\s+/g, " ");

describe("report page", () => {
  it("loads nothing: no address in any attribute or style, and a policy that forbids it", () => {
    const page = renderReport(syntheticReport({ steps: 5000 }));
    const markup = page.replace(/<script[\s\S]*?<\/script>/g, "");
    expect(markup).not.toMatch(/\b(src|href|srcset|action|poster|data)\s*=/i);
    expect(markup).not.toMatch(/url\(|@import|<link|<iframe|<img/i);
    expect(page).toContain("default-src &#39;none&#39;");
    // The policy admits exactly the one script that runs.
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code]) => code as string);
    expect(scripts.length).toBe(1);
    const hash = createHash("sha256")
      .update(scripts[0] as string)
      .digest("base64");
    expect(page).toContain(`script-src &#39;sha256-${hash}&#39;`);
  });

  it("escapes whatever a file or a profile says", () => {
    const attack = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&`;
    const input = syntheticReport({ steps: 2000 }, `C:\\lab\\${attack}.csv`);
    const hostile: ReportInput = {
      ...input,
      verdict: { ...input.verdict, notes: [attack], profile: attack, target: attack },
      trace: {
        ...input.trace,
        evidence: [attack],
        warnings: [attack],
        dialect: attack,
        events: [{ type: "gap", line: 1, detail: attack }],
        dropped: [{ rule: attack, count: 1 }],
      },
      profile: { ...input.profile, id: attack, title: attack, system: attack, notes: [attack] },
      run: { ...input.run, profileId: attack },
    };
    const page = renderReport(hostile);
    expect(page).not.toContain("<script>alert");
    expect(page).not.toContain("<img");
    expect(page.match(/<script/g)?.length).toBe(2);
    expect(page.split("&lt;script&gt;alert(1)&lt;/script&gt;").length).toBeGreaterThan(10);
  });

  it("embeds the series it was given", () => {
    const input = syntheticReport({ steps: 40_000 });
    const data = decodeReport(inflateRawSync(Buffer.from(embedded(renderReport(input)), "base64")));
    expect(data.cells[0]?.columns).toEqual(input.series[0]?.columns);
    expect(data.violations.length).toBe(input.verdict.violations.length);
    // Published for lithium: 4.853 µm per mAh/cm².
    expect(data.thickness_um_mAh_cm2).toBeCloseTo(4.853, 3);
  });

  it("says in plain words what was broken, when and why, and lists it", () => {
    const input = syntheticReport({ steps: 60_000 });
    const violations = [
      { from_s: 100, to_s: 130, kind: "charge", reason: "crack", excess_mA_cm2: 1.5, cell: 0 },
      { from_s: 900, to_s: 910, kind: "discharge", reason: "vacancy", excess_mA_cm2: 0.25, cell: 0 },
    ] as const;
    const page = shown(renderReport({ ...input, verdict: { ...input.verdict, violations } }));
    expect(page).toContain("Over a limit 2 times, for 40 s of 1 h 40 min");
    expect(page).toContain("worst at 0:01:40: 1.5 mA/cm² above the charge limit");
    expect(page.match(/<tr class="jump"/g)?.length).toBe(2);
    expect(page).toMatch(/0\.25 mA\/cm².*stripping would outrun the vacancies/);
  });

  it("lists the largest of very many violations and says how many there are", () => {
    const input = syntheticReport({ steps: 2000 });
    const violations = Array.from({ length: 30_000 }, (_, i) => ({
      from_s: i,
      to_s: i + 0.5,
      kind: "charge" as const,
      reason: "platingSe" as const,
      excess_mA_cm2: i === 77 ? 9 : 0.001 * (i % 500),
      cell: 0,
    }));
    const page = renderReport({ ...input, verdict: { ...input.verdict, violations } });
    expect(shown(page)).toContain("The 200 with the largest excess of 30,000");
    expect(shown(page)).toContain("9 mA/cm²");
    expect(page.length).toBeLessThan(1e6);
  });

  it("explains every reason that bound, in words", () => {
    const input = syntheticReport({ steps: 2000 });
    const all = Object.fromEntries(reasons.map(({ name }, i) => [name, i + 1]));
    const page = shown(
      renderReport({ ...input, verdict: { ...input.verdict, binding_s: { charge: all, discharge: {} } } }),
    );
    for (const { name, doc } of reasons) {
      expect(page).toContain(`swatch reason-${name}`);
      expect(page).toContain(doc.replace(/'/g, "&#39;"));
    }
  });

  it("holds without violations, voltage or metal, for one step and for a pack", () => {
    const quiet = syntheticReport({ steps: 5000, load: 0.3, voltage: false });
    expect(shown(renderReport(quiet))).toContain("Never: the current stayed at or below the limit in force");
    const one = shown(renderReport(syntheticReport({ steps: 1, load: 0 })));
    expect(one).toContain("1 step of 0.1 s");
    const pack = shown(renderReport(syntheticReport({ steps: 3000, cells: 4 })));
    expect(pack).toMatch(/at 0:\d\d:\d\d(\.\d)?, cell \d/);
    for (const page of [one, pack, shown(renderReport(quiet))])
      expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it("stays small: two million steps, or a pack of 24 cells, below 3 MB", () => {
    const path = join(directory, "large.html");
    writeReport(path, syntheticReport({ steps: 2_000_000 }));
    expect(statSync(path).size).toBeLessThan(3e6);
    expect(readFileSync(path, "utf8")).toContain("2,000,000 steps");
    writeReport(path, syntheticReport({ steps: 60_000, cells: 24 }));
    expect(statSync(path).size).toBeLessThan(3e6);
  });

  it("refuses a path that cannot be written with a coded error", () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    const path = join(file, "report.html");
    expect(() => writeReport(path, syntheticReport({ steps: 10 }))).toThrow(
      expect.objectContaining({ code: "E_REPORT_WRITE", message: expect.stringContaining(path) }),
    );
  });
});

describe("markup", () => {
  it("escapes texts in content and attributes and passes markup through, in lists too", () => {
    const inner = html`<b>${"<&>"}</b>`;
    expect(html`<p title="${`"'`}">${[inner, "&", 3]}</p>`.text).toBe(
      `<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b>&amp;3</p>`,
    );
    expect(html`${new Markup("<hr>")}`.text).toBe("<hr>");
  });
});
