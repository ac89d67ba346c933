import pino from 'pino'

export type Log = pino.Logger

const SECRET = /passw|passphrase|secret|token|cookie|authorization|credential|private/i
const DEEPEST = 6

/** What may be read in a journal: nothing that is named like a secret, however deep it lies. */
function open(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || (depth === 1 && value instanceof Error)) return value
  if (depth > DEEPEST) return '…'
  if (Array.isArray(value)) return value.map(one => open(one, depth + 1))
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (SECRET.test(name) ? [] : [[name, open(one, depth + 1)]])),
  )
}

/**
 * JSON lines on stderr, for journald; stdout belongs to the lines that people and scripts read.
 * @param also is given each line as well, once it is written
 */
export const createLog = (level: string, also: (line: string) => void = () => {}): Log => {
  const stderr = pino.destination({ fd: 2, sync: true })
  const write = (line: string): void => {
    stderr.write(line)
    also(line)
  }
  return pino(
    {
      level,
      // Without it pino writes an error as {}: what went wrong would be lost. What libraries hang on it may hold a sign-in.
      serializers: { error: (error: Error) => open(pino.stdSerializers.err(error), 0) },
      formatters: { log: entry => open(entry, 0) as Record<string, unknown> },
    },
    { write },
  )
}
