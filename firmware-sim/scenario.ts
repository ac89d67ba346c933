import type { Body } from './part.ts'

/** Something that happens in the building, told in advance: what is done to it, and what the site would see. */
export interface Scenario {
  /** `lift-trapped` */
  readonly id: string
  readonly title: { readonly 'zh-CN': string; readonly en: string }
  /** What it is about and what to watch, for who runs it. */
  readonly text: { readonly 'zh-CN': string; readonly en: string }
  /** In the building's time after its start; an action as in Part.actions. */
  readonly steps: readonly { readonly atS: number; readonly action: string; readonly body?: Body }[]
  /** What the gateway's points say, in this order; `<equipment>/<key>` of the demo's site.json. */
  readonly sees: readonly Seen[]
  /** How everything is put right again, when somebody ends it. */
  readonly undo: readonly { readonly action: string; readonly body?: Body }[]
}

export interface Seen {
  readonly point: `${string}/${string}`
  /** At the latest so long after the scenario began, in the building's time. */
  readonly byS: number
  /** Or that the device does not answer, or answers nonsense, while others do. */
  readonly is:
    | { readonly equals: number | boolean | string }
    | { readonly above: number }
    | { readonly below: number }
    | 'bad'
  /** It says so every day: what has not happened, or is well again. */
  readonly usual?: true
}
