import { describe, expect, it } from "vitest";
import { junit } from "../../host/report/junit.js";

describe("JUnit XML", () => {
  it("counts cases, failures and errors, and tells each one's findings", () => {
    const text = junit("li-mg", [
      { trace: "a.csv", outcome: "ok", seconds: 0.25, findings: [] },
      { trace: "b.csv", outcome: "broken", seconds: 0.5, findings: ["over a limit", "worst at 1:00"] },
      { trace: "c.csv", outcome: "refused", seconds: 0.125, findings: ["E_TRACE_EMPTY: nothing"] },
    ]);
    expect(text).toContain(
      '<testsuite name="betaguard check" tests="3" failures="1" errors="1" time="0.875">',
    );
    expect(text).toContain('<testcase classname="betaguard.li-mg" name="a.csv" time="0.250"></testcase>');
    expect(text).toContain('<failure message="over a limit">worst at 1:00</failure>');
    expect(text).toContain('<error message="E_TRACE_EMPTY: nothing"></error>');
  });

  it("stays well-formed whatever a file is called", () => {
    const text = junit("x", [
      { trace: "a<b>&\"c'\u0000\u001b.csv", outcome: "broken", seconds: 0, findings: ["]]> & <", "\u0007"] },
    ]);
    expect(text).toContain('name="a&lt;b&gt;&amp;&quot;c&#39;\ufffd\ufffd.csv"');
    expect(text).toContain('<failure message="]]&gt; &amp; &lt;">\ufffd</failure>');
  });
});
