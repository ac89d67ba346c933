import type { Command } from './command.ts'
import type { Proof } from './proof.ts'

/** The way of an alarm, in the order in which a proof walks it. */
export const proofSteps = [
  'condition',
  'raised',
  'shown',
  'sound',
  'told',
  'siren-on',
  'acknowledged',
  'cleared',
  'siren-off',
  'consequences',
] as const
export type ProofStep = (typeof proofSteps)[number]
/** `pending`: it may still come. `not-proved`: nothing says that it works, nor that it does not. `left-out`: not part of this proof. */
export const stepResults = ['proved', 'failed', 'not-proved', 'pending', 'left-out'] as const
export type StepResult = (typeof stepResults)[number]
/** Why a step has such a result. */
export const stepNotes = [
  'not-true',
  'never-came',
  'no-screen',
  'no-sound',
  'nobody-told',
  'not-told',
  'no-siren',
  'siren-refused',
  'siren-not-confirmed',
  'nobody',
  'journal',
  'did-not-clear',
  'cut-off',
  'not-in-a-test',
] as const
export type StepNote = (typeof stepNotes)[number]

export interface ReportStep {
  readonly step: ProofStep
  readonly result: StepResult
  /** UTC ms; null: it has not happened. */
  readonly at: number | null
  /** Who, or to whom. */
  readonly who: readonly string[]
  readonly note: StepNote | null
}

/** What the trail says of the way. */
export interface ProofFacts {
  /** Of the alarm of the test, without what its end laid to rest. */
  readonly events: readonly { readonly at: number; readonly action: string; readonly by: string }[]
  readonly notices: readonly {
    readonly at: number
    readonly told: boolean
    readonly channel: string
    readonly to: readonly string[]
  }[]
  readonly on: Command | null
  readonly off: Command | null
}

const NOBODY: readonly string[] = []

/** Step by step what was proved, what failed, and of what nothing is known. Pure: the same for a page, a print and a test. */
export function reportOf(proof: Proof, { events, notices, on, off }: ProofFacts): readonly ReportStep[] {
  const over = proof.end !== null
  /** What has not come: it may still, or it is too late. */
  const missing = (step: ProofStep, late: StepResult, note: StepNote): ReportStep => ({
    ...{ step, at: null, who: NOBODY },
    // Cut off before its turn it is not the way that failed.
    ...(over
      ? proof.end === 'restart' || proof.end === 'real-alarm' || proof.end === 'site-changed'
        ? { result: 'not-proved', note: 'cut-off' }
        : { result: late, note }
      : { result: 'pending', note: null }),
  })
  const came = (step: ProofStep, at: number | null, who = NOBODY, note: StepNote | null = null): ReportStep => ({
    ...{ step, result: 'proved', at, who, note },
  })
  const first = (action: string) => events.find(e => e.action === action)
  const raised = first('raised')
  const shown = proof.shown[0]
  const sound = proof.shown.find(s => s.sound === 'on')
  const told = notices.filter(n => n.told)
  const lost = notices.filter(n => !n.told)
  const acked = first('acknowledged')
  // Only what cleared after the values were taken away, or went by itself, is a return.
  const cleared = events.findLast(e => e.action === 'cleared')
  const names = (list: typeof notices) => [...new Set(list.flatMap(n => n.to.map(name => `${name} (${n.channel})`)))]
  return [
    proof.trueAt === null
      ? { step: 'condition', result: 'failed', at: null, who: NOBODY, note: 'not-true' }
      : came('condition', proof.trueAt, [proof.by]),
    raised ? came('raised', raised.at) : missing('raised', 'failed', 'never-came'),
    shown
      ? came('shown', shown.at, [...new Set(proof.shown.map(s => s.by))])
      : missing('shown', 'not-proved', 'no-screen'),
    proof.severity === 'journal'
      ? { step: 'sound', result: 'left-out', at: null, who: NOBODY, note: 'journal' }
      : sound
        ? came('sound', sound.at, [sound.by])
        : missing('sound', 'not-proved', 'no-sound'),
    lost.length > 0
      ? { step: 'told', result: 'failed', at: lost[0]!.at, who: names(lost), note: 'not-told' }
      : told.length > 0
        ? came('told', told[0]!.at, names(told))
        : missing('told', 'not-proved', 'nobody-told'),
    sirenStep('siren-on', proof, on, missing),
    proof.severity === 'journal'
      ? { step: 'acknowledged', result: 'left-out', at: null, who: NOBODY, note: 'journal' }
      : acked
        ? came('acknowledged', acked.at, [acked.by])
        : missing('acknowledged', 'failed', 'nobody'),
    cleared ? came('cleared', cleared.at) : missing('cleared', 'failed', 'did-not-clear'),
    sirenStep('siren-off', proof, off, missing),
    { step: 'consequences', result: 'left-out', at: null, who: NOBODY, note: 'not-in-a-test' },
  ]
}

function sirenStep(
  step: 'siren-on' | 'siren-off',
  { siren, end }: Proof,
  command: Command | null,
  missing: (step: ProofStep, late: StepResult, note: StepNote) => ReportStep,
): ReportStep {
  const said = (result: StepResult, note: StepNote | null, at: number | null = null): ReportStep => ({
    ...{ step, result, at, who: NOBODY, note },
  })
  if (siren === null) return said('left-out', 'no-siren')
  if (siren.refused !== null)
    return step === 'siren-on' ? said('failed', 'siren-refused') : said('left-out', 'no-siren')
  if (step === 'siren-off' && end !== null && siren.on === null) return said('left-out', 'no-siren')
  if (command?.phase === 'confirmed') return said('proved', null, command.endedAt)
  if (command?.phase === 'refused') return said('failed', 'siren-refused', command.endedAt)
  if (command?.phase === 'not-confirmed') return said('failed', 'siren-not-confirmed', command.endedAt)
  // Asked for, or soon: a siren is switched off whatever ended the proof.
  return command || (step === 'siren-off' && end !== null)
    ? said('pending', null)
    : missing(step, 'failed', 'never-came')
}

/** Whether the whole way was proved: nothing failed, and the alarm came, was seen, was acknowledged, and went. */
export const passed = (proof: Pick<Proof, 'end'>, steps: readonly ReportStep[]): boolean =>
  proof.end === 'normal' &&
  steps.every(s => s.result !== 'failed' && s.result !== 'pending') &&
  steps.every(
    s =>
      !['raised', 'shown', 'acknowledged', 'cleared'].includes(s.step) || s.result === 'proved' || s.note === 'journal',
  )
