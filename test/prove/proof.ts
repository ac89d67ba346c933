/** What a proof found: whether the promise held, and the figures that say so in a line. */
export interface Proven {
  readonly holds: boolean
  readonly figure: string
}

/** A proof that cannot be tried here, with what is missing: never the same as one that holds. */
export class NotRun extends Error {}

/** Asked for in words that it does not know. Of nothing everything holds, so nothing is tried. */
export class Misasked extends Error {}

/** @returns how often it was asked for; undefined: in full. @throws Misasked when that is no whole number from 1 on */
export function countOf(words: readonly string[]): number | undefined {
  const [word, ...more] = words
  if (word === undefined) return undefined
  if (more.length > 0 || !/^[1-9]\d{0,8}$/.test(word))
    throw new Misasked(`a whole number from 1 on, not ${words.join(' ')}`)
  return Number(word)
}
/** @throws Misasked when a proof that has one figure is asked for another */
export function noWords(words: readonly string[]): void {
  if (words.length > 0) throw new Misasked(`no words, for it has one figure; not ${words.join(' ')}`)
}

export interface Proof {
  /** What it does, in a few words. */
  readonly what: string
  /** What must hold. */
  readonly demanded: string
  /** Its words on the command line at full figure; none: it has one figure. */
  readonly full: readonly string[]
  /** The same in a short form. */
  readonly quick: readonly string[]
  /** @param words after its name; @throws NotRun */
  run(words: readonly string[]): Promise<Proven>
}

export type Ended = 'held' | 'NOT HELD' | 'not run'
const LAST: Readonly<Record<Ended, string>> = { held: 'holds', 'NOT HELD': 'DOES NOT HOLD', 'not run': 'NOT RUN' }
/** Exit codes of one proof. */
export const CODES: Readonly<Record<Ended, number>> = { held: 0, 'NOT HELD': 1, 'not run': 3 }

/** The last line that a proof prints, which `all` reads again. */
export const lastLine = (ended: Ended, figure: string): string => `${LAST[ended]}: ${figure.replaceAll('\n', ' ')}`

/** How a proof ended by its exit code and what it printed. One that died, or said nothing, did not hold. */
export function readEnd(code: number | null, output: string): { readonly ended: Ended; readonly figure: string } {
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  for (const [ended, word] of Object.entries(LAST) as [Ended, string][])
    if (line.startsWith(`${word}: `) && code === CODES[ended]) return { ended, figure: line.slice(word.length + 2) }
  return { ended: 'NOT HELD', figure: `it ended with ${code ?? 'a signal'}: ${line.slice(0, 200)}` }
}

export interface Row {
  readonly proof: string
  readonly what: string
  readonly figure: string
  readonly demanded: string
  readonly ended: Ended
  readonly seconds: number
}

/** The rows as one table for people, and the sum below it. */
export function table(rows: readonly Row[]): string {
  const heads = ['proof', 'what', 'figure', 'demanded', 'held', 's']
  const cells = rows.map(r => [r.proof, r.what, r.figure, r.demanded, r.ended, String(r.seconds)])
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map(row => row[i]!.length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd()
  const n = (ended: Ended) => rows.filter(r => r.ended === ended).length
  return [
    line(heads),
    line(widths.map(width => '-'.repeat(width))),
    ...cells.map(line),
    '',
    `${rows.length} proofs: ${n('held')} held, ${n('NOT HELD')} not held, ${n('not run')} not run`,
    ...rows.filter(r => r.ended === 'not run').map(r => `NOT RUN: ${r.proof}: ${r.figure}`),
  ].join('\n')
}

/** The exit code of a run of many: 1 when any did not hold, 3 when none failed but some were not run. */
export const codeOf = (rows: readonly Row[]): number =>
  rows.some(r => r.ended === 'NOT HELD') ? 1 : rows.some(r => r.ended === 'not run') ? 3 : 0
