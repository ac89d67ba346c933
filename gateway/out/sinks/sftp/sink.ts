import type { Sink, Verdict } from '../../reader/row.ts'
import { type FilesOptions, filesSink } from '../files.ts'
import { type FarFolder, shipper } from './ship.ts'

export interface SftpOptions extends FilesOptions {
  readonly far: FarFolder
  /** What may wait here while it is away; what comes then waits in the history, where there is a limit that counts. */
  readonly mostBytes: number
}

/** CSV files as `filesSink` makes them, and each that is finished goes to a folder elsewhere. */
export function sftpSink({ far, mostBytes, ...files }: SftpOptions): Sink {
  const sink = filesSink(files)
  const ship = shipper({ folder: files.folder, prefix: files.prefix, now: files.now, far })
  return {
    async send(rows, signal): Promise<Verdict> {
      const why = ship.full(mostBytes)
      return why ? { kind: 'away', why } : sink.send(rows, signal)
    },
    beat(at) {
      sink.beat!(at)
      ship.beat(at)
    },
    beyond: ship.beyond,
    hurry: ship.hurry,
    async close() {
      await ship.close()
      await sink.close()
    },
  }
}
