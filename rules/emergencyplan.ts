import type { Text } from '../drivers/point.ts'

/** The contents of an emergency plan [F40]: organisation, people, measures, for each hazard that a property must have one for [P-26]. */
export const hazards = ['fire', 'water', 'power', 'gas', 'lift', 'public-health', 'natural-disaster'] as const
export type Hazard = (typeof hazards)[number]

interface Chapter {
  readonly name: Text
  /** Runbooks that carry its measures out. */
  readonly runbooks: readonly string[]
  /** Kinds of contacts to call. */
  readonly calls: readonly string[]
}
const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })

export const chapters: Readonly<Record<Hazard, Chapter>> = {
  fire: { name: both('火灾', 'Fire'), runbooks: ['fire'], calls: ['fire', 'duty', 'fire-service-firm'] },
  water: {
    name: both('停水与跑水', 'Water failure, burst pipe'),
    runbooks: ['burst-pipe', 'water-failure'],
    calls: ['water-company', 'duty'],
  },
  power: {
    name: both('停电', 'Power failure'),
    runbooks: ['external-outage', 'internal-fault', 'internal-line'],
    calls: ['substation', 'duty'],
  },
  gas: { name: both('燃气泄漏', 'Gas leak'), runbooks: ['gas-leak'], calls: ['gas-company', 'fire', 'duty'] },
  lift: {
    name: both('电梯困人', 'People trapped in a lift'),
    runbooks: ['lift-trapped', 'lift-rescue'],
    calls: ['lift-firm', 'lift-rescue', 'duty'],
  },
  'public-health': { name: both('公共卫生事件', 'Public health'), runbooks: [], calls: ['ambulance', 'police'] },
  'natural-disaster': {
    name: both('自然灾害', 'Natural disaster'),
    runbooks: [],
    calls: ['fire', 'police', 'ambulance'],
  },
}

export interface PlanPost {
  readonly post: Text
  readonly duties: Text
  readonly person: string | null
  readonly phone: string | null
}
/** What the site has written of one hazard. */
export interface PlanChapter {
  readonly hazard: Hazard
  readonly measures: readonly Text[]
  readonly runbooks: readonly string[]
  /** The last day on which it was gone through, `2026-11-22`. */
  readonly reviewed: string | null
}
export interface EmergencyPlan {
  readonly organisation: readonly PlanPost[]
  readonly chapters: readonly PlanChapter[]
}
export const emptyPlan: EmergencyPlan = { organisation: [], chapters: [] }
