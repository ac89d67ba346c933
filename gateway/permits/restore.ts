import { ulid } from 'ulid'
import type { PointId } from '../../drivers/point.ts'
import type { Command } from '../../rules/command.ts'
import type { Permit } from '../../rules/permit/permit.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import type { LiveCommands } from '../live/commands.ts'
import { actionsOf, type Commands } from '../records/commands.ts'
import type { Trail } from '../records/trail.ts'

interface RestoreDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly commands: Commands
  readonly live: () => Pick<LiveCommands, 'automatic' | 'go'> | null
}

/**
 * Detectors whose time has run out are switched on again, where the panel lets itself be told: as a command that is stored before
 * it is sent, and that a tag holds like any other. Whether they are on again is what the panel says afterwards.
 */
export const restoreDetectors =
  ({ clock, trail, commands, live }: RestoreDeps) =>
  (points: readonly PointId[], permit: Permit): void => {
    const to = live()
    if (!to) return
    const given = points.flatMap((point): readonly Command[] => {
      const made = to.automatic(ulid(clock.now()), point, false, `isolation ${permit.no} has run out`, false)
      return made ? [made.command] : []
    })
    if (given.length === 0) return
    trail.change(GATEWAY, note => {
      for (const command of given) commands.put(note, command, actionsOf(null, command))
    })
    for (const command of given) to.go(command)
  }
