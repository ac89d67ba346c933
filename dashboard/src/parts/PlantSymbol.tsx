import type { ReactNode } from 'react'
import type { Severity } from '../../../rules/rule.ts'
import type { PlantState } from '../plant.ts'
import { PriorityShape } from './Priority.tsx'

/** Plant symbols on a 48 grid: .f body (filled by state), .s line work, .in that upon the body, .k mark on the body, .lv liquid. */
const symbols = {
  pump: (
    <>
      <circle className="f" cx="24" cy="24" r="17" />
      <path className="k" d="M15 14.5 39 24 15 33.5z" />
    </>
  ),
  valve: (
    <>
      <path className="f" d="M6 15v22l18-11 18 11V15L24 26z" />
      <path className="s" d="M24 26V11M16 11h16" />
    </>
  ),
  tank: (
    <>
      <path className="f" d="M9 8h30v32H9z" />
      <path className="lv" d="M10.5 24h27v14.5h-27z" />
      <path className="s" d="M9 8h30v32H9z" />
    </>
  ),
  breaker: (
    <>
      <path className="f" d="M12 12h24v24H12z" />
      <path className="s" d="M24 2v10M24 36v10" />
    </>
  ),
  transformer: (
    <>
      <circle className="f" cx="24" cy="18" r="12" />
      <circle className="f" cx="24" cy="31" r="12" />
      <circle className="s" cx="24" cy="18" r="12" />
      <path className="s" d="M24 1v5M24 43v4" />
    </>
  ),
  meter: (
    <>
      <circle className="f" cx="24" cy="24" r="17" />
      <path className="s in" d="M13 29a12 12 0 0 1 22 0M24 29l6-8" />
    </>
  ),
  lift: (
    <>
      <path className="f" d="M10 5h28v38H10z" />
      <path className="s" d="M24 5v38" />
      <path className="k" d="M14 21l3.5-6 3.5 6zM27 27l3.5 6 3.5-6z" />
    </>
  ),
  fan: (
    <>
      <circle className="f" cx="24" cy="24" r="17" />
      <path
        className="k"
        d="M24 24c-2-5-1-11 4-13 2 6 0 10-4 13zM24 24c5.3-.8 11 1.4 12.3 6.6-6.2 1-9.6-1.8-12.3-6.6zM24 24c-3.3 4.3-8.8 6.7-13.2 3.7 3.8-5 8-5.7 13.2-3.7z"
      />
    </>
  ),
  chiller: (
    <>
      <path className="f" d="M5 12h38v24H5z" />
      <path className="s" d="M5 20h38M5 28h38M14 36v5M34 36v5" />
      <path className="k" d="M22.8 14h2.4v20h-2.4z" />
    </>
  ),
  detector: (
    <>
      <path className="f" d="M24 6l18 18-18 18L6 24z" />
      <path className="s in" d="M17 30c0-4 5-3 5-7s-4-3-4-6M26 30c0-4 5-3 5-7s-4-3-4-6" />
    </>
  ),
  door: (
    <>
      <path className="s" d="M5 40h8M35 40h8" />
      <path className="f" d="M13 36h22v8H13z" />
      <path className="s" d="M13 36V14M13 14a22 22 0 0 1 22 22" />
    </>
  ),
  shutter: (
    <>
      <path className="f" d="M8 8h32v32H8z" />
      <path className="s in" d="M8 15h32M8 22h32M8 29h32M8 36h32" />
    </>
  ),
  generator: (
    <>
      <circle className="f" cx="24" cy="24" r="17" />
      <path className="s in" d="M31 19.5A8.5 8.5 0 1 0 32.5 26H25" />
    </>
  ),
  tower: (
    <>
      <path className="f" d="M8 40l5-26h22l5 26z" />
      <path className="s" d="M13 14h22M16 8h16v6H16z" />
    </>
  ),
  cabinet: (
    <>
      <path className="f" d="M10 5h28v38H10z" />
      <path className="s in" d="M15 12h18M15 18h18M31 28v5" />
    </>
  ),
  bell: (
    <>
      <circle className="f" cx="24" cy="24" r="17" />
      <path className="s in" d="M16 30V23a8 8 0 0 1 16 0v7l2 2H14zM21 36h6" />
    </>
  ),
} satisfies Record<string, ReactNode>
type SymbolName = keyof typeof symbols

/** A word of the kind -> its symbol; the first that fits. A kind without one is a cabinet. */
const byWord: readonly (readonly [word: RegExp, symbol: SymbolName])[] = [
  [/meter/, 'meter'],
  [/pump/, 'pump'],
  [/lift|elevator|escalator/, 'lift'],
  [/tower/, 'tower'],
  [/valve/, 'valve'],
  [/tank|pool|sump/, 'tank'],
  [/breaker|switch/, 'breaker'],
  [/transformer/, 'transformer'],
  [/generator|ups/, 'generator'],
  [/fan|ahu|fcu|vent/, 'fan'],
  [/chiller|boiler|heat/, 'chiller'],
  [/shutter/, 'shutter'],
  [/door|gate/, 'door'],
  [/fire|bell|siren/, 'bell'],
  [/detector|sensor/, 'detector'],
]
const symbolOf = (kind: string): SymbolName => byWord.find(([word]) => word.test(kind))?.[1] ?? 'cabinet'

/** The lines of a symbol, for a drawing that has an svg of its own, on a grid of 48. */
export const SymbolShape = ({ kind }: { readonly kind: string }) => <g className="sym">{symbols[symbolOf(kind)]}</g>

const look: Record<PlantState, string> = {
  running: 'run',
  online: 'run',
  stopped: 'stop',
  fault: 'fault',
  unknown: 'unknown',
}

interface Props {
  readonly kind: string
  readonly state: PlantState
  /** The most urgent alarm of the equipment that is active. */
  readonly alarm?: Severity | null | undefined
}

/** A piece of equipment: brightness and form tell its state; a hue only where it is abnormal or not known. */
export function PlantSymbol({ kind, state, alarm }: Props) {
  const mark = state === 'fault' ? (alarm ?? 'high') : alarm
  return (
    <span className="symw">
      <svg className={`sym ${look[state]} ${state === 'fault' ? mark : ''}`} viewBox="0 0 48 48" aria-hidden="true">
        {symbols[symbolOf(kind)]}
      </svg>
      {mark ? (
        <span className={`pri ${mark} ack`}>
          <PriorityShape severity={mark} className="ov psv" />
        </span>
      ) : state === 'unknown' ? (
        <b className="ov unk">?</b>
      ) : null}
    </span>
  )
}
