/**
 * Cuts what a printer port sends into lines. It works on bytes: in GBK, GB 18030, Big5 and UTF-8 no character has CR, LF,
 * FF or ESC as a later byte, so a line is cut right even when what is in it cannot be read.
 */
export interface LineSettings {
  /** A longer line is given up. */
  readonly maxBytes: number
  /** `after`: a line is whole when its end has come. `before`: the panel feeds the paper first, so a pause is its end. */
  readonly ends: 'after' | 'before'
  /** A silence that is no part of a line at the line's own speed. */
  readonly pauseMs: number
}
/** cut: its end never came. overlong: the beginning of one that was too long. paused: perhaps whole, see `ends`. */
export type Ending = 'ended' | 'paused' | 'cut' | 'overlong'
/** @param gaps where in the line there was a pause. @returns for `paused`: whether it was a whole line */
export type TakeLine = (bytes: Buffer, ending: Ending, gaps: readonly number[]) => boolean

/** Halves of a line further apart are not one line. */
export const JOIN_MS = 5000

/** Behind each of them a whole line is looked for. */
const MOST_GAPS = 8

const LF = 0x0a
const CR = 0x0d
const VT = 0x0b
const FF = 0x0c
const TAB = 0x09
const ESC = 0x1b
const FS = 0x1c
const GS = 0x1d
const DEL = 0x7f
const ends = new Set([LF, CR, VT, FF])
/** Commands to the printer and how many bytes follow them [ESC/POS]; a number may look like the end of a line. */
const commands: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  [ESC]: { '@': 0, '2': 0, '3': 1, '!': 1, '-': 1, a: 1, c: 1, d: 1, J: 1, r: 1, U: 1, W: 1 },
  [FS]: { '&': 0, '.': 0, '!': 1, W: 1 },
  [GS]: { '!': 1, B: 1 },
}

export function createFramer({ maxBytes, ends: rule, pauseMs }: LineSettings, take: TakeLine) {
  const line = Buffer.alloc(maxBytes)
  let length = 0
  let gaps: number[] = []
  /** The rest of it is thrown away. */
  let over = false
  let tried = false
  let lastAt = 0
  /** The printer command that has begun, and how many bytes of it are still to come. */
  let command: number | undefined
  let skip = 0

  function finish(ending: Ending): void {
    const bytes = Buffer.from(line.subarray(0, length))
    const where = gaps
    const any = length > 0
    length = 0
    gaps = []
    tried = false
    if (any && !over) take(bytes, ending, where)
    over = ending === 'overlong'
  }

  function byte(b: number): void {
    if (skip > 0) return void skip--
    if (command !== undefined) {
      const known = commands[command]![String.fromCharCode(b)]
      command = undefined
      if (known !== undefined) {
        skip = known
        return
      }
    }
    if (ends.has(b)) {
      finish('ended')
      return
    }
    if (b in commands) {
      command = b
      return
    }
    // Control characters and what idle lines make of themselves are not text.
    if ((b < 0x20 && b !== TAB) || b === DEL) return
    if (over) return
    if (length === maxBytes) finish('overlong')
    else line[length++] = b === TAB ? 0x20 : b
  }

  return {
    /** @param now steady ms */
    push(bytes: Uint8Array, now: number): void {
      const silence = now - lastAt
      if (length > 0 && silence > JOIN_MS) finish('cut')
      // What an idle line makes of itself adds nothing to the line: one pause there is enough.
      else if (length > 0 && silence > pauseMs && gaps.at(-1) !== length) gaps = [...gaps.slice(-MOST_GAPS + 1), length]
      lastAt = now
      tried = false
      for (const b of bytes) byte(b)
    },
    /** To be called now and then: what stands there unfinished is not forgotten. */
    tick(now: number): void {
      if (length === 0) return
      if (now - lastAt > JOIN_MS) {
        finish('cut')
        return
      }
      if (rule === 'after' || tried || over || now - lastAt <= pauseMs) return
      tried = true
      if (!take(Buffer.from(line.subarray(0, length)), 'paused', gaps)) return
      length = 0
      gaps = []
    },
    /** The connection has ended: nothing that comes later belongs to this. */
    lost(): void {
      finish('cut')
      over = false
      command = undefined
      skip = 0
    },
  }
}
