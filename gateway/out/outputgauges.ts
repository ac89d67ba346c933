import { Gauge, type Registry } from 'prom-client'

/** One way into an output. */
export interface LaneFigures {
  /** Of the journal or of the trail: the next one that it has yet to deliver. */
  readonly position: number
  readonly waiting: number
  /** Of the oldest that waits; 0: nothing does. */
  readonly ageMs: number
  readonly lost: number
}
export interface OutputFigures {
  readonly id: string
  readonly kind: string
  /** For how long it has not taken what is sent; 0: it does, or is switched off. */
  readonly troubleMs: number
  readonly samples: LaneFigures | null
  readonly records: LaneFigures | null
  readonly quarantined: number
  readonly bytes: number
}

type Value = (figures: OutputFigures) => number
const ofOutput: readonly (readonly [name: string, help: string, value: Value])[] = [
  ['trouble_seconds', 'For how long an output has not taken what is sent; 0: it does', o => o.troubleMs / 1000],
  ['quarantined', 'Rows set aside because the far end would not have them', o => o.quarantined],
  ['bytes', 'Bytes that were taken since the start, before they were packed', o => o.bytes],
]
const ofLane: readonly (readonly [name: string, help: string, value: (lane: LaneFigures) => number])[] = [
  ['position', 'Where an output stands in the journal (samples) or the trail (records)', l => l.position],
  [
    'behind',
    'Samples or records that an output has yet to deliver; of records at most 200 are counted',
    l => l.waiting,
  ],
  ['age_seconds', 'Age of the oldest that it has yet to deliver; 0: nothing waits', l => l.ageMs / 1000],
  ['lost', 'Ever dropped before an output had them, for want of room', l => l.lost],
]

/**
 * What `/metrics` tells of each output of the site.
 * @returns what asks once for all of them; called at each scrape
 */
export function measureOutputs(registry: Registry, from: () => Promise<readonly OutputFigures[]>) {
  const registers = [registry]
  const labelNames = ['output', 'kind']
  const gauge = (name: string, help: string, more: readonly string[]) =>
    new Gauge({ name: `gatehouse_output_${name}`, help, labelNames: [...labelNames, ...more], registers })
  const outputs = ofOutput.map(([name, help, value]) => ({ gauge: gauge(name, help, []), value }))
  const lanes = ofLane.map(([name, help, value]) => ({ gauge: gauge(name, help, ['of']), value }))
  return async () => {
    const all = await from().catch(() => [])
    // An output that is gone is gone here as well.
    for (const one of [...outputs, ...lanes]) one.gauge.reset()
    for (const figures of all) {
      const labels = { output: figures.id, kind: figures.kind }
      for (const one of outputs) one.gauge.set(labels, one.value(figures))
      for (const name of ['samples', 'records'] as const) {
        const lane = figures[name]
        if (lane) for (const one of lanes) one.gauge.set({ ...labels, of: name }, one.value(lane))
      }
    }
  }
}
