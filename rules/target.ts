/**
 * What the work of the service desk is held against, per cent: return visits 100 %, timely handling > 98 %, satisfaction
 * > 95 % [质量目标; requirements N06, N11], answers to complaints within their time 100 % [requirements N07]. Pure.
 */
export interface Targets {
  readonly visited: number
  readonly timely: number
  readonly satisfied: number
  readonly replied: number
}
export const targets: Targets = { visited: 100, timely: 98, satisfied: 95, replied: 100 }

/** Null: of nothing nothing is said. 100 % is reached, anything below it has to be exceeded. */
export const reaches = (part: number, of: number, pct: number): boolean | null =>
  of === 0 ? null : pct >= 100 ? part >= of : (part / of) * 100 > pct
