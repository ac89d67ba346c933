import type { People } from '../records/people.ts'
import type { PassBlock, Registers } from '../records/registers.ts'
import type { Trail } from '../records/trail.ts'

const MARK = 'certificate '

/**
 * Stops the passes of a firm whose certificate has run out, and lets them open again when the next one holds. One that
 * somebody has stopped for another reason stays stopped: a certificate is no pardon. Passes of works at a place are
 * stopped by the register itself (`stoppedPlaces`); here it is told for each site, so that door controllers learn it.
 */
export const passBlock =
  (people: Pick<People, 'companies' | 'blockCompany' | 'worksSites'>, trail: Pick<Trail, 'of'>): PassBlock =>
  (note, what, whose, no, blocked) => {
    if (what === 'works') {
      for (const works of people.worksSites())
        if (works.space === whose && works.closedAt === null)
          note('works', works.id, blocked ? 'stopped' : 'resumed', { no: works.no, register: no })
      return
    }
    const company = people.companies().find(c => c.name === whose)
    if (!company || company.blocked === blocked) return
    const last = trail.of('company', company.id, 0, -1).findLast(e => e.action === 'blocked')
    if (!blocked && !String(last?.data.reason ?? '').startsWith(MARK)) return
    people.blockCompany(note, company.id, blocked, `${MARK}${no}`)
  }

/** Places at which a decoration is stopped; read anew after each change of a register. */
export function stoppedPlaces(registers: Pick<Registers, 'list'>) {
  let known: ReadonlySet<string> | null = null
  return {
    has(space: string): boolean {
      known ??= new Set(
        registers
          .list('decoration', true)
          .flatMap(({ phase, values }) =>
            phase === 'stopped' && typeof values.space === 'string' ? [values.space] : [],
          ),
      )
      return known.has(space)
    },
    forget(): void {
      known = null
    },
  }
}
