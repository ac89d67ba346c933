/** Of a gateway that complains all day the last hours are enough; a line with a long stack still leaves room for others. */
const MOST_LINES = 1000
const MOST_CHARACTERS = 400_000

/**
 * The last lines of this gateway's own log, kept in memory: the service may not read the journal. Bounded by lines and by
 * characters, whichever is reached first; what it holds is bared before it leaves (rules/diagnostics).
 */
export function logTail() {
  const kept: string[] = []
  let characters = 0
  return {
    add(line: string): void {
      kept.push(line)
      characters += line.length
      while (kept.length > MOST_LINES || (characters > MOST_CHARACTERS && kept.length > 1))
        characters -= kept.shift()?.length ?? 0
    },
    /** Oldest first. */
    lines: (): readonly string[] => kept.map(line => line.trimEnd()),
  }
}
export type LogTail = ReturnType<typeof logTail>
