/** Verdicts as JUnit XML, the form that CI servers read: a test case for each trace. */
import { html, type Markup } from "./markup.js";

export interface CheckedTrace {
  readonly trace: string;
  /** `broken`: a limit was passed or a state reached its mark. `refused`: the trace could not be replayed. */
  readonly outcome: "ok" | "broken" | "refused";
  readonly seconds: number;
  /** One line, then details; empty for `ok`. */
  readonly findings: readonly string[];
}

/** XML 1.0 has no control characters but these, not even escaped. */
const printable = (text: string): string => text.replace(/[^\P{Cc}\t\n\r]/gu, "\ufffd");

function result({ outcome, findings }: CheckedTrace): Markup | string {
  const [headline = "", ...details] = findings.map(printable);
  const text = details.join("\n");
  if (outcome === "broken") return html`<failure message="${headline}">${text}</failure>`;
  if (outcome === "refused") return html`<error message="${headline}">${text}</error>`;
  return "";
}

/** The document for traces checked against one profile. */
export function junit(profile: string, traces: readonly CheckedTrace[]): string {
  const count = (outcome: CheckedTrace["outcome"]) => traces.filter((one) => one.outcome === outcome).length;
  const time = traces.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  const cases = traces.map(
    (one) =>
      html`\n  <testcase classname="betaguard.${profile}" name="${printable(one.trace)}" time="${one.seconds.toFixed(3)}">${result(one)}</testcase>`,
  );
  const suite = html`<testsuite name="betaguard check" tests="${traces.length}" failures="${count("broken")}" errors="${count("refused")}" time="${time}">${cases}\n</testsuite>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite.text}\n`;
}
