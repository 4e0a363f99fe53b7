/** What identifies a replay, written into every file it leaves behind. */
export interface RunInfo {
  readonly tracePath: string;
  /** Hex SHA-256 of the trace's bytes. */
  readonly traceSha256: string;
  readonly profileId: string;
  /** Hex hash of the profile's file. */
  readonly profileHash: string;
  /** Hex SHA-256 of the module that ran. */
  readonly moduleHash: string;
  readonly dt_s: number;
  /** Geometric electrode area that turned A into mA/cm². */
  readonly area_cm2: number;
  readonly betaguardVersion: string;
}
