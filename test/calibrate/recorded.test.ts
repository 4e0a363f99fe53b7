/** A recorded symmetric cell: what can be told of it, and what cannot. */
import { expect, it } from "vitest";
import { calibrate } from "../../host/calibrate/calibrate.js";
import { fitRequests } from "../../host/calibrate/parameters.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { readTrace } from "../../host/trace/index.js";
import { describeRecorded, recordedPath } from "../trace/files.js";
import { simulationModule } from "./simulated.js";

describeRecorded("a recorded Li|LLZO|Li cell", () => {
  it("shows its whole resistance at one small current, and not where in the cell that is", async () => {
    const trace = await readTrace(recordedPath("biologic/empa_Li-LLZO_MB_PEIS.mpt"));
    const { calibration } = calibrate(
      [trace],
      loadProfile("li-bare-garnet"),
      {
        // The file does not say its area; resistances go with it.
        area_cm2: 0.28,
        cellKind: "symmetric",
        dt_s: 5,
        settle_s: 30,
        fit: fitRequests("series_resistance_ohm_cm2=20:2000,se_chargeTransfer_ohm_cm2=0.2:500"),
        starts: 2,
      },
      [],
      simulationModule,
    );
    const [series, transfer] = calibration.parameters;
    expect([series?.status, transfer?.status].sort()).toEqual(["conditional", "unidentifiable"]);
    // ± 3.8 mV at ± 2.8 µA are 1.36 kΩ, 380 Ω·cm².
    const whole = (series?.value as number) + 2 * (transfer?.value as number);
    expect(whole).toBeGreaterThan(350);
    expect(whole).toBeLessThan(390);
    const [fit] = calibration.fits;
    expect(fit?.rmsBefore).toBeGreaterThan(2);
    expect(fit?.rmsAfter).toBeLessThan(0.3);
    // The slow rise within each half-cycle is not in the model, and the standard errors allow for it.
    expect(calibration.noise.voltage?.correlationLength).toBeGreaterThan(2);
  });
});
