/** What the tuning page embeds and its viewer draws; read in Node and in the browser. */

/** Where a map is read. */
export interface MapAxes {
  readonly temperatures_degC: readonly number[];
  /** Metal plated, in shares of the capacity. */
  readonly fills: readonly number[];
  readonly pressures_MPa: readonly number[];
}

/** Limits in mA/cm² by pressure, then temperature, then fill. */
export interface LimitMap {
  readonly charge: readonly number[];
  readonly discharge: readonly number[];
}

export interface TunePageData {
  readonly axes: MapAxes;
  /** The first is the profile as it is. */
  readonly points: readonly {
    readonly name: string;
    readonly time_h: number;
    readonly travel_MPa: number;
    readonly map: LimitMap;
  }[];
  /** Index among the points. */
  readonly selected: number;
}
