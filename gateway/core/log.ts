import pino from 'pino'

export type Log = pino.Logger

/** JSON lines on stderr, for journald; stdout belongs to the lines that people and scripts read. */
export const createLog = (level: string): Log =>
  pino(
    {
      level,
      // Without it pino writes an error as {}: what went wrong would be lost.
      serializers: { error: pino.stdSerializers.err },
      redact: {
        paths: ['password', 'token', '*.password', '*.token', 'req.headers.cookie', 'req.headers.authorization'],
        remove: true,
      },
    },
    pino.destination({ fd: 2, sync: true }),
  )
